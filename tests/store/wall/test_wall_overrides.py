# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3

import pytest

from store.config.engine import Engine
from store.devices import sightings_store
from store.household import groups as household_groups
from store.wall import wall_edit, wall_overrides
from store.wall.wall_overrides import Override

pytestmark = pytest.mark.database


def test_a_device_stands_before_its_group(engine: Engine, con: sqlite3.Connection) -> None:
    phone = sightings_store.sighted(con, "10.0.0.2", "aa:00:00:00:00:01")
    sightings_store.sighted(con, "fd00::2", "aa:00:00:00:00:01")
    tv = sightings_store.sighted(con, "10.0.0.3")
    sightings_store.sighted(con, "10.0.0.4")
    group = household_groups.add_group(engine, "Children")
    for device in (phone, tv):
        household_groups.set_groups(engine, device, [group])
    wall_edit.put_switches(engine, f"group:{group}", {"doh": "enforce", "raw": "enforce"})
    wall_edit.put_switches(engine, f"device:{phone}", {"raw": "off"})
    own, shared = {"doh": "enforce", "raw": "off"}, {"doh": "enforce", "raw": "enforce"}
    assert dict(wall_overrides.of_clients(con)) == {
        "aa:00:00:00:00:01": own, "10.0.0.2": own, "fd00::2": own, "10.0.0.3": shared,
    }  # fmt: skip
    assert wall_overrides.overrides(con) == [
        Override(f"device:{phone}", "raw", "off"),
        Override(f"group:{group}", "doh", "enforce"),
        Override(f"group:{group}", "raw", "enforce"),
    ]


def test_a_device_that_turns_out_to_be_another_keeps_its_switch(engine: Engine, con: sqlite3.Connection) -> None:
    known = sightings_store.sighted(con, "10.0.0.2", "aa:00:00:00:00:01")
    unknown = sightings_store.sighted(con, "fd00::9")
    wall_edit.put_switches(engine, f"device:{unknown}", {"ntp": "watch"})
    assert sightings_store.sighted(con, "fd00::9", "aa:00:00:00:00:01") == known
    assert wall_overrides.overrides(con) == [Override(f"device:{known}", "ntp", "watch")]
