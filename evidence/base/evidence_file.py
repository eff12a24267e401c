# SPDX-License-Identifier: GPL-3.0-or-later
"""evidence.db: opened, begun, begun anew. One short process writes it now and then, and people's clicks; pages read it.

A damaged one is put aside and made again from the query log. What reads it while there is none sees an empty one.
"""

import contextlib
import sqlite3
from pathlib import Path

from store.base.db import COMPANIONS, connect, migrate_connection, open_migrated
from store.base.file_faults import SET_ASIDE, Fault, fault_of, set_aside
from store.base.store_errors import StoreError

FILE_NAME = "evidence.db"
KIND = "evidence"  # of its migrations


def open_writer(state: Path) -> sqlite3.Connection:
    """The file created and brought up to date as need be; one that waiting does not cure is put aside.

    Raises sqlite3.Error or StoreError when it cannot be written (a full disk, another holds it).
    """
    path = state / FILE_NAME
    try:
        return _open(path)
    except (sqlite3.Error, StoreError) as error:
        if not put_aside(state, error):
            raise
        return _open(path)


def put_aside(state: Path, error: Exception) -> bool:
    """Whether an error means that the file is of no use; then it is out of the way, and the next one begins anew."""
    fault = fault_of(error)
    if fault not in SET_ASIDE and fault is not Fault.NEWER:
        return False
    set_aside(state / FILE_NAME, fault, *COMPANIONS)
    return True


def open_reader(state: Path) -> sqlite3.Connection:
    """A read-only connection; an empty database in memory while there is none. Raises sqlite3.Error or StoreError."""
    path = state / FILE_NAME
    if path.exists():
        return open_migrated(path, KIND)
    con = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    migrate_connection(con, KIND)
    return con


def _open(path: Path) -> sqlite3.Connection:
    con = connect(path)
    try:
        con.execute("PRAGMA journal_mode = WAL")
        # Made again from the log: what a power cut may cost is worth less than a flush of the card at each commit.
        con.execute("PRAGMA synchronous = OFF")
        migrate_connection(con, KIND)
        with contextlib.suppress(OSError):
            path.chmod(0o600)
    except BaseException:
        con.close()
        raise
    return con
