# SPDX-License-Identifier: GPL-3.0-or-later
"""evidence.db: opened, begun, begun anew. One short process writes it now and then, and people's clicks; pages read it.

A damaged one is put aside and made again from the query log. What reads it while there is none sees an empty one.
"""

import sqlite3
from pathlib import Path

from store.base import side_file
from store.base.file_faults import Fault

FILE_NAME = "evidence.db"
KIND = "evidence"  # of its migrations
# Made again from the log: what a power cut may cost is worth less than a flush of the card at each commit.
_PRAGMAS = ("journal_mode = WAL", "synchronous = OFF")


def open_writer(state: Path) -> sqlite3.Connection:
    """The file created and brought up to date as need be; one that waiting does not cure is put aside.

    Raises sqlite3.Error or StoreError when it cannot be written (a full disk, another holds it).
    """
    return side_file.open_or_begin(state / FILE_NAME, KIND, *_PRAGMAS, aside=(Fault.NEWER,))


def put_aside(state: Path, error: Exception) -> bool:
    """Whether an error means that the file is of no use; then it is out of the way, and the next one begins anew."""
    return side_file.put_aside(state / FILE_NAME, error, Fault.NEWER)


def open_reader(state: Path) -> sqlite3.Connection:
    """A read-only connection; an empty database in memory while there is none. Raises sqlite3.Error or StoreError."""
    return side_file.open_reader(state / FILE_NAME, KIND)
