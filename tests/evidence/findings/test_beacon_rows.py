# SPDX-License-Identifier: GPL-3.0-or-later
"""Beats are read from evidence.db, by device and name, and kept as findings once."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from blocklists.whose import facts
from evidence.base import evidence_file, hours_table
from evidence.base.log_hours import HourRow, Pair
from evidence.findings import beacon_rows, find_all, finding_rows
from evidence.findings.finding import Finding, FindingKind
from evidence.findings.finding_rows import LOUD, FindingFilter
from store.log.rollup_tables import HOUR_US

pytestmark = pytest.mark.database

START, HOURS = 470_000, 48
NOW = (START + HOURS) * HOUR_US
SPY, PLAIN = "data.mistat.xiaomi.com", "beat.plain.example"


def row(hour: int, device: int, name: str, seconds: Iterable[int]) -> HourRow:
    times = tuple(hour * 3600 + second for second in seconds)
    first, last, many = times[0] * 1_000_000 + 7, times[-1] * 1_000_000 + 9, len(times)
    return HourRow(Pair(device, name, many, many, 0, many, 0, first, last), times)


def rows(hour: int) -> list[HourRow]:
    """Two beats, one of one look-up an hour; too many look-ups; a device nobody knows; a name of the home's own."""
    tens = range(60, 3600, 600)
    return [
        row(hour, 0, SPY, tens), row(hour, 1, PLAIN, [1800]), row(hour, 1, SPY, tens),
        row(hour, 2, "much.example", range(0, 3600, 10)), row(hour, 2, "printer.lan", tens),
        *([row(hour, 3, "evening.example", tens)] if hour % 24 < 5 else []),
    ]  # fmt: skip


@pytest.fixture
def con(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(evidence_file.open_writer(tmp_path)) as opened:
        for hour in range(START, START + HOURS):
            hours_table.put(opened, hour, 9, rows(hour))
        yield opened


def found(con: sqlite3.Connection, now_us: int = NOW) -> dict[tuple[int, str], Finding]:
    beats = beacon_rows.find(con, facts.load(), now_us, find_all.is_public)
    return {(finding.device_id, finding.key): finding for finding in beats}


def test_beats_are_found_with_their_numbers(con: sqlite3.Connection) -> None:
    findings = found(con)
    assert findings.keys() == {(1, SPY), (1, PLAIN)}
    spy = findings[1, SPY]
    assert (spy.kind, spy.company, spy.names, spy.period_s, spy.jitter) == (
        FindingKind.BEACON, "Xiaomi", (SPY,), 600, 0,
    )  # fmt: skip
    first, last = START * 3600 + 60, (START + HOURS - 1) * 3600 + 3060
    assert (spy.first_us, spy.last_us) == (first * 1_000_000, last * 1_000_000 + 999_999), "to the second"
    assert spy.count == HOURS * 6 and findings[1, PLAIN].period_s == 3600


def test_only_tracking_is_told_unasked(con: sqlite3.Connection) -> None:
    findings = found(con)
    assert findings[1, SPY].confidence >= LOUD > findings[1, PLAIN].confidence


def test_only_the_last_week_tells_a_beat_and_all_hours_are_counted(con: sqlite3.Connection) -> None:
    assert found(con, NOW + beacon_rows.WINDOW_HOURS * HOUR_US) == {}
    later = NOW + (beacon_rows.WINDOW_HOURS - HOURS // 2) * HOUR_US
    assert found(con, later)[1, SPY].count == HOURS * 6


def test_times_are_those_that_came_in(con: sqlite3.Connection) -> None:
    number = dict(con.execute("SELECT name, id FROM names"))
    last = (START + HOURS - 1) * 3600
    pairs = plain, spy, much = (1, number[PLAIN]), (1, number[SPY]), (2, number["much.example"])
    times = beacon_rows.times_of(con, pairs, START + 46)
    assert list(times[plain]) == [last - 1800, last + 1800] and list(times[much]) == []
    assert list(times[spy])[6:] == [last + at for at in range(60, 3600, 600)]


def test_no_more_pairs_than_the_bound_the_steadiest_first(
    con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beacon_rows, "MAX_PAIRS", 2)
    assert found(con).keys() == {(1, SPY)}  # `much` has more look-ups, and is no beat


def test_names_that_come_and_go_are_not_counted_beside_those_that_stay(
    con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    storm = [row(START + 50, 1, f"n{number}.storm.example", [number]) for number in range(50)]
    hours_table.put(con, START + 50, 9, [*rows(START + 50), *storm])
    usual, findings = beacon_rows.steady(con, START), found(con)
    counted, ranks = list[int](), beacon_rows._ranks

    def noted(asked: dict[int, dict[int, int]]) -> list[tuple[int, int, int, int]]:
        counted.append(sum(map(len, asked.values())))
        return ranks(asked)

    monkeypatch.setattr(beacon_rows, "_ranks", noted)
    for most in (2, 20):
        monkeypatch.setattr(beacon_rows, "MAX_ASKED", most)
        assert beacon_rows.steady(con, START) == usual and found(con) == findings
        assert counted and max(counted) <= most
        counted.clear()


def test_after_a_pass_they_are_kept_once(con: sqlite3.Connection) -> None:
    assert find_all.find_all(con, facts.load(), NOW) == 2
    assert find_all.find_all(con, facts.load(), NOW) == 0
    kept = finding_rows.findings(con, FindingFilter(kind=FindingKind.BEACON))
    assert {row.finding.key for row in kept} == {SPY, PLAIN}
