# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings are looked for after a pass, in what evidence.db holds, and kept once."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from blocklists.whose import facts
from evidence.base import evidence_file, hours_table
from evidence.base.log_hours import HourRow, Pair
from evidence.findings import find_all, finding_rows
from evidence.findings.finding import Cause, FindingKind
from evidence.findings.finding_rows import FindingFilter
from store.log.rollup_tables import HOUR_US

pytestmark = pytest.mark.database

START = 470_000  # an hour
WEEKS = 14 * 24
NOW = (START + WEEKS + 24) * HOUR_US


def put(con: sqlite3.Connection, hour: int, device: int, names: list[str]) -> None:
    rng = Random(hour)  # at no beat
    seconds = [hour * 3600 + rng.randrange(3600) for _ in names]
    rows = [
        HourRow(Pair(device, name, 1, 1, 0, 1, 0, at * 1_000_000 + 5, at * 1_000_000 + 5), (at,))
        for name, at in zip(names, seconds, strict=True)
    ]
    hours_table.put(con, hour, 9, rows)


@pytest.fixture
def con(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Two weeks of a device that asks for twelve names each hour."""
    with closing(evidence_file.open_writer(tmp_path)) as opened:
        for hour in range(START, START + WEEKS):
            put(opened, hour, 1, [f"{number}.usual.example" for number in Random(hour).sample(range(400), 12)])
        yield opened


def hour_at(clock: int) -> int:
    """The first hour after the two weeks at which it is so late here."""
    hours = range(START + WEEKS, START + WEEKS + 24)
    return next(hour for hour in hours if time.localtime(hour * 3600).tm_hour == clock)


def test_a_new_company_is_found_once_and_kept(con: sqlite3.Connection) -> None:
    put(con, hour_at(12), 1, ["data.mistat.xiaomi.com", *(f"{number}.usual.example" for number in range(12))])
    known = facts.load()
    assert find_all.find_all(con, known, NOW) == 1
    assert find_all.find_all(con, known, NOW) == 0
    (row,) = finding_rows.findings(con, FindingFilter())
    assert (row.finding.kind, row.finding.company, row.finding.cause) == (
        FindingKind.NEW_COMPANY, "Xiaomi", Cause.NONE,
    )  # fmt: skip
    assert row.finding.names == ("data.mistat.xiaomi.com",)


def test_the_homes_own_names_and_new_labels_of_known_sites_are_none(con: sqlite3.Connection) -> None:
    put(con, hour_at(12), 1, ["new.usual.example", "printer.local", "7.0.0.10.in-addr.arpa", "router"])
    assert find_all.find_all(con, facts.load(), NOW) == 0


def test_idle_and_night_are_told_apart(con: sqlite3.Connection) -> None:
    noon, night = hour_at(12), hour_at(3)
    put(con, noon, 1, ["a.example", "b.example"])
    assert find_all.cause_of(con)(1, noon * HOUR_US + 9) is Cause.IDLE
    put(con, noon, 1, [f"{number}.example" for number in range(9)])
    put(con, night, 1, [f"{number}.example" for number in range(9)])
    cause_of = find_all.cause_of(con)  # which looks at each hour once
    assert cause_of(1, noon * HOUR_US + 9) is Cause.NONE
    assert cause_of(1, night * HOUR_US + 9) is Cause.NIGHT
    assert find_all.cause_of(con)(2, noon * HOUR_US) is Cause.NONE  # a device without a habit


def test_more_sites_than_may_be_held_at_once_are_all_told(
    con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(con, hour_at(12), 1, ["data.mistat.xiaomi.com", *(f"www.site{number}.example" for number in range(40))])
    whole = list(find_all._news(con, facts.load(), NOW))
    monkeypatch.setattr(find_all, "MAX_WORDS", 10)
    by_parts = list(find_all._news(con, facts.load(), NOW))
    assert len(whole) == 41 and sorted(map(repr, by_parts)) == sorted(map(repr, whole))
