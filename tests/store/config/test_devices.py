# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3

import pytest
from sqlalchemy import Engine

from store.config import devices, edit, lists
from store.household import policy

MAC, OTHER_MAC = "aa:bb:cc:00:00:01", "aa:bb:cc:00:00:02"


def test_a_new_address_is_a_new_device_and_the_same_one_the_same(con: sqlite3.Connection) -> None:
    first = devices.sighted(con, "10.0.0.2", now=5)
    assert devices.sighted(con, "10.0.0.2") == first
    assert devices.sighted(con, "10.0.0.3") != first
    assert devices.clients(con) == {"10.0.0.2": first, "10.0.0.3": first + 1}
    assert devices.devices(con)[0].first_seen == 5


def test_the_same_mac_is_the_same_device(con: sqlite3.Connection) -> None:
    first = devices.sighted(con, "10.0.0.2", MAC)
    assert devices.sighted(con, "fe80::1", MAC.upper()) == first
    assert devices.devices(con)[0].addresses == ("fe80::1", "10.0.0.2")


def test_a_mac_learnt_later_joins_two_that_are_one(engine: Engine, con: sqlite3.Connection) -> None:
    lists.sync_blocklists(engine, [lists.BlocklistSeed("ads", "catalogue", "Ads", "https://example.org/ads")])
    phone, unknown = devices.sighted(con, "10.0.0.2", MAC), devices.sighted(con, "fd00::2")
    edit.set_toggle(engine, "ads", f"device:{unknown}", True)
    version = policy.load(con).version
    assert devices.set_facts(con, unknown, mac=MAC, maker="Acme") == phone
    assert devices.clients(con) == {"10.0.0.2": phone, "fd00::2": phone}
    assert [(row.id, row.maker) for row in devices.devices(con)] == [(phone, "Acme")]
    found = policy.load(con)
    assert found.version > version
    assert found.of("10.0.0.2").lists == found.of("fd00::2").lists == (("ads", None),)


def test_the_one_that_a_person_named_survives(engine: Engine, con: sqlite3.Connection) -> None:
    devices.sighted(con, "10.0.0.2", MAC)
    named = devices.sighted(con, "fd00::2")
    edit.rename_device(engine, named, "Anna's phone")
    assert devices.sighted(con, "fd00::2", MAC) == named
    assert [(row.id, row.name, row.mac) for row in devices.devices(con)] == [(named, "Anna's phone", MAC)]


def test_an_address_moves_to_the_device_that_has_it_now(con: sqlite3.Connection) -> None:
    first = devices.sighted(con, "10.0.0.2", MAC)
    version = policy.load(con).version
    second = devices.sighted(con, "10.0.0.2", OTHER_MAC)
    assert second != first
    assert devices.clients(con) == {"10.0.0.2": second}
    assert policy.load(con).version > version


def test_a_new_address_of_a_device_with_a_policy_changes_answers(engine: Engine, con: sqlite3.Connection) -> None:
    phone = devices.sighted(con, "10.0.0.2", MAC)
    version = policy.load(con).version
    devices.sighted(con, "10.0.0.3")
    assert policy.load(con).version == version  # a stranger: the house's policy holds as before
    edit.add_rule(engine, "block", "a.example", scope=f"device:{phone}")
    version = policy.load(con).version
    devices.sighted(con, "fd00::2", MAC)
    assert policy.load(con).version == version + 1
    assert len(policy.load(con).of("fd00::2").rules) == 1


def test_facts_fill_in_and_stay(con: sqlite3.Connection) -> None:
    device = devices.sighted(con, "10.0.0.2")
    assert devices.set_facts(con, device, MAC, "Acme", "acme-tv") == device
    assert devices.set_facts(con, device, OTHER_MAC, None, None) == device
    row = devices.devices(con)[0]
    assert (row.mac, row.maker, row.found_name) == (MAC, "Acme", "acme-tv")
    assert devices.set_facts(con, 99, MAC) == 99


def test_display_names(engine: Engine, con: sqlite3.Connection) -> None:
    device = devices.sighted(con, "192.168.1.23", now=1)
    assert devices.names(con)[device] == "192.168.1.23"
    devices.set_facts(con, device, maker="Acme")
    assert devices.names(con)[device] == "Acme …23"
    devices.set_facts(con, device, found_name="acme-tv")
    assert devices.names(con)[device] == "acme-tv"
    edit.rename_device(engine, device, "Television")
    assert devices.names(con)[device] == "Television"


def test_beyond_the_bound_all_share_one_device(con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "MAX_DEVICES", 3)
    found = [devices.sighted(con, f"10.0.0.{number}", f"aa:bb:cc:00:00:{number:02x}") for number in range(8)]
    assert len(set(found)) == 4
    assert len(set(found[3:])) == 1
    assert devices.names(con)[found[-1]] == devices.MORE_DEVICES
    assert devices.sighted(con, "10.0.0.7", "aa:bb:cc:00:00:07") == found[-1]
    assert len(devices.devices(con)) == 4


def test_addresses_are_bounded_and_the_oldest_goes(con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "MAX_CLIENTS", 3)
    for number in range(6):
        devices.sighted(con, f"fd00::{number}", MAC, now=number)
    assert sorted(devices.clients(con)) == ["fd00::3", "fd00::4", "fd00::5"]
    assert len(devices.devices(con)) == 1


def test_several_at_once_are_what_they_are_one_by_one(con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "MAX_DEVICES", 5)
    old = devices.sighted(con, "10.0.0.2")
    tablet = devices.sighted(con, "10.0.0.3", MAC)
    found = devices.sighted_all(con, {
        "10.0.0.2": MAC, "10.0.0.3": None, "fd00::2": MAC.upper(), "10.0.0.4": None, "10.0.0.5": OTHER_MAC,
        **{f"10.0.1.{number}": None for number in range(4)},
    })  # fmt: skip
    assert old != tablet and {found[one] for one in ("10.0.0.2", "10.0.0.3", "fd00::2")} == {tablet}
    assert devices.clients(con) == found
    names = devices.names(con)
    assert len(names) == 6 and names[found["10.0.1.3"]] == devices.MORE_DEVICES
    assert len({found[one] for one in ("10.0.0.2", "10.0.0.4", "10.0.0.5", "10.0.1.0")}) == 4
    assert devices.sighted_all(con, dict.fromkeys(found)) == found
