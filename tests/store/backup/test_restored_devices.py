# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices of a backup, among those that a network has shown to another machine."""

from typing import Any

from store.backup.restored_devices import TABLES, merged

Row = dict[str, Any]
Tables = dict[str, list[Row]]


def _home(devices: dict[int, str], addresses: dict[str, int], named: dict[int, str] | None = None) -> Tables:
    """Device → its MAC or nothing; address → device; device → its name by hand."""
    return {
        "device": [{"id": number, "name": (named or {}).get(number)} for number in devices],
        "device_mac": [{"mac": mac, "device_id": number} for number, mac in devices.items() if mac],
        "device_name": [{"device_id": number, "name": f"name {number}"} for number in devices],
        "client": [{"address": address, "device_id": number} for address, number in addresses.items()],
        "device_merged": [],
    }


def _shown(tables: Tables) -> tuple[dict[int, str | None], dict[str, int], dict[str, int]]:
    return (
        {row["id"]: row["name"] for row in tables["device"]},
        {row["mac"]: row["device_id"] for row in tables["device_mac"]},
        {row["address"]: row["device_id"] for row in tables["client"]},
    )


def test_the_same_machine_gets_its_devices_back() -> None:
    there = _home({1: "aa"}, {"192.168.1.2": 1}, {1: "TV"})
    assert merged(_home({1: "aa"}, {"192.168.1.2": 1}), there) == there
    assert set(TABLES) == there.keys()


def test_what_has_come_since_stays_and_what_was_made_by_hand_goes() -> None:
    here = _home({1: "aa", 2: "bb", 3: ""}, {"192.168.1.3": 2})
    made = merged(here, _home({1: "aa"}, {}, {1: "TV"}))
    assert _shown(made) == ({1: "TV", 2: None}, {"aa": 1, "bb": 2}, {"192.168.1.3": 2})
    assert [row["device_id"] for row in made["device_name"]] == [1, 2]


def test_on_a_fresh_machine_numbers_mean_others() -> None:
    """The phone was met first there, and the TV's number in the backup is the phone's."""
    here = _home({1: "bb", 2: "aa", 3: "cc"}, {"192.168.1.20": 1, "192.168.1.31": 2, "192.168.1.40": 3})
    there = _home({1: "aa", 3: "bb"}, {"192.168.1.30": 1}, {1: "TV", 3: "Phone"})
    assert _shown(merged(here, there)) == (
        {1: "TV", 3: "Phone", 4: None},
        {"aa": 1, "bb": 3, "cc": 4},
        {"192.168.1.30": 1, "192.168.1.20": 3, "192.168.1.31": 1, "192.168.1.40": 4},
    )


def test_without_macs_an_address_tells() -> None:
    here = _home({1: ""}, {"192.168.1.2": 1, "192.168.1.3": 1})
    same = merged(here, _home({1: ""}, {"192.168.1.2": 1}, {1: "TV"}))
    assert _shown(same) == ({1: "TV"}, {}, {"192.168.1.2": 1, "192.168.1.3": 1})
    other = merged(here, _home({1: ""}, {"192.168.1.9": 1}, {1: "TV"}))
    assert _shown(other)[0] == {1: "TV", 2: None}


def test_what_the_log_names_by_an_old_number_goes_on_to_be_found() -> None:
    here = {**_home({1: "aa"}, {}), "device_merged": [{"device_id": 7, "into_id": 1}, {"device_id": 8, "into_id": 99}]}
    there = _home({2: "aa"}, {}, {2: "TV"})
    assert merged(here, there)["device_merged"] == [{"device_id": 7, "into_id": 2}]
