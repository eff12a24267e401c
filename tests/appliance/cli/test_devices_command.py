# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices from the command line."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from store.base import db
from store.config.choices import NameSource
from store.devices import found_names, sightings_store

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def phone(state: Path) -> int:
    with closing(db.connect(state / "config.db")) as con:
        number = sightings_store.sighted(con, "192.168.1.20", "50:8f:4c:00:00:01", now=1_800_000_000)
        for address in ("fd00::20", "fd00::21"):
            sightings_store.sighted(con, address, "50:8f:4c:00:00:01", now=1_800_000_100)
        sightings_store.set_maker(con, number, "Xiaomi")
        found_names.learn(con, number, NameSource.LEASE, "redmi\x1b[31m")
    return number


def test_a_device_goes_by_its_name_and_by_its_address(command: Command, phone: int) -> None:
    command("devices", "rename", "192.168.1.20", "Tom's phone")
    command("groups", "add", "Children")
    assert command("devices", "group", "tom's phone", "Children")[1] == f"Device {phone} is in group 1.\n"
    assert command("devices", "kind", "Tom's phone", "tv")[1] == f"Device {phone} is of the kind tv.\n"
    line = command("devices")[1].splitlines()[1]
    assert "Tom's phone" in line and "tv" in line and "Children" in line
    assert "is guessed" in command("devices", "kind", "fd00::21")[1] and " tv " not in command("devices")[1]
    code, _, errors = command("devices", "kind", "Tom's phone", "toaster")
    assert code == 1 and "'toaster' is no kind of device: phone" in errors
    for words in (("groups", "answer", "children", "nxdomain"),
                  ("services", "on", "TikTok", "--scope", "group:Children"),
                  ("pause", "--scope", "device:Tom's phone"), ("resume", "--scope", "device:tom's phone"),
                  ("except", "a.example", "--scope", "group:children"), ("groups", "remove", "Children")):  # fmt: skip
        assert command(*words)[0] == 0, words
    assert "There is no device 'Ghost'" in command("pause", "--scope", "device:Ghost")[2]


def test_devices_are_shown_and_their_names_are_harmless(command: Command, phone: int) -> None:
    out = command("devices")[1]
    assert "redmi?[31m" in out
    assert "Xiaomi" in out
    assert "…" in out
    (row,) = json.loads(command("devices", "list", "--json")[1])
    assert row["id"] == phone
    assert len(row["addresses"]) == 3


def test_a_device_is_renamed_and_given_its_name_back(command: Command, phone: int) -> None:
    assert command("devices", "rename", str(phone), "Anna's phone")[0] == 0
    assert "Anna's phone" in command("devices")[1]
    assert command("devices", "rename", str(phone))[0] == 0
    assert "Anna's phone" not in command("devices")[1]


def test_a_device_is_put_into_a_group_and_out_again(command: Command, phone: int) -> None:
    command("groups", "add", "Children")
    command("groups", "add", "Guests")
    assert "is in group 1" in command("devices", "group", str(phone), "1")[1]
    assert json.loads(command("devices", "list", "--json")[1])[0]["groups"] == [1]
    assert "is in groups 1, 2" in command("devices", "group", str(phone), "2", "1", "2")[1]
    assert command("devices", "group", str(phone))[0] == 0
    assert json.loads(command("devices", "list", "--json")[1])[0]["groups"] == []
    code, _, said = command("devices", "group", str(phone), "7")
    assert code == 1
    assert "no group 7" in said


def rows(command: Command) -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in json.loads(command("devices", "list", "--json")[1])}


def test_devices_are_made_one_and_two_and_forgotten(command: Command, phone: int, state: Path) -> None:
    with closing(db.connect(state / "config.db")) as con:
        other = sightings_store.sighted(con, "192.168.1.21", "02:00:00:00:00:02")
    assert "(private)" in command("devices")[1]
    assert command("devices", "merge", str(other), str(phone))[0] == 0
    (row,) = rows(command).values()
    assert len(row["macs"]) == 2 and row["name_from"] == "lease" and not row["private_mac"]
    assert command("devices", "split", str(phone), "02:00:00:00:00:02")[0] == 0
    new = max(rows(command))
    assert rows(command)[new]["addresses"] == ["192.168.1.21"] and rows(command)[new]["private_mac"]
    assert "2 addresses or networks" in command("devices", "address", str(new), "10.5.0.0/16", "fd00:5::/64")[1]
    assert rows(command)[new]["networks"] == ["10.5.0.0/16", "fd00:5::/64"]
    assert command("devices", "address", str(new))[0] == 0 and rows(command)[new]["networks"] == []
    assert command("devices", "forget", str(new))[0] == 0 and list(rows(command)) == [phone]
    code, _, said = command("devices", "split", str(phone), "10.9.9.9")
    assert code == 1 and "no address 10.9.9.9" in said
