# SPDX-License-Identifier: GPL-3.0-or-later
"""idle_tests.db: opened, begun, begun anew. Small, and written through to the disk: nothing else can make it again."""

import sqlite3
from pathlib import Path

from store.base import db, side_file
from store.base.file_faults import SET_ASIDE, Fault, fault_of, set_aside, unusable
from store.base.sentences import Sentence, say

FILE_NAME = "idle_tests.db"
KIND = "idle_tests"  # of its migrations
_PASSING = (Fault.BUSY, Fault.FULL, Fault.READ_ONLY, Fault.FORBIDDEN)


def open_writer(state: Path) -> sqlite3.Connection:
    """Create it as need be. A damaged one is put aside, kept, and a new one begun.

    Raises sqlite3.Error or StoreError when it cannot be written.
    """
    return side_file.open_or_begin(state / FILE_NAME, KIND, "synchronous = FULL")


def put_aside(state: Path, error: Exception) -> bool:
    """Whether an error means that the file is of no use; then it is out of the way, and the next one begins anew."""
    return side_file.put_aside(state / FILE_NAME, error)


def asides(state: Path) -> list[str]:
    """Names of damaged ones that were put aside, and are there still; the oldest first."""
    return [path.name for path in side_file.asides(state / FILE_NAME)]


def told(state: Path, error: Exception) -> Sentence:
    """What an error of it, or of the query log beneath, means, and the cure; what is of no use is put aside."""
    if fault_of(error) in _PASSING:  # to look would wait for the same lock, or tell what the disk made of it
        return unusable(say("Idle tests, or the query log beneath them,"), error)
    path = state / FILE_NAME
    fault = db.inspect(path, KIND)
    if fault in SET_ASIDE or fault is Fault.EMPTY:
        aside = set_aside(path, Fault.DAMAGED, *db.COMPANIONS)
        if aside is not None:
            return put_aside_words(aside.name)
    return unusable(say("The query log") if fault is None else FILE_NAME, error)


def put_aside_words(aside: str) -> Sentence:
    """What is said of one that was damaged; `aside`: what it is called now."""
    return say(
        "{file} was damaged. It is kept as {aside}, and a new one begins; `telltale restore FILE --only idle_tests` "
        "brings results back from a backup.", file=FILE_NAME, aside=aside,
    )  # fmt: skip


def open_reader(state: Path) -> sqlite3.Connection:
    """A read-only connection; an empty one in memory while there is none. Raises sqlite3.Error or StoreError."""
    return side_file.open_reader(state / FILE_NAME, KIND)
