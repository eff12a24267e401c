# SPDX-License-Identifier: GPL-3.0-or-later
"""Hours go in and out whole; days are what their hours add up to, and go when one of them changes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.base import evidence_file, hours_table
from evidence.base.hours_table import DAY_HOURS, Piece
from evidence.base.log_hours import HourRow, Pair
from evidence.base.sum_block import Sums
from store.base.store_errors import CorruptDatabase
from store.log.rollup_tables import HOUR_US

pytestmark = pytest.mark.database


def put(con: sqlite3.Connection, hour: int, *devices: int) -> None:
    at = hour * HOUR_US + 5_000_000
    pairs = [Pair(device, f"{hour % 2}.example", 3, 1, 1, 2, 0, at, at + 999_999) for device in devices]
    hours_table.put(con, hour, 100 + hour, [HourRow(pair, (at // 1_000_000,)) for pair in pairs])


@pytest.fixture
def con(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(evidence_file.open_writer(tmp_path)) as opened:
        for hour in (23, 24, 30, 47, 48):
            put(opened, hour, 1, 2)
        yield opened


def test_an_hour_comes_back_and_is_replaced_whole(con: sqlite3.Connection) -> None:
    assert hours_table.read_hours(con) == {hour: 100 + hour for hour in (23, 24, 30, 47, 48)}
    assert con.execute("SELECT hour, digest FROM read_hours WHERE hour = 30").fetchall() == [(30, 130)]
    (piece,) = hours_table.pieces(con, 30, 31)
    (row,) = hours_table.block(con, piece).of(2)
    assert row == Sums(2, row.name, 3, 1, 1, 2, 0, 5, 0)
    assert hours_table.hour_beats(con, 30).of_name(2, row.name) == [5]
    put(con, 30, 7)
    assert hours_table.names_of_devices(con, 30) == {7: 1} and hours_table.names_of_devices(con, 31) == {}


def test_days_that_are_over_are_pieces_where_they_are_whole(con: sqlite3.Connection) -> None:
    assert hours_table.days_due(con, 2 * DAY_HOURS) == [0, 1] and hours_table.days_due(con, 47) == [0]
    hours_table.put_day(con, 1)
    assert hours_table.days_due(con, 2 * DAY_HOURS) == [0]
    assert hours_table.pieces(con, 0, 99) == [Piece(23, False), Piece(24, True), Piece(48, False)]
    assert hours_table.pieces(con, 25, 99) == [Piece(30, False), Piece(47, False), Piece(48, False)]
    assert [piece.hour for piece in hours_table.pieces(con, 24, 48, days=False)] == [24, 30, 47]
    rows = list(hours_table.block(con, Piece(24, True)).of(1))
    assert [(row.queries, row.lookups, row.blocked, row.answered) for row in rows] == [(3, 1, 1, 2), (6, 2, 2, 4)]
    assert sorted((row.first, row.first + row.span) for row in rows) == [(5, 6 * 3600 + 5), (23 * 3600 + 5,) * 2]


def test_a_day_with_too_many_pairs_stays_hours(con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = sum(sum(hours_table.names_of_devices(con, hour).values()) for hour in (24, 30, 47))
    monkeypatch.setattr(hours_table, "MAX_DAY_PAIRS", pairs - 1)
    hours_table.put_day(con, 1)
    assert [piece.hour for piece in hours_table.pieces(con, 24, 48)] == [24, 30, 47]
    monkeypatch.setattr(hours_table, "MAX_DAY_PAIRS", pairs)
    hours_table.put_day(con, 1)
    assert hours_table.pieces(con, 24, 48) == [Piece(24, True)]


@pytest.mark.parametrize("change", ["put", "drop"])
def test_a_day_goes_when_one_of_its_hours_changes(con: sqlite3.Connection, change: str) -> None:
    hours_table.put_day(con, 1)
    put(con, 30, 1) if change == "put" else hours_table.drop(con, [30, 99])
    assert Piece(24, True) not in hours_table.pieces(con, 0, 99) and 1 in hours_table.days_due(con, 99)


def test_damage_is_told(con: sqlite3.Connection) -> None:
    con.execute("UPDATE hour_sums SET sums = x'99' WHERE hour = 30")
    with pytest.raises(CorruptDatabase):
        hours_table.put_day(con, 1)
    hours_table.put_day(con, 0)
    con.execute("UPDATE day_sums SET devices = x'99'")
    hours_table.drop_damaged(con)
    assert sorted(hours_table.read_hours(con)) == [23, 24, 47, 48] and hours_table.days_due(con, 48) == [0, 1]


@st.composite
def hour_rows(draw: st.DrawFn) -> list[HourRow]:
    """Of hour 30."""
    rows, begins = [], 30 * 3600
    for device, name in draw(st.sets(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=30)):
        blocked, answered, failed, others = draw(st.tuples(*[st.integers(0, 3)] * 3, st.just(1)))
        times = sorted(begins + second for second in draw(st.lists(st.integers(0, 3599), min_size=1, max_size=5)))
        lookups = draw(st.sampled_from([len(times), 0, 300]))
        queries = blocked + answered + failed + others
        pair = Pair(device, f"{name}.example", queries, lookups, blocked, answered, failed,
                    times[0] * 1_000_000, times[-1] * 1_000_000 + 7)  # fmt: skip
        rows.append(HourRow(pair, tuple(times) if lookups == len(times) else ()))
    return rows


def told(con: sqlite3.Connection) -> dict[tuple[int, str], tuple[tuple[int, ...], list[int] | None]]:
    words = dict(con.execute("SELECT id, name FROM names"))
    (piece,) = hours_table.pieces(con, 30, 31)
    block, beats = hours_table.block(con, piece), hours_table.hour_beats(con, 30)
    rows = [row for device in block.places for row in block.of(device)]
    assert rows == sorted(rows)
    return {(row.device, words[row.name]): (row[2:], beats.of_name(row.device, row.name)) for row in rows}


@given(hour_rows(), st.integers(1, 40))
def test_an_hour_that_is_put_in_by_parts_says_the_same(rows: list[HourRow], most: int) -> None:
    with TemporaryDirectory() as one, TemporaryDirectory() as many:
        both = []
        for folder, held in ((one, len(rows) + 1), (many, most)):
            with closing(evidence_file.open_writer(Path(folder))) as con:
                hours_table.put(con, 30, 9, iter(rows), held)
                hours_table.put_day(con, 1)
                firsts = "SELECT device_id, name, first_us FROM first_asked JOIN names ON id = name_id ORDER BY 1, 2"
                both.append((told(con), con.execute(firsts).fetchall()))
        assert both[0] == both[1]
        assert len(both[0][0]) == len(rows)


def test_no_more_rows_are_taken_at_once_than_may_be_held(con: sqlite3.Connection) -> None:
    taken, noted = 0, list[int]()

    def rows() -> Iterator[HourRow]:
        nonlocal taken
        for number in range(95):
            taken += 1
            yield HourRow(Pair(5, f"{number}.example", 1, 1, 0, 1, 0, 30 * HOUR_US, 30 * HOUR_US), (30 * 3600,))

    con.create_function("note_first", 0, lambda: noted.append(taken))
    con.execute("CREATE TEMP TRIGGER noted AFTER INSERT ON first_asked BEGIN SELECT note_first(); END")
    hours_table.put(con, 30, 9, rows(), 10)
    assert len(told(con)) == 95
    assert noted == [10 * (place // 10 + 1) if place < 90 else 95 for place in range(95)]
