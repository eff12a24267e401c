# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from store.config import edit, lists
from store.config.engine import Engine
from store.config.session import EditError, NotFound
from store.household import groups, schedules

pytestmark = pytest.mark.database

NIGHT = [{"days": ["mon"], "from": "21:00", "to": "06:30"}]


@pytest.fixture(autouse=True)
def _ads(engine: Engine) -> None:
    lists.sync_blocklists(engine, [lists.BlocklistSeed("ads", "catalogue", "Ads", "https://example.org/ads")])


def test_schedules_are_made_changed_and_removed(engine: Engine, con: sqlite3.Connection) -> None:
    night = schedules.add_schedule(engine, " Bed  time", NIGHT)
    schedules.add_schedule(engine, "Afternoon", [{"days": ["tue"], "from": "13:00", "to": "17:00"}])
    assert [row.name for row in schedules.schedules(engine)] == ["Afternoon", "Bed time"]
    schedules.change_schedule(engine, night, windows=[{**NIGHT[0], "days": ["sun"]}])
    schedules.change_schedule(engine, night, name="Night")
    schedules.change_schedule(engine, night, name="Night")
    assert [(row.name, row.windows[0].days) for row in schedules.schedules(engine)][1] == ("Night", (6,))
    assert schedules.find_schedule(engine, "Night") == schedules.find_schedule(engine, str(night)) == night
    schedules.remove_schedule(engine, night)
    assert [row.name for row in schedules.schedules(engine)] == ["Afternoon"]


def test_a_schedule_in_use_is_not_removed_and_says_what_uses_it(engine: Engine) -> None:
    night, group = schedules.add_schedule(engine, "Night", NIGHT), groups.add_group(engine, "Children")
    groups.change_group(engine, group, {"schedule": night})
    with pytest.raises(EditError, match="in use by the access of Children; give that another"):
        schedules.remove_schedule(engine, night)
    edit.set_toggle(engine, "ads", f"group:{group}", True, schedule=night)
    edit.add_rule(engine, "block", "a.example", schedule=night)
    (row,) = schedules.schedules(engine)
    assert row.uses == ("the access of Children", "Ads for Children", "the rule for a.example")
    with pytest.raises(EditError, match="and 2 more"):
        schedules.remove_schedule(engine, night)
    edit.set_toggle(engine, "ads", f"group:{group}", True, schedule=None)
    edit.add_rule(engine, "block", "a.example", schedule=None)
    groups.remove_group(engine, group)
    schedules.remove_schedule(engine, night)


def test_a_change_is_seen_by_whoever_builds_a_policy(engine: Engine, con: sqlite3.Connection) -> None:
    def version() -> str:
        return str(con.execute("SELECT value FROM meta WHERE key = 'policy_version'").fetchone()[0])

    night = schedules.add_schedule(engine, "Night", NIGHT)
    before = version()
    schedules.change_schedule(engine, night, windows=[{**NIGHT[0], "to": "07:00"}])
    assert version() != before


@pytest.mark.parametrize(
    ("edits", "error", "words"),
    [
        (lambda e: schedules.add_schedule(e, "", NIGHT), EditError, "printable"),
        (lambda e: schedules.add_schedule(e, "Night", NIGHT), EditError, "already"),
        (lambda e: schedules.add_schedule(e, "Day", []), EditError, "at least one"),
        (lambda e: schedules.change_schedule(e, 1, "Other", [{**NIGHT[0], "to": "21:00"}]), EditError, "no time"),
        (lambda e: schedules.change_schedule(e, 9), NotFound, "schedule 9"),
        (lambda e: schedules.remove_schedule(e, 9), NotFound, "schedule 9"),
        (lambda e: schedules.find_schedule(e, "Day"), NotFound, "no schedule 'Day'"),
        (lambda e: edit.set_toggle(e, "ads", "house", True, schedule=9), NotFound, "schedule 9"),
        (lambda e: edit.set_toggle(e, "ads", "house", False, schedule=1), EditError, "off outside it too"),
        (lambda e: edit.set_toggle(e, "ads", "house", True, "safe"), EditError, "no levels"),
        (lambda e: edit.add_rule(e, "block", "a.example", schedule=9), NotFound, "schedule 9"),
    ],
)
def test_refused_edits_say_why_and_change_nothing(
    engine: Engine, con: sqlite3.Connection, edits: Callable[[Engine], Any], error: type[EditError], words: str
) -> None:
    schedules.add_schedule(engine, "Night", NIGHT)
    before = list(con.iterdump())
    with pytest.raises(error, match=words):
        edits(engine)
    assert list(con.iterdump()) == before


def test_there_is_an_end_to_schedules(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "MAX_SCHEDULES", 1)
    schedules.add_schedule(engine, "Night", NIGHT)
    with pytest.raises(EditError, match="1 schedules already"):
        schedules.add_schedule(engine, "Day", NIGHT)
