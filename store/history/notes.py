# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of changes as it is written: who, when, what, and the rows before and after. It has three bounds."""

import json
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from store.base.sentences import packed
from store.history.acting import Acting
from store.history.recording import RowChange

KEPT_DAYS = 90  # a slip is noticed within weeks; what was decided long ago is nobody's to read
MAX_CHANGES = 5_000  # fifty a day for those ninety days: a page stays quick
# The largest change fits, a restore that replaces ten thousand rules and all devices; each start copies config.db.
MAX_BYTES = 16 * 1024 * 1024
_NO_CLOCK = 1_577_836_800  # 2020: what was written before was written without a clock, and only the other bounds count
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Note:
    """What is said of a change; sentences. `final`: why it cannot be undone; then no row is kept.

    Of an undo: `undoes`, the change that was meant, and `taken_back`, all that it undid; filled in by the edit.
    """

    what: str
    final: str = ""
    undoes: int | None = None
    taken_back: list[int] = field(default_factory=list)


def write(con: sqlite3.Connection, by: Acting, who: str, note: Note, rows: Sequence[RowChange]) -> int:
    """Add a change to the history, inside the transaction that makes it; returns its id."""
    now = int(time.time())
    kept = [] if note.final else [(change.table, _json(change.before), _json(change.after)) for change in rows]
    size = sum(len(text or "") for row in kept for text in row)
    number = con.execute(
        "INSERT INTO change (at, who, what, origin, undoes, final, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (now, packed(who), packed(note.what), by.origin, note.undoes, packed(note.final), size),
    ).lastrowid
    assert number is not None
    con.executemany(
        "INSERT INTO change_row (change_id, number, table_name, before, after) VALUES (?, ?, ?, ?, ?)",
        [(number, place, *row) for place, row in enumerate(kept)],
    )
    con.executemany("UPDATE change SET undone_by = ? WHERE id = ?", [(number, undone) for undone in note.taken_back])
    forget_old(con, now)
    by.changes.append(number)
    return number


def forget_old(con: sqlite3.Connection, now: int) -> None:
    """Hold the bounds; the newest change stays whatever its size."""
    con.execute("DELETE FROM change WHERE at BETWEEN ? AND ?", (_NO_CLOCK, now - KEPT_DAYS * _DAY))
    con.execute(
        """DELETE FROM change WHERE id < (SELECT max(id) FROM change) AND id IN (
               SELECT id FROM (SELECT id, sum(bytes) OVER newest AS size, count(*) OVER newest AS place FROM change
                               WINDOW newest AS (ORDER BY id DESC)) WHERE size > ? OR place > ?)""",
        (MAX_BYTES, MAX_CHANGES),
    )


def rows_of(con: sqlite3.Connection, number: int, most: int = -1) -> list[RowChange]:
    """The rows of a change, or the first of them, as they were noted."""
    sql = "SELECT table_name, before, after FROM change_row WHERE change_id = ? ORDER BY number LIMIT ?"
    return [RowChange(table, _row(before), _row(after)) for table, before, after in con.execute(sql, (number, most))]


def _json(row: object) -> str | None:
    return None if row is None else json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _row(text: str | None) -> dict[str, str | int | float | None] | None:
    return None if text is None else dict(json.loads(text))
