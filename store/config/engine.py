# SPDX-License-Identifier: GPL-3.0-or-later
"""config.db of one state directory, as every function takes it that reads or edits it.

It opens a connection for each look and each edit. SQLAlchemy's own engine, which edits are written with, is made when
one first needs it.
"""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from store.base.db import connect
from store.rows import orm


class Engine:
    """One for a state directory: `store.config.session.engine` gives it."""

    def __init__(self, state: Path) -> None:
        self._path = state / "config.db"
        self._sql: orm.Engine | None = None
        self._lock = threading.Lock()

    def connect(self) -> sqlite3.Connection:
        """A connection of its own, in autocommit mode. One that only reads where there is no file, or none to write."""
        try:
            return connect(self._path) if self._path.exists() else connect(self._path, read_only=True)
        except sqlite3.OperationalError:
            return connect(self._path, read_only=True)

    @property
    def sql(self) -> orm.Engine:
        """SQLAlchemy's."""
        with self._lock:
            if self._sql is None:
                # NullPool: a connection lives for one edit, in one thread, and none is left open on a file that was
                # replaced.
                self._sql = orm.create_engine("sqlite://", creator=self.connect, poolclass=orm.NullPool)
                orm.event.listen(self._sql, "begin", _begin)
            return self._sql


def _begin(con: orm.Connection) -> None:
    # IMMEDIATE: a writer that began as a reader could not be made to wait for the one before it.
    con.exec_driver_sql("BEGIN IMMEDIATE" if con.get_execution_options().get("writes") else "BEGIN")
