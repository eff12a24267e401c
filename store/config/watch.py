# SPDX-License-Identifier: GPL-3.0-or-later
"""Noticing edits. The database is the message: whoever missed one reads the same truth later.

`Watcher` sees config.db; `EditWatcher` sees what is written into telltale.toml by hand as well.
"""

import sqlite3
from pathlib import Path

from store.base.db import connect
from store.events import config_marks


class Watcher:
    """Watches one config.db. Never raises and never waits for a lock; `error` says why nothing can be read."""

    def __init__(self, path: Path) -> None:
        self.error: str | None = None
        self._path = path
        self._con: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._data_version = -1
        self._meta = {"policy_version": 0, "index_generation": 0}
        self.changed()

    def changed(self) -> bool:
        """Whether anybody committed to the file, or replaced it, since the last call (about 5 µs when nobody did).

        False while the file cannot be read; True once it can be again.
        """
        try:
            info = self._path.stat()
            if self._con is None or self._file != (info.st_dev, info.st_ino):
                self._reopen((info.st_dev, info.st_ino))
            assert self._con is not None
            version = self._con.execute("PRAGMA data_version").fetchone()[0]
        except (OSError, sqlite3.Error) as error:
            self._fail(error)
            return False
        self.error = None
        before, self._data_version = self._data_version, version
        return bool(before != version)

    def policy_version(self) -> int:
        """`policy_version` as it stands, the last one known when it cannot be read, 0 when none ever was."""
        return self._read("policy_version")

    def index_generation(self) -> int:
        """`index_generation`, in the same manner."""
        return self._read("index_generation")

    def close(self) -> None:
        """Give the file back; the next call opens it again."""
        if self._con is not None:
            self._con.close()
        self._con, self._file, self._data_version = None, None, -1

    def _read(self, key: str) -> int:
        if self._con is not None:
            try:
                row = self._con.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
                self._meta[key] = int(row[0])
            except (sqlite3.Error, TypeError, ValueError) as error:
                self._fail(error)
        return self._meta[key]

    def _reopen(self, file: tuple[int, int]) -> None:
        self.close()
        self._con = connect(self._path, read_only=True)
        self._con.execute("PRAGMA busy_timeout = 0")  # a poll must not wait: the next one sees it
        self._file = file

    def _fail(self, error: Exception) -> None:
        self.error = str(error)
        # Busy passes by itself; after anything else the connection is not to be trusted.
        if getattr(error, "sqlite_errorcode", None) not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            self.close()


class EditWatcher(Watcher):
    """Of one state directory, for whoever goes by its settings."""

    def __init__(self, state: Path) -> None:
        self._state, self._toml = state, config_marks.written(state)
        super().__init__(state / "config.db")

    def changed(self) -> bool:
        """As `Watcher.changed`, and whether telltale.toml is another."""
        before, self._toml = self._toml, config_marks.written(self._state)
        return super().changed() or before != self._toml
