# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3

import pytest

from store.config import devices
from store.devices import sightings_store
from store.household.whose import whose

pytestmark = pytest.mark.database

MAC, OTHER = "02:00:00:00:00:01", "02:00:00:00:00:02"


@pytest.fixture
def home(con: sqlite3.Connection) -> sqlite3.Connection:
    """Device 1 with a MAC and two addresses, device 2 without one, device 3 for all for whom there was no room."""
    sightings_store.sighted(con, "10.0.0.2", MAC)
    sightings_store.sighted(con, "fe80::2", MAC)
    sightings_store.sighted(con, "10.0.0.3")
    con.execute("INSERT INTO device (found_name, found_from, first_seen) VALUES ('More', ?, 0)", (devices.OVERFLOW,))
    con.execute("INSERT INTO client (address, device_id, first_seen) VALUES ('10.0.0.4', 3, 0)")
    return con


@pytest.mark.parametrize(
    ("address", "mac", "device"),
    [
        ("10.0.0.2", MAC, 1),
        ("10.0.0.2", MAC.upper(), 1),
        ("fe80::2", None, 1),
        ("10.0.0.2", None, 1),
        ("10.0.0.99", MAC, 1),  # a new address of a device that is known
        ("10.0.0.99", None, None),
        ("10.0.0.99", OTHER, None),
        ("10.0.0.2", OTHER, None),  # handed to another device, which has asked for nothing yet
        ("10.0.0.3", OTHER, 2),  # nobody knew its MAC until now
        ("10.0.0.3", MAC, 1),  # handed to a device that is known
        ("10.0.0.4", None, None),
        ("10.0.0.4", OTHER, None),
    ],
)
def test_a_device_is_told_by_its_address_and_by_its_mac_where_they_differ(
    home: sqlite3.Connection, address: str, mac: str | None, device: int | None
) -> None:
    assert whose(home, address, mac) == device
