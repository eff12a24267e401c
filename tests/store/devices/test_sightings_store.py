# SPDX-License-Identifier: GPL-3.0-or-later
"""Which device an address belongs to, as the network shows it."""

import sqlite3

import pytest

from store.config import devices, edit, lists
from store.config.choices import ClientHow
from store.config.engine import Engine
from store.devices import device_edits, sightings_store
from store.devices.sightings_store import Sighting
from store.household import policy

pytestmark = pytest.mark.database

MAC, OTHER_MAC, PRIVATE = "ac:bb:cc:00:00:01", "ac:bb:cc:00:00:02", "ae:bb:cc:00:00:03"


def test_a_new_address_is_a_new_device_and_the_same_one_the_same(con: sqlite3.Connection) -> None:
    first = sightings_store.sighted(con, "10.0.0.2", now=5)
    assert sightings_store.sighted(con, "10.0.0.2") == first
    assert sightings_store.sighted(con, "10.0.0.3") != first
    assert devices.clients(con) == {"10.0.0.2": first, "10.0.0.3": first + 1}
    (row, _) = devices.devices(con)
    assert (row.first_seen, row.mac, row.private_mac, row.clients[0].how) == (5, None, False, ClientHow.ADDRESS)


def test_the_same_mac_is_the_same_device(con: sqlite3.Connection) -> None:
    first = sightings_store.sighted(con, "10.0.0.2", MAC, now=5)
    assert sightings_store.sighted(con, "fe80::1", MAC.upper(), now=9) == first
    (row,) = devices.devices(con)
    assert row.addresses == ("fe80::1", "10.0.0.2")
    assert [(client.how, client.mac, client.first_seen) for client in row.clients] == [("mac", MAC, 9), ("mac", MAC, 5)]
    assert [(mac.mac, mac.private, mac.first_seen) for mac in row.macs] == [(MAC, False, 5)]


def test_a_made_up_mac_is_marked(con: sqlite3.Connection) -> None:
    sightings_store.sighted(con, "10.0.0.2", PRIVATE)
    (row,) = devices.devices(con)
    assert row.private_mac and row.macs[0].private


def test_a_mac_learnt_later_joins_two_that_are_one(engine: Engine, con: sqlite3.Connection) -> None:
    lists.sync_blocklists(engine, [lists.BlocklistSeed("ads", "catalogue", "Ads", "https://example.org/ads")])
    phone, unknown = sightings_store.sighted(con, "10.0.0.2", MAC), sightings_store.sighted(con, "fd00::2")
    edit.set_toggle(engine, "ads", f"device:{unknown}", True)
    version = policy.load(con).version
    assert sightings_store.sighted(con, "fd00::2", MAC) == phone
    assert devices.clients(con) == {"10.0.0.2": phone, "fd00::2": phone}
    assert [row.id for row in devices.devices(con)] == [phone]
    found = policy.load(con)
    assert found.version > version
    assert found.of("10.0.0.2").lists == found.of("fd00::2").lists == (("ads", None),)


def test_the_one_that_a_person_named_survives(engine: Engine, con: sqlite3.Connection) -> None:
    sightings_store.sighted(con, "10.0.0.2", MAC)
    named = sightings_store.sighted(con, "fd00::2")
    device_edits.rename_device(engine, named, "Anna's phone")
    assert sightings_store.sighted(con, "fd00::2", MAC) == named
    assert [(row.id, row.name, row.mac) for row in devices.devices(con)] == [(named, "Anna's phone", MAC)]


def test_an_address_moves_to_the_device_that_has_it_now(con: sqlite3.Connection) -> None:
    first = sightings_store.sighted(con, "10.0.0.2", MAC)
    version = policy.load(con).version
    second = sightings_store.sighted(con, "10.0.0.2", OTHER_MAC)
    assert second != first
    assert devices.clients(con) == {"10.0.0.2": second}
    assert policy.load(con).version > version


@pytest.mark.parametrize("seen", [ClientHow.EDNS, ClientHow.MAC])
def test_a_lease_of_yesterday_moves_nothing_that_was_seen(con: sqlite3.Connection, seen: ClientHow) -> None:
    (first,) = sightings_store.meet(con, [Sighting("10.0.0.2", MAC, seen)]).values()
    assert sightings_store.meet(con, [Sighting("10.0.0.2", OTHER_MAC, ClientHow.LEASE)]) == {"10.0.0.2": first}
    (far,) = sightings_store.meet(con, [Sighting("10.9.0.2", MAC, ClientHow.LEASE)]).values()
    assert far == first
    moved = sightings_store.meet(con, [Sighting("10.9.0.2", OTHER_MAC, ClientHow.LEASE)])["10.9.0.2"]
    assert moved != first, "what a lease alone told, the next lease moves"


