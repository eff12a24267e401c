# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from store.config import edit, lists
from store.config.engine import Engine
from store.devices import sightings_store
from store.household import groups, policy, schedule_times, schedules

pytestmark = pytest.mark.database


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.fixture(autouse=True)
def _zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def night(engine: Engine) -> int:
    lists.sync_blocklists(engine, [lists.BlocklistSeed("ads", "catalogue", "Ads", "https://example.org/ads")])
    schedules.add_schedule(engine, "Monday noon", [{"days": ["mon"], "from": "12:00", "to": "13:00"}])
    return schedules.add_schedule(engine, "Night", [{"days": ["fri"], "from": "21:00", "to": "06:30"}])


EVENING, DAY = utc("2026-07-03T20:00:00"), utc("2026-07-03T10:00:00")


def test_what_is_in_force_now_and_until_when(con: sqlite3.Connection, night: int) -> None:
    assert schedule_times.holding(con, EVENING).value == {night}
    assert schedule_times.holding(con, EVENING).next_edge_s == utc("2026-07-04T04:30:00")
    assert schedule_times.holding(con, DAY).value == set()
    assert schedule_times.holding(con, utc("2026-07-05T10:00:00")).next_edge_s == utc("2026-07-06T10:00:00")


def test_a_clock_that_was_never_set_takes_nobody_s_access(engine: Engine, con: sqlite3.Connection, night: int) -> None:
    friday_1970 = 1 * 86_400 + 21 * 3600
    assert schedule_times.holding(con, friday_1970) == schedule_times.Holding(frozenset())
    group = groups.add_group(engine, "Children", {"schedule": night})
    groups.set_groups(engine, sightings_store.sighted(con, "10.0.0.2"), [group])
    assert policy.load(con, now_s=friday_1970).of("10.0.0.2").closed == ""
    assert policy.load(con, now_s=EVENING).of("10.0.0.2").closed == "Night"


def test_what_has_a_schedule_holds_inside_it_alone(engine: Engine, con: sqlite3.Connection, night: int) -> None:
    group = groups.add_group(engine, "Children")
    groups.set_groups(engine, sightings_store.sighted(con, "10.0.0.2"), [group])
    edit.set_toggle(engine, "ads", "house", True, schedule=night)
    edit.set_toggle(engine, "ads", f"group:{group}", False, schedule=night)
    edit.add_rule(engine, "block", "a.example", schedule=night)

    def now(moment: int) -> tuple[bool, bool, int]:
        policies = policy.load(con, now_s=moment)
        return bool(policies.default.lists), bool(policies.of("10.0.0.2").lists), len(policies.default.rules)

    assert now(EVENING) == (True, False, 1)
    assert now(DAY) == (False, False, 0)
    assert policy.load(con, now_s=DAY).next_edge_s == utc("2026-07-03T19:00:00")
