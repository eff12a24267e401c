# SPDX-License-Identifier: GPL-3.0-or-later
"""The history holds its three bounds, and a clock that is wrong empties nothing."""

import sqlite3
import time

import pytest

from store.history import notes
from store.history.acting import Acting, Origin
from store.history.notes import Note
from store.history.recording import RowChange

pytestmark = pytest.mark.database

DAY = 86_400
ROWS = [RowChange("setting", None, {"key": "a", "value": "ä" * 50})]


def _write(con: sqlite3.Connection, at: float | None = None, rows: list[RowChange] = ROWS) -> int:
    number = notes.write(con, Acting(Origin.COMMAND, "root"), "root", Note("It was changed."), rows)
    if at is not None:
        con.execute("UPDATE change SET at = ? WHERE id = ?", (int(at), number))
    return number


def _ids(con: sqlite3.Connection) -> list[int]:
    return [row[0] for row in con.execute("SELECT id FROM change ORDER BY id")]


def test_rows_are_given_as_they_were_noted(con: sqlite3.Connection) -> None:
    by = Acting(Origin.TOKEN, "phone")
    number = notes.write(con, by, "phone", Note("It was changed."), ROWS)
    assert notes.rows_of(con, number) == ROWS
    assert by.changes == [number]
    assert notes.rows_of(con, number, 0) == []


def test_what_cannot_be_undone_keeps_no_row(con: sqlite3.Connection) -> None:
    number = notes.write(con, Acting(Origin.TOKEN, "phone"), "phone", Note("It was set.", final="No."), ROWS)
    assert notes.rows_of(con, number) == []


def test_after_ninety_days_it_goes_with_its_rows(con: sqlite3.Connection) -> None:
    old, young = _write(con, time.time() - 91 * DAY), _write(con, time.time() - 89 * DAY)
    newest = _write(con)
    assert _ids(con) == [young, newest]
    assert notes.rows_of(con, old) == []


def test_what_was_written_without_a_clock_stays(con: sqlite3.Connection) -> None:
    numbers = [_write(con, at=5), _write(con)]
    assert _ids(con) == numbers


def test_the_oldest_make_room(con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "MAX_CHANGES", 3)
    numbers = [_write(con) for _ in range(5)]
    assert _ids(con) == numbers[-3:]


def test_by_their_size_too_but_never_the_newest(con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    size = len('{"key":"a","value":""}') + 50 + len("setting")
    monkeypatch.setattr(notes, "MAX_BYTES", 2 * size)
    numbers = [_write(con) for _ in range(4)]
    assert _ids(con) == numbers[-2:]
    large = _write(con, rows=ROWS * 9)
    assert _ids(con) == [large]


def test_an_undo_marks_what_it_took_back(con: sqlite3.Connection) -> None:
    first = _write(con)
    undo = notes.write(con, Acting(Origin.TOKEN, "x"), "x", Note("Undone.", undoes=first, taken_back=[first]), ROWS)
    assert con.execute("SELECT undone_by FROM change WHERE id = ?", (first,)).fetchone() == (undo,)
