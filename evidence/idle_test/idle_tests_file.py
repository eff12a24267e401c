# SPDX-License-Identifier: GPL-3.0-or-later
"""idle_tests.db: opened, begun, begun anew. Small, and written through to the disk: nothing else can make it again."""

import sqlite3
from pathlib import Path

from store.base import side_file

FILE_NAME = "idle_tests.db"
KIND = "idle_tests"  # of its migrations


def open_writer(state: Path) -> sqlite3.Connection:
    """Create it as need be. A damaged one is put aside, kept, and a new one begun.

    Raises sqlite3.Error or StoreError when it cannot be written.
    """
    return side_file.open_or_begin(state / FILE_NAME, KIND, "synchronous = FULL")


def put_aside(state: Path, error: Exception) -> bool:
    """Whether an error means that the file is of no use; then it is out of the way, and the next one begins anew."""
    return side_file.put_aside(state / FILE_NAME, error)


def open_reader(state: Path) -> sqlite3.Connection:
    """A read-only connection; an empty one in memory while there is none. Raises sqlite3.Error or StoreError."""
    return side_file.open_reader(state / FILE_NAME, KIND)
