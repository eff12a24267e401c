# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose an address of a history is: by MAC, then address, then name; new devices are known when they come."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store.base import db
from store.devices import sightings_store
from store.imports.history_devices import match
from store.imports.import_file import Client

pytestmark = pytest.mark.database

MAC, OTHER, PRIVATE = "00:11:22:33:44:55", "00:11:22:33:44:66", "02:11:22:33:44:77"
SECOND_US = 1_000_000


@pytest.fixture
def con(state: Path) -> Iterator[sqlite3.Connection]:
    with closing(db.connect(state / "config.db")) as opened:
        yield opened


def _match(con: sqlite3.Connection, *clients: Client) -> list[int | None]:
    found = match(con, clients, {client.id: 1_700_000_000 * SECOND_US for client in clients}).devices
    return [found.get(client.id) for client in clients]


def test_a_mac_goes_before_the_address(con: sqlite3.Connection) -> None:
    phone, tv = (sightings_store.sighted(con, f"192.168.1.{at}", mac) for at, mac in ((2, MAC), (3, OTHER)))
    assert _match(con, Client(1, "192.168.1.3", MAC, ""), Client(2, "192.168.1.3", "", "")) == [phone, tv]


def test_a_new_mac_goes_to_an_address_of_which_none_is_known(con: sqlite3.Connection) -> None:
    phone = sightings_store.sighted(con, "192.168.1.2")
    assert _match(con, Client(1, "192.168.1.2", MAC, "")) == [phone]
    assert con.execute("SELECT mac FROM device_mac WHERE device_id = ?", (phone,)).fetchall() == [(MAC,)]


def test_a_mac_that_a_phone_made_up_goes_by_its_name(con: sqlite3.Connection) -> None:
    phone = sightings_store.sighted(con, "192.168.1.2", MAC)
    con.execute("UPDATE device SET name = 'Phone' WHERE id = ?", (phone,))
    made_up, real = Client(1, "192.168.1.9", PRIVATE, "phone"), Client(2, "192.168.1.8", OTHER, "phone")
    by_name, new = _match(con, made_up, real)
    assert by_name == phone
    assert new not in (None, phone)


def test_a_new_device_is_the_same_one_when_it_comes(con: sqlite3.Connection) -> None:
    told = [Client(1, "192.168.1.2", MAC, "tv"), Client(2, "fd00::2", MAC, ""), Client(3, "192.168.1.4", "", "nas")]
    tv, again, nas = _match(con, *told)
    assert tv == again
    assert _match(con, *told) == [tv, tv, nas]
    assert sightings_store.sighted(con, "192.168.1.77", MAC) == tv
    assert sightings_store.sighted(con, "192.168.1.4") == nas
    names = con.execute("SELECT found_name, first_seen FROM device ORDER BY id").fetchall()
    assert names == [("tv", 1_700_000_000), ("nas", 1_700_000_000)]


def test_what_has_neither_mac_nor_name_is_nobodys(con: sqlite3.Connection) -> None:
    told = [Client(1, "fd00::1234", "", ""), Client(2, "203.0.113.7", "", ""), Client(3, "0.0.0.0", "", "hidden")]
    assert _match(con, *told) == [None, None, None]
    assert con.execute("SELECT count(*) FROM device").fetchone() == (0,)
