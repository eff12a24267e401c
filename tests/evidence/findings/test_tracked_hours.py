# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries of trackers hour by hour: as the log has them, read again where the log or the facts changed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import asked_log
import pytest
from asked_log import AAAA, NOW, Asked

from blocklists.whose import facts
from evidence.base import evidence_file, log_hours, passes
from evidence.findings import tracked_hours
from store.log.records import FAILED, Verdict
from store.log.rollup_tables import HOUR_US

pytestmark = pytest.mark.database

TRACKER, SITE = "data.mistat.xiaomi.com", "www.example.com"
AT = NOW - 5 * HOUR_US
ROWS = [
    Asked(AT, 1, TRACKER), Asked(AT + 5, 1, TRACKER, AAAA), Asked(AT + 9, 1, SITE),
    Asked(AT + 11, 1, TRACKER, verdict=Verdict.BLOCK, blocklist="ads", rule="||xiaomi.com^"),
    Asked(AT + 13, 2, TRACKER, rcode=2), Asked(AT + HOUR_US, 1, TRACKER, source="pihole"),
    Asked(AT - 9 * 24 * HOUR_US, 1, TRACKER),
]  # fmt: skip


@pytest.fixture
def con(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    asked_log.write(tmp_path, ROWS)
    passes.run(tmp_path, NOW)
    with closing(evidence_file.open_writer(tmp_path)) as opened:
        yield opened


def updated(con: sqlite3.Connection, state: Path, known: facts.Facts) -> list[tracked_hours.Asked]:
    with closing(log_hours.open_log(state)) as log:
        tracked_hours.update(con, log, known, NOW)
    return list(tracked_hours.load(con, NOW))


def test_an_hour_holds_what_trackers_were_asked_and_what_became_of_it(con: sqlite3.Connection, tmp_path: Path) -> None:
    plain = tracked_hours.Asked(1, TRACKER, int(Verdict.PASS), "", "", False, 2, AT, AT + 5)
    assert updated(con, tmp_path, facts.load()) == [
        plain,
        replace(plain, verdict=int(Verdict.BLOCK), blocklist="ads", rule="||xiaomi.com^", queries=1, first_us=AT + 11,
                last_us=AT + 11),
        replace(plain, device_id=2, verdict=FAILED, queries=1, first_us=AT + 13, last_us=AT + 13),
        replace(plain, imported=True, queries=1, first_us=AT + HOUR_US, last_us=AT + HOUR_US),
    ]  # fmt: skip


def test_an_hour_is_read_again_where_it_or_the_facts_changed_alone(con: sqlite3.Connection, tmp_path: Path) -> None:
    known = facts.load()
    rows = updated(con, tmp_path, known)
    con.execute("UPDATE tracked_hours SET rows = (SELECT rows FROM tracked_hours ORDER BY hour DESC LIMIT 1)")
    assert len(updated(con, tmp_path, known)) == 2  # nothing was read: both hours hold the row of the later one
    with_site = known.corrected({SITE: facts.Correction(True, kind=facts.Kind.TRACKING)})
    assert [row.name for row in updated(con, tmp_path, with_site)].count(SITE) == 1
    assert updated(con, tmp_path, known) == rows
    asked_log.write(tmp_path, [Asked(AT + 40, 7, TRACKER)])
    passes.run(tmp_path, NOW)
    assert {row.device_id for row in updated(con, tmp_path, known)} == {1, 2, 7}


def test_what_is_too_old_goes(con: sqlite3.Connection, tmp_path: Path) -> None:
    updated(con, tmp_path, facts.load())
    assert con.execute("SELECT count(*) FROM tracked_hours").fetchone() == (2,)
    with closing(log_hours.open_log(tmp_path)) as log:
        tracked_hours.update(con, log, facts.load(), NOW + 8 * 24 * HOUR_US)
    assert con.execute("SELECT count(*) FROM tracked_hours").fetchone() == (0,)
