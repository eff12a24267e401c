# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.log import last_times, querylog

NOW = 1_800_000_000_000_000
LATER = NOW + 10**14


@pytest.fixture
def log() -> Iterator[sqlite3.Connection]:
    con = sqlite3.connect(":memory:", isolation_level=None)
    querylog.migrate(con)
    clients = [(1, "a", 1, 1), (2, "b", 2, 2)]
    con.executemany("INSERT INTO clients (id, address, device_id, noted_id) VALUES (?, ?, ?, ?)", clients)
    con.executemany("INSERT INTO records VALUES (?, ?, 1, 1, 5)", [(NOW - 9, 1), (NOW - 5, 2), (LATER, 1)])
    yield con
    con.close()


def seen(log: sqlite3.Connection) -> list[tuple[int, int | None, int | None]]:
    return log.execute("SELECT id, first_us, last_us FROM clients ORDER BY 1").fetchall()


def test_first_and_last_grow_apart_and_the_future_gives_way(log: sqlite3.Connection) -> None:
    last_times.write(log, [(1, (NOW - 9, LATER)), (2, (NOW, NOW))], LATER)
    last_times.write(log, [(1, (NOW, NOW)), (2, (NOW - 5, NOW - 5))], NOW)
    assert seen(log) == [(1, NOW - 9, NOW), (2, NOW - 5, NOW)]


def test_what_a_clock_that_was_ahead_said_is_taken_from_the_rows(log: sqlite3.Connection) -> None:
    last_times.write(log, [(1, (NOW - 9, LATER)), (2, (NOW - 5, NOW - 5))], LATER)
    last_times.heal(log, NOW)
    assert seen(log) == [(1, NOW - 9, NOW - 9), (2, NOW - 5, NOW - 5)]


def test_what_a_killed_writer_missed_is_found_up_to_now(log: sqlite3.Connection) -> None:
    last_times.write(log, [(1, (NOW - 9, NOW - 9))], NOW)
    assert last_times.missed(log, NOW) == {2: (NOW - 5, NOW - 5)}


@given(st.lists(st.integers(0, 40), min_size=1).map(sorted), st.sets(st.integers(-20, 60)))
def test_times_move_to_the_next_that_is_free(offsets: list[int], taken: set[int]) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as con:
        querylog.migrate(con)
        con.executemany("INSERT INTO records VALUES (?, 1, 1, 1, 5)", [(NOW + at,) for at in taken])
        times = last_times.free(con, [NOW + offset for offset in offsets])
    expected, before = list[int](), 0
    for offset in offsets:
        before = next(at for at in count(max(NOW + offset, before + 1)) if at - NOW not in taken)
        expected.append(before)
    assert times == expected
