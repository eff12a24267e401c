# SPDX-License-Identifier: GPL-3.0-or-later
"""Databases beside config.db and the query log: bypass.db, evidence.db, chain.db. Opened, begun, put aside."""

import contextlib
import sqlite3
from pathlib import Path

from store.base.db import COMPANIONS, connect, migrate_connection, open_migrated
from store.base.file_faults import SET_ASIDE, Fault, fault_of, set_aside
from store.base.store_errors import StoreError

READ_BUSY_MS = 500  # that a page waits for each of them: what it shows goes without, rather than late


def open_writer(path: Path, kind: str, *pragmas: str) -> sqlite3.Connection:
    """The file created for its owner alone and brought up to date as need be; `kind`: of its migrations.

    Raises sqlite3.Error or StoreError.
    """
    fresh = not path.exists()
    con = connect(path)
    try:
        for pragma in pragmas:
            con.execute(f"PRAGMA {pragma}").fetchall()
        migrate_connection(con, kind)
        with contextlib.suppress(OSError):
            path.chmod(0o600)
    except BaseException:
        con.close()
        with contextlib.suppress(OSError):  # a full disk takes an empty file, which the next one would call damaged
            if fresh and path.stat().st_size == 0:
                path.unlink()
        raise
    return con


def open_reader(path: Path, kind: str) -> sqlite3.Connection:
    """A read-only connection; an empty database in memory while there is none. Raises sqlite3.Error or StoreError."""
    if path.exists():
        return open_migrated(path, kind, READ_BUSY_MS)
    con = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    migrate_connection(con, kind)
    return con


def put_aside(path: Path, error: Exception, *others: Fault) -> bool:
    """Whether an error means that the file is of no use (damage, or one of `others`): then it is out of the way."""
    fault = fault_of(error)
    if fault not in SET_ASIDE and fault not in others:
        return False
    set_aside(path, fault, *COMPANIONS)
    return True


def asides(path: Path) -> list[Path]:
    """What was put aside of a file and is there still, the oldest first."""
    beside = path.parent.glob(f"{path.name}.corrupt-*")
    return sorted(each for each in beside if not each.name.endswith(COMPANIONS))


def open_or_begin(path: Path, kind: str, *pragmas: str, aside: tuple[Fault, ...] = ()) -> sqlite3.Connection:
    """`open_writer`; a file that is of no use is put aside, kept, and a new one begun. Raises as that does."""
    try:
        return open_writer(path, kind, *pragmas)
    except (sqlite3.Error, StoreError) as error:
        if not put_aside(path, error, *aside):
            raise
        return open_writer(path, kind, *pragmas)
