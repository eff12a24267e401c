# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person deleted is taken out of the log's files, too, not only out of its tables. In steps; sqlite3.Error.

    tables of words   written anew: where rows were moved about, old copies may lie in a page
    free pages        given back, so that none is left with what stood there
    write-ahead log   copied over and emptied; whoever reads at that moment is waited for, within a bound
"""

import sqlite3

from store.base.db import transaction

STEP_PAGES = 2_000  # given back at once, 8 MiB
MAX_TRIES = 500  # to empty the write-ahead log while somebody reads, some 10 s
_TABLES = ("names", "known_names", "clients", "devices")


class Wiping:
    """Of one clearing. `begin` before the first row goes, `step` when the last is gone, until it says True."""

    def __init__(self) -> None:
        self._written, self._tries = False, 0

    @staticmethod
    def begin(con: sqlite3.Connection) -> None:
        """From here on pages that become free are overwritten."""
        con.execute("PRAGMA temp_store = MEMORY").fetchall()
        con.execute("PRAGMA secure_delete = ON").fetchall()

    def step(self, con: sqlite3.Connection) -> bool:
        """Do a little; whether that was all."""
        if not self._written:
            for table in _TABLES:
                _write_anew(con, table)
            self._written = True
            return False
        if con.execute("PRAGMA freelist_count").fetchone()[0] and _given_back(con):
            return False
        self._tries += 1
        if not _emptied(con) and self._tries < MAX_TRIES:
            return False
        con.execute("PRAGMA secure_delete = FAST").fetchall()
        return True


def _write_anew(con: sqlite3.Connection, table: str) -> None:
    """The same rows on other pages; the ones before are overwritten as they become free. `table`: a name from above."""
    with transaction(con):
        con.execute(f"CREATE TEMP TABLE wiped AS SELECT * FROM {table}")  # noqa: S608
        con.execute(f"DELETE FROM {table}")  # noqa: S608
        con.execute(f"INSERT INTO {table} SELECT * FROM wiped")  # noqa: S608
        con.execute("DROP TABLE wiped")


def _given_back(con: sqlite3.Connection) -> bool:
    """Whether the file became shorter: it does not where it was made without incremental vacuum."""
    before = con.execute("PRAGMA freelist_count").fetchone()[0]
    con.execute(f"PRAGMA incremental_vacuum({STEP_PAGES})").fetchall()
    return bool(con.execute("PRAGMA freelist_count").fetchone()[0] < before)


def _emptied(con: sqlite3.Connection) -> bool:
    """Whether the write-ahead log could be copied over and cut to nothing; no reader is waited for."""
    patience = con.execute("PRAGMA busy_timeout").fetchone()[0]
    con.execute("PRAGMA busy_timeout = 0")
    try:
        busy = con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError:
        return False
    finally:
        con.execute(f"PRAGMA busy_timeout = {int(patience)}")
    return not busy
