# SPDX-License-Identifier: GPL-3.0-or-later
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from namespaces import Home

from network import neighbours
from network.neighbours import Neighbours, macs
from wire.addresses import Address

PHONE = ip_address("192.168.77.10")
TABLE: list[dict[str, Any]] = [
    {"dst": "192.168.77.10", "dev": "lan", "lladdr": "AA:bb:cc:dd:ee:ff", "state": ["REACHABLE"]},
    {"dst": "192.168.77.11", "dev": "lan", "state": ["FAILED"]},
    {"dst": "192.168.77.12", "dev": "lan", "lladdr": "aa:bb:cc:dd:ee:00", "state": ["FAILED"]},
    {"dst": "2001:db8:77::10", "dev": "lan", "lladdr": "aa:bb:cc:dd:ee:ff", "state": ["STALE"]},
    {"dst": "10.0.0.1", "dev": "tun0", "lladdr": "1.2.3.4", "state": ["PERMANENT"]},
]


def test_addresses_of_one_device_share_a_mac() -> None:
    found = Neighbours(lambda: macs(TABLE))
    assert found.mac_of(PHONE, 0) == found.mac_of(ip_address("2001:db8:77::10"), 0) == "aa:bb:cc:dd:ee:ff"
    assert {found.mac_of(ip_address(other), 0) for other in ("192.168.77.11", "192.168.77.12", "10.0.0.1")} == {None}


def test_what_is_known_costs_no_reading() -> None:
    found = Neighbours(lambda: macs(TABLE))
    assert found.known(PHONE) is None
    found.mac_of(PHONE, 0)
    assert found.known(PHONE) == "aa:bb:cc:dd:ee:ff"


def test_it_is_read_again_but_not_for_each_question() -> None:
    readings: list[int] = []

    def read() -> dict[Address, str]:
        readings.append(1)
        return macs(TABLE)

    found = Neighbours(read)
    for now in (0.0, 0.5, 1.0):
        found.mac_of(ip_address("192.168.77.99"), now)
    assert len(readings) == 1
    found.mac_of(ip_address("192.168.77.99"), 3)
    found.mac_of(PHONE, 10)
    assert len(readings) == 2
    found.mac_of(PHONE, 100)
    assert len(readings) == 3


def test_entries_of_another_form_are_passed_over() -> None:
    odd: list[dict[str, Any]] = [
        {"dst": "192.168.1.10", "lladdr": None, "state": None}, {"lladdr": "00:11:22:33:44:57"}, {"dst": 7}, {},
        {"dst": "192.168.1.3", "lladdr": "00:11:22:33:44:55", "state": [1, ["FAILED"]]},
    ]  # fmt: skip
    assert macs(odd) == {ip_address("192.168.1.3"): "00:11:22:33:44:55"}


@pytest.mark.process
def test_without_iproute_the_kernel_s_older_table_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    arp = tmp_path / "arp"
    arp.write_text(
        "IP address       HW type     Flags       HW address            Mask     Device\n"
        "192.168.1.2      0x1         0x2         B8:27:EB:01:02:03     *        eth0\n"
        "192.168.1.3      0x1         0x0         00:00:00:00:00:00     *        eth0\n"
        "192.168.1.4      0x1         0x2         10.0.0.1              *        tun0\n"
        "short\n"
    )
    assert neighbours.read_arp(arp) == {ip_address("192.168.1.2"): "b8:27:eb:01:02:03"}
    assert neighbours.read_arp(tmp_path / "none") == {}
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(neighbours, "read_arp", lambda: {PHONE: "b8:27:eb:01:02:03"})
    assert neighbours.table() == {PHONE: "b8:27:eb:01:02:03"}


def test_a_table_without_end_is_read_up_to_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "MAX_NEIGHBOURS", 3)
    rows = [{"dst": f"192.168.1.{number}", "lladdr": "b8:27:eb:01:02:03"} for number in range(9)]
    assert len(macs(rows)) == 3


@pytest.mark.netns
def test_the_kernel_tells(home: Home) -> None:
    home.connect("192.168.77.1", 9)
    with home.gateway.inside():
        found = Neighbours().mac_of(PHONE, 0)
    assert found is not None
    assert found in home.phone.run("ip", "link", "show", "eth0").stdout


def test_only_what_answered_lately_is_up() -> None:
    stale = [{"dst": "192.168.77.20", "lladdr": "aa:bb:cc:dd:ee:20", "state": ["STALE"]}]
    asked = [{"dst": "192.168.77.21", "lladdr": "aa:bb:cc:dd:ee:21", "state": ["DELAY"]}]
    assert neighbours.reachable(lambda: [*TABLE, *stale, *asked]) == {"aa:bb:cc:dd:ee:ff", "aa:bb:cc:dd:ee:21"}
    assert neighbours.reachable(list) == set()


def test_a_link_local_address_is_that_of_its_own_link() -> None:
    asked: list[tuple[str, ...]] = []

    def rows(*words: str) -> list[dict[str, Any]]:
        asked.append(words)
        return [{"dst": "fe80::1", "lladdr": "02:00:00:00:00:01", "state": ["REACHABLE"]}]

    assert neighbours.mac_on(ip_address("fe80::1"), "eth1", rows) == "02:00:00:00:00:01"
    assert neighbours.mac_on(ip_address("fe80::2"), "eth1", rows) is None
    assert asked[0] == ("neigh", "show", "dev", "eth1")
