# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3

import pytest
from sqlalchemy import Engine

from store.config import edit, lists
from store.devices import sightings_store
from store.household import decided_by, groups, schedules
from store.household.window_input import read_window

pytestmark = pytest.mark.database

NOW = 1_783_684_800  # Friday, 2026-07-10


@pytest.fixture
def always(engine: Engine, con: sqlite3.Connection) -> int:
    """A phone in two groups, and a schedule that is always in force."""
    lists.sync_blocklists(engine, [lists.BlocklistSeed("ads", "catalogue", "Ads", "source", on=True)])
    phone = sightings_store.sighted(con, "10.0.0.2")
    for name in ("Children", "Screens"):
        groups.add_group(engine, name, {"devices": [phone]})
    schedules.add_schedule(engine, "Never", [read_window("mon 1:00-2:00")])
    return schedules.add_schedule(engine, "Always", [read_window("0:00-24:00")])


def test_for_whom_a_list_is_on(engine: Engine, con: sqlite3.Connection, always: int) -> None:
    assert decided_by.of_list(con, "ads", 1, NOW) == ""
    edit.set_toggle(engine, "ads", "house", True, schedule=always)
    assert decided_by.of_list(con, "ads", 1, NOW) == "It is on for the whole house, inside Always."
    edit.set_toggle(engine, "ads", "group:1", True, schedule=always - 1)
    edit.set_toggle(engine, "ads", "group:2", True)
    assert decided_by.of_list(con, "ads", 1, NOW) == "It is on for Screens."
    assert decided_by.of_list(con, "ads", 0, NOW) == "It is on for the whole house, inside Always."
    edit.set_toggle(engine, "ads", "device:1", True)
    assert decided_by.of_list(con, "ads", 1, NOW) == "It is on for 10.0.0.2."


def test_whose_rule_it_is(engine: Engine, con: sqlite3.Connection, always: int) -> None:
    house, own = (edit.add_rule(engine, "block", "a.example", scope=scope) for scope in ("house", "group:1"))
    assert decided_by.of_rule(con, house) == decided_by.of_rule(con, 99) == ""
    assert decided_by.of_rule(con, own) == "The rule is for Children."
    edit.add_rule(engine, "block", "a.example", schedule=always)
    assert decided_by.of_rule(con, house) == "The rule is for the whole house, inside Always."


def test_which_group_has_no_access(engine: Engine, con: sqlite3.Connection, always: int) -> None:
    groups.change_group(engine, 1, {"schedule": always - 1})
    groups.change_group(engine, 2, {"schedule": always})
    assert decided_by.of_access(con, 1, NOW) == "Screens has no access inside Always."
    assert decided_by.of_access(con, 9, NOW) == ""
