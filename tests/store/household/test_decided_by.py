# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
import time

import pytest

from store.config import edit, lists
from store.config.engine import Engine
from store.devices import sightings_store
from store.household import decided_by, exceptions, groups, pauses, schedules
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
    def of_list(con: sqlite3.Connection, blocklist: str, device: int, now_s: int) -> str:
        return decided_by.of_list(con, blocklist, device, now_s).sentence

    assert of_list(con, "ads", 1, NOW) == ""
    edit.set_toggle(engine, "ads", "house", True, schedule=always)
    assert of_list(con, "ads", 1, NOW) == "It is on for the whole house, inside Always."
    edit.set_toggle(engine, "ads", "group:1", True, schedule=always - 1)
    edit.set_toggle(engine, "ads", "group:2", True)
    assert of_list(con, "ads", 1, NOW) == "It is on for Screens."
    assert of_list(con, "ads", 0, NOW) == "It is on for the whole house, inside Always."
    edit.set_toggle(engine, "ads", "device:1", True)
    assert of_list(con, "ads", 1, NOW) == "It is on for 10.0.0.2."


def test_whose_rule_it_is(engine: Engine, con: sqlite3.Connection, always: int) -> None:
    house, own = (edit.add_rule(engine, "block", "a.example", scope=scope) for scope in ("house", "group:1"))
    assert decided_by.of_rule(con, house, NOW) == decided_by.of_rule(con, 99, NOW) == decided_by.NOBODY
    assert decided_by.of_rule(con, own, NOW).sentence == "The rule is for Children."
    edit.add_rule(engine, "block", "a.example", schedule=always)
    assert decided_by.of_rule(con, house, NOW).sentence == "The rule is for the whole house, inside Always."


def test_which_group_has_no_access(engine: Engine, con: sqlite3.Connection, always: int) -> None:
    groups.change_group(engine, 1, {"schedule": always - 1})
    groups.change_group(engine, 2, {"schedule": always})
    assert decided_by.of_access(con, 1, NOW) == ("Screens has no access inside Always.", None)
    assert decided_by.of_access(con, 9, NOW) == decided_by.NOBODY


def test_until_when_a_schedule_holds(engine: Engine, con: sqlite3.Connection, always: int) -> None:
    noon = schedules.add_schedule(engine, "Noon", [read_window("fri 12:00-13:30")])
    longer = schedules.add_schedule(engine, "Longer", [read_window("fri 11:00-14:00")])
    now = int(time.mktime((2026, 7, 10, 12, 15, 0, 0, 0, -1)))
    groups.change_group(engine, 1, {"schedule": longer})
    groups.change_group(engine, 2, {"schedule": noon})
    told = "Children has no access inside Longer, until 14:00."
    assert decided_by.of_access(con, 1, now) == (told, now + 105 * 60), "of several, the one that ends last"
    edit.set_toggle(engine, "ads", "group:2", True, schedule=noon)
    assert decided_by.of_list(con, "ads", 1, now) == (
        "It is on for Screens, inside Noon, until 13:30.", now + 75 * 60,
    )  # fmt: skip
    rule = edit.add_rule(engine, "block", "a.example", schedule=noon)
    assert decided_by.of_rule(con, rule, now) == (
        "The rule is for the whole house, inside Noon, until 13:30.", now + 75 * 60,
    )  # fmt: skip


def test_which_pause_lets_through_and_until_when(engine: Engine, con: sqlite3.Connection, always: int) -> None:
    now = int(time.time())
    for scope, blocklist, until in (("house", "ads", now + 10**6), ("device:1", None, now + 10**6 + 60)):
        pauses.pause(engine, scope, blocklist, until)
    assert decided_by.of_pause(con, 9, {"ads"}, now).sentence.startswith("Ads is paused for the whole house until ")
    assert decided_by.of_pause(con, 9, {"other"}, now) == decided_by.NOBODY
    assert decided_by.of_pause(con, 1, {"ads"}, now).until_s == now + 10**6 + 60, "a pause of everything comes first"
    pauses.pause(engine, "group:2")
    assert decided_by.of_pause(con, 1, (), now) == ("Blocking is paused for Screens until it is resumed.", None)


def test_which_exception_lets_through_and_until_when(engine: Engine, con: sqlite3.Connection, always: int) -> None:
    now = int(time.time())
    exceptions.let_through(engine, "group:1", "shop.example", now + 600, "somebody")
    exceptions.let_through(engine, "device:1", "pay.shop.example", now + 300, "somebody")
    word = decided_by.of_exception(con, 1, "pay.shop.example", now)
    assert word.until_s == now + 600 and word.sentence.startswith("shop.example is let through for Children until ")
    assert decided_by.of_exception(con, 9, "shop.example", now) == decided_by.NOBODY
    assert decided_by.of_exception(con, 1, "workshop.example", now) == decided_by.NOBODY
