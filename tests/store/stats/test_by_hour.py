# SPDX-License-Identifier: GPL-3.0-or-later
"""Look-ups hour by hour: they add up to those of the range, whether hours are added up or records are read.

tests/store/log/test_protocol.py holds them to a plain list.
"""

import sqlite3
from collections.abc import Iterator

import pytest
from told_facts import ToldFacts

from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Verdict
from store.log.rollup_tables import DAY_US, HOUR_US
from store.log.values import HourCounts
from store.log.writer import Writer
from store.names.purpose import Purpose
from store.stats.sqlite_reader import SqliteReader

START = 20_000 * DAY_US
COMPANIES = {"t.example": "Acme", "u.example": "Acme", "o.example": "Other"}
PURPOSES = {"t.example": Purpose.ADS, "u.example": Purpose.CLOUD, "o.example": Purpose.ADS}
FACTS = ToldFacts(COMPANIES.get, PURPOSES.get)
KEYS = [
    Key("t.example", 1, Verdict.BLOCK, 0, "", "", 0, ""), Key("t.example", 1, Verdict.PASS, 0, "", "", 0, ""),
    Key("u.example", 1, Verdict.PASS, 0, "", "", 0, ""), Key("o.example", 1, Verdict.BLOCK, 0, "", "", 0, ""),
    Key("none.example", 1, Verdict.PASS, 0, "", "", 0, ""),
]  # fmt: skip


@pytest.fixture(params=[False, True], ids=["records", "sums"])
def log(request: pytest.FixtureRequest) -> Iterator[SqliteReader]:
    con = sqlite3.connect(":memory:", isolation_level=None)
    querylog.migrate(con)
    writer = Writer(con, FACTS, lambda: START + 3 * DAY_US)
    rows = [(START + number * HOUR_US // 2, number % 2, number % len(KEYS), 5) for number in range(2 * 40)]
    writer.add(Batch(1, 0, 0, ["10.0.0.2", "10.0.0.3"], KEYS, rows), {"10.0.0.2": 1, "10.0.0.3": 2}.get)
    writer.commit()
    while request.param and writer.rollup.step(START + 9 * DAY_US):
        pass
    reader = SqliteReader(con)
    yield reader
    reader.close()


@pytest.mark.parametrize("device", [None, 1, 2])
def test_hours_add_up_to_the_range(log: SqliteReader, device: int | None) -> None:
    with log.counts(START, START + 3 * DAY_US, device) as counts:
        hours, summary = counts.hours(), counts.summary()
    assert len(hours) == 40 and hours == sorted(hours, key=lambda row: row.time_us)
    assert sum(row.tracking for row in hours) == summary.tracking.lookups > 0
    assert sum(row.blocked for row in hours) == summary.tracking.lookups_blocked > 0
    assert sum(row.through for row in hours) == summary.tracking.lookups - summary.tracking.lookups_blocked
    assert sum(row.use for row in hours) == summary.use.lookups
    assert sum(row.unknown for row in hours) == summary.unknown.lookups


def test_of_one_company(log: SqliteReader) -> None:
    with log.counts(START, START + 3 * DAY_US) as counts:
        hours, acme = counts.hours("aCME"), counts.company("Acme")
        assert acme is not None and sum(row.tracking for row in hours) == acme.tracking.lookups
        assert hours[0] == HourCounts(START, 2, 1, 0, 0, 0) and not any(row.unknown for row in hours)
        assert counts.hours("Nobody & Sons") == counts.hours("") == []


def test_the_ends_of_a_range_are_cut(log: SqliteReader) -> None:
    with log.counts(START + HOUR_US // 2, START + HOUR_US + 1) as counts:
        assert [(row.time_us, row.tracking, row.use) for row in counts.hours()] == [
            (START, 1, 0), (START + HOUR_US, 0, 1),
        ]  # fmt: skip
