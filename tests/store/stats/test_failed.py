# SPDX-License-Identifier: GPL-3.0-or-later
"""What was let through and got no answer counts as failed: in rows, hours and days, and in a log from before."""

import sqlite3
from collections.abc import Iterator

import counted
import pytest
from told_facts import NOTHING

from store.base import db
from store.log import querylog, rollup_tables
from store.log.batches import Batch
from store.log.records import FAILED, Key, Origin, Verdict
from store.log.rollup_tables import DAY_US, HOUR_US
from store.log.values import QueryFilter
from store.log.writer import Writer
from store.stats.sqlite_reader import SqliteReader

START = 20_000 * DAY_US
SERVFAIL = 2
PASSED = Key("a.example", 1, Verdict.PASS, Origin.UPSTREAM, "", "", 0, "9.9.9.9")
DEAD = Key("dead.example", 1, Verdict.PASS, Origin.SELF, "", "", SERVFAIL, "")
REFUSED = 5  # by every upstream
ALLOWED_DEAD = Key("dead.example", 1, Verdict.ALLOW, Origin.UPSTREAM, "own", "||dead.example^", REFUSED, "9.9.9.9")
BLOCKED = Key("ads.example", 1, Verdict.BLOCK, Origin.SELF, "ads", "ads.example", SERVFAIL, "")
KEYS = [PASSED, DEAD, ALLOWED_DEAD, BLOCKED]


@pytest.fixture
def log() -> Iterator[sqlite3.Connection]:
    con = sqlite3.connect(":memory:", isolation_level=None)
    querylog.migrate(con)
    writer = Writer(con, NOTHING, lambda: START + 3 * DAY_US)
    rows = [(START + number * HOUR_US // 2, number % 2, number % 4, 5) for number in range(4 * 48)]
    writer.add(Batch(1, 0, 0, ["10.0.0.2", "10.0.0.3"], KEYS, rows), {"10.0.0.2": 1, "10.0.0.3": 2}.get)
    writer.commit()
    yield con
    con.close()


def roll(log: sqlite3.Connection) -> None:
    writer = Writer(log, NOTHING)
    while writer.rollup.step(START + 9 * DAY_US):
        pass


@pytest.mark.parametrize("rolled", [False, True])
@pytest.mark.parametrize("device", [None, 1, 2])
def test_failures_are_a_count_of_their_own(log: sqlite3.Connection, rolled: bool, device: int | None) -> None:
    if rolled:
        roll(log)
    end = START + 4 * DAY_US
    share = {None: (48, 96, 48), 1: (48, 48, 0), 2: (0, 48, 48)}[device]
    summary = counted.summary(log, START, end, device)
    assert (summary.passed, summary.failed, summary.blocked, summary.allowed) == (share[0], share[1], share[2], 0)
    assert summary.queries == sum(share)
    buckets = counted.timeline(log, START, end, DAY_US, device)
    assert [sum(getattr(bucket, of) for bucket in buckets) for of in ("passed", "failed", "blocked")] == list(share)
    tops = {top.label: (top.queries, top.failed) for top in counted.top(log, "names", START, end, None, device)}
    assert tops["dead.example"] == (share[1], share[1])
    assert [top.label for top in counted.top(log, "names", START, end, FAILED, device)] == ["dead.example"]
    assert "dead.example" not in [top.label for top in counted.top(log, "names", START, end, Verdict.PASS, device)]


@pytest.mark.parametrize("verdict", ["failed", FAILED])
def test_rows_are_found_by_it_and_keep_what_was_decided(log: sqlite3.Connection, verdict: str | int) -> None:
    roll(log)
    rows = SqliteReader(log).queries(QueryFilter(verdict=verdict), None, 1000).items
    assert len(rows) == 96 and {row.verdict for row in rows} == {"PASS", "ALLOW"}
    passed = SqliteReader(log).queries(QueryFilter(verdict="PASS"), None, 1000).items
    assert {row.rcode for row in passed} == {"NOERROR"} and len(passed) == 48


def test_sums_of_a_log_from_before_are_made_anew(log: sqlite3.Connection) -> None:
    roll(log)
    held = log.execute("SELECT count(*) FROM rolled").fetchone()[0]
    log.execute("PRAGMA user_version = 6")
    db.migrate_connection(log, "querylog", 7)
    assert held and not log.execute("SELECT count(*) FROM rolled").fetchone()[0]
    log.execute("DELETE FROM outcomes WHERE rcode = 2")
    rollup_tables.put(log, 0, 480_000, (), True)
    log.execute("PRAGMA user_version = 6")
    db.migrate_connection(log, "querylog", 7)
    assert log.execute("SELECT count(*) FROM rolled").fetchone()[0] == 1, "nothing failed: all stays"