def test_the_surest_word_is_kept(con: sqlite3.Connection) -> None:
    for how, kept in (("lease", "lease"), ("mac", "mac"), ("lease", "mac"), ("edns", "edns"), ("mac", "edns")):
        sightings_store.meet(con, [Sighting("10.0.0.2", MAC, ClientHow(how))])
        assert devices.devices(con)[0].clients[0].how == kept


def test_a_new_address_of_a_device_with_a_policy_changes_answers(engine: Engine, con: sqlite3.Connection) -> None:
    phone = sightings_store.sighted(con, "10.0.0.2", MAC)
    version = policy.load(con).version
    sightings_store.sighted(con, "10.0.0.3")
    assert policy.load(con).version == version  # a stranger: the house's policy holds as before
    edit.add_rule(engine, "block", "a.example", scope=f"device:{phone}")
    version = policy.load(con).version
    sightings_store.sighted(con, "fd00::2", MAC)
    assert policy.load(con).version == version + 1
    assert len(policy.load(con).of("fd00::2").rules) == 1


def test_when_addresses_were_heard_is_noted_with_their_macs(con: sqlite3.Connection) -> None:
    sightings_store.sighted(con, "10.0.0.2", MAC, now=100)
    sightings_store.heard(con, {"10.0.0.2": 700, "10.0.0.9": 700})
    sightings_store.heard(con, {"10.0.0.2": 300})
    (row,) = devices.devices(con)
    assert row.clients[0].last_seen == row.macs[0].last_seen == 700 and row.clients[0].first_seen == 100


def test_display_names(engine: Engine, con: sqlite3.Connection) -> None:
    device = sightings_store.sighted(con, "192.168.1.23", now=1)
    assert devices.names(con)[device] == "192.168.1.23"
    sightings_store.set_maker(con, device, "Acme")
    assert devices.names(con)[device] == "Acme …23"
    sightings_store.set_maker(con, device, "Other")
    assert devices.names(con)[device] == "Acme …23"
    device_edits.rename_device(engine, device, "Television")
    assert devices.names(con)[device] == "Television"


def test_beyond_the_bound_all_share_one_device(con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sightings_store, "MAX_DEVICES", 3)
    found = [sightings_store.sighted(con, f"10.0.0.{number}", f"ac:bb:cc:00:00:{number:02x}") for number in range(8)]
    assert len(set(found)) == 4
    assert len(set(found[3:])) == 1
    assert devices.names(con)[found[-1]] == devices.MORE_DEVICES
    assert sightings_store.sighted(con, "10.0.0.7", "ac:bb:cc:00:00:07") == found[-1]
    rows = devices.devices(con)
    assert len(rows) == 4 and rows[-1].name_from is None


def test_addresses_are_bounded_and_those_not_seen_go(con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sightings_store, "MAX_CLIENTS", 3)
    for number in range(6):
        sightings_store.sighted(con, f"fd00::{number}", MAC, now=number)
        sightings_store.heard(con, {"fd00::1": 10})
    assert sorted(devices.clients(con)) == ["fd00::1", "fd00::4", "fd00::5"]
    assert len(devices.devices(con)) == 1


def test_fifty_addresses_a_day_stay_one_device_and_push_nobody_out(con: sqlite3.Connection) -> None:
    tv = sightings_store.sighted(con, "10.0.0.9", OTHER_MAC, now=0)
    for day in range(10):
        met = [Sighting(f"fd00::{day:x}:{number:x}", MAC) for number in range(50)]
        phones = set(sightings_store.meet(con, met, now=day * 86_400).values())
        assert len(phones) == 1
    rows = {row.id: row for row in devices.devices(con)}
    assert len(rows) == 2 and rows[tv].addresses == ("10.0.0.9",)
    (phone,) = phones
    assert len(rows[phone].addresses) == sightings_store.MAX_CLIENTS_EACH
    assert {address.split(":")[2] for address in rows[phone].addresses} == {"6", "7", "8", "9"}


def test_several_at_once_are_what_they_are_one_by_one(con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sightings_store, "MAX_DEVICES", 5)
    old = sightings_store.sighted(con, "10.0.0.2")
    tablet = sightings_store.sighted(con, "10.0.0.3", MAC)
    macs: dict[str, str | None] = {
        "10.0.0.2": MAC, "10.0.0.3": None, "fd00::2": MAC.upper(), "10.0.0.4": None, "10.0.0.5": OTHER_MAC,
        **{f"10.0.1.{number}": None for number in range(4)},
    }  # fmt: skip
    found = sightings_store.meet(con, [Sighting(address, mac) for address, mac in macs.items()])
    assert old != tablet and {found[one] for one in ("10.0.0.2", "10.0.0.3", "fd00::2")} == {tablet}
    assert devices.clients(con) == found
    names = devices.names(con)
    assert len(names) == 6 and names[found["10.0.1.3"]] == devices.MORE_DEVICES
    assert len({found[one] for one in ("10.0.0.2", "10.0.0.4", "10.0.0.5", "10.0.1.0")}) == 4
    assert sightings_store.meet(con, [Sighting(address) for address in found]) == found
