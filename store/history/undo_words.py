# SPDX-License-Identifier: GPL-3.0-or-later
"""What the history says of taking changes back: what is undone, or holds again, and how many with it."""

import sqlite3
from collections.abc import Sequence

from store.base.sentences import Sentence, say, say_count, unpacked


def of(con: sqlite3.Connection, ordered: Sequence[int]) -> Sentence | None:
    """Of one or several that are taken back together, the newest first; None where there is no such change.

    The undo of an undo is said of what holds again.
    """
    number, again, together = ordered[0], False, len(ordered)
    while True:
        row = con.execute("SELECT what, undoes FROM change WHERE id = ?", (number,)).fetchone()
        if row is None:
            return None
        if len(ordered) > 1 or row[1] is None or not _is_there(con, row[1]):
            return _said(unpacked(row[0]), together, again)
        together = len(undid(con, number))
        number, again = row[1], not again


def undid(con: sqlite3.Connection, number: int) -> list[int]:
    """What a change took back, as the last one that did."""
    return [undone for (undone,) in con.execute("SELECT id FROM change WHERE undone_by = ?", (number,))]


def _is_there(con: sqlite3.Connection, number: int) -> bool:
    return con.execute("SELECT 1 FROM change WHERE id = ?", (number,)).fetchone() is not None


def _said(what: Sentence, together: int, again: bool) -> Sentence:
    """`together`: how many changes it is about, of which `what` is the newest."""
    if together < 2:
        return say("Again: {what}", what=what) if again else say("Undone: {what}", what=what)
    if again:
        return say_count(together, "Again: {count:,} change, the newest of them: {what}",
                         "Again: {count:,} changes, the newest of them: {what}", what=what)  # fmt: skip
    return say_count(together, "Undone: {count:,} change, the newest of them: {what}",
                     "Undone: {count:,} changes, the newest of them: {what}", what=what)  # fmt: skip
