# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read of devices; how they come to be is tested where they are written."""

import sqlite3

import pytest

from store.config import devices
from store.devices import sightings_store

pytestmark = pytest.mark.database

MAC = "ac:bb:cc:00:00:01"


def test_one_device_is_read_as_among_all(con: sqlite3.Connection) -> None:
    for number in range(3):
        sightings_store.sighted(con, f"10.0.0.{number}", MAC[:-1] + str(number))
        sightings_store.sighted(con, f"fd00::{number}", MAC[:-1] + str(number))
    every = devices.devices(con)
    assert [devices.devices(con, row.id) for row in every] == [[row] for row in every] and len(every) == 3
    assert devices.devices(con, 99) == []
    assert devices.by_mac(con) == {MAC[:-1] + str(number): every[number].id for number in range(3)}


def test_whose_a_few_addresses_are_is_read_of_them_alone(con: sqlite3.Connection) -> None:
    met = {f"10.0.0.{number}": sightings_store.sighted(con, f"10.0.0.{number}") for number in range(5)}
    asked = ["10.0.0.1", "10.0.0.9", "10.0.0.3", 'no "address"']
    assert devices.clients_at(con, asked) == {address: met[address] for address in ("10.0.0.1", "10.0.0.3")}
    assert devices.clients_at(con, []) == {}


def test_a_device_without_an_address_goes_by_its_mac(con: sqlite3.Connection) -> None:
    device = sightings_store.sighted(con, "10.0.0.2", MAC)
    con.execute("DELETE FROM client")
    assert devices.names(con) == {device: MAC}
    con.execute("DELETE FROM device_mac")
    assert devices.names(con) == {device: f"Device {device}"}


@pytest.mark.parametrize(
    ("rows", "ends"),
    [
        ([], {}),
        ([(1, 2)], {1: 2}),
        ([(1, 2), (2, 3), (4, 3)], {1: 3, 2: 3, 4: 3}),
    ],
)
def test_a_merged_device_is_the_last_one_of_its_chain(
    con: sqlite3.Connection, rows: list[tuple[int, int]], ends: dict[int, int]
) -> None:
    con.executemany("INSERT INTO device_merged (device_id, into_id) VALUES (?, ?)", rows)
    assert devices.merged(con) == ends


def test_a_circle_of_merged_devices_is_no_endless_one(con: sqlite3.Connection) -> None:
    con.executemany("INSERT INTO device_merged (device_id, into_id) VALUES (?, ?)", [(1, 2), (2, 1)])
    assert set(devices.merged(con)) == {1, 2}
