# SPDX-License-Identifier: GPL-3.0-or-later
"""querylog.db: opening it, and the words that the recorder copies into it so that it reads well by itself."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from store.base.db import connect, migrate_connection, transaction
from store.base.file_faults import SET_ASIDE, Fault, fault_of, set_aside, words
from store.base.sentences import Sentence, say
from store.base.store_errors import CorruptDatabase, ReadOnlyState, StoreError
from store.log.protocol import LogDamaged, LogError
from store.log.records import VIEW
from store.log.rollup_tables import DAY_US, HOUR_US, invalidate, let_shared_go
from wire import types

FILE_NAME = "querylog.db"
WAITING_NAME = "querylog.waiting"  # of the recorder alone, see store.log.spool
MAX_CHECKED = 64 * 1024 * 1024  # a file up to this is read through at the start: 2 s from a slow card

_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@contextlib.contextmanager
def log_errors() -> Iterator[None]:
    """SQLite's errors as those that store.log.protocol names: full, locked and unreadable may pass, others may not."""
    try:
        yield
    except sqlite3.Error as error:
        damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
        raise (LogDamaged if damaged else LogError)(str(error)) from error


def open_log(
    path: Path, after: sqlite3.Error | None = None, tell: Callable[[Sentence], None] = lambda sentence: None
) -> sqlite3.Connection:
    """The recorder's connection: write-ahead log, created and migrated as need be.

    What is damaged, newer or no file is put aside (see begin_anew), which `tell` hears. Of a large log only the
    beginning is looked at, since workers would have to wait for the rest; its damage shows later as a
    sqlite3.DatabaseError. Close the connection then and hand the error in as `after`: only if it speaks of damage, a
    new log is begun. Raises ReadOnlyState or sqlite3.OperationalError (disk full, locked, no right to).
    """
    if after is not None and getattr(after, "sqlite_errorcode", 0) & 0xFF in _DAMAGE:
        return begin_anew(path, tell=tell)
    try:
        return _open(path)
    except (sqlite3.Error, StoreError) as error:
        fault = fault_of(error)
        if fault not in SET_ASIDE and fault is not Fault.NEWER:
            raise
        return begin_anew(path, fault, tell)


def migrate(con: sqlite3.Connection) -> None:
    """Bring the log up to date: its tables, and the view `queries` as store.log.records declares it."""
    migrate_connection(con, "querylog")
    view = con.execute("SELECT sql FROM sqlite_master WHERE type = 'view' AND name = 'queries'").fetchone()
    if view is None or view[0].split() != VIEW.split():
        with transaction(con):
            con.execute("DROP VIEW IF EXISTS queries")
            con.execute(VIEW)


def begin_anew(
    path: Path, fault: Fault = Fault.DAMAGED, tell: Callable[[Sentence], None] = lambda sentence: None
) -> sqlite3.Connection:
    """Put a log aside as querylog.db.corrupt-DATE-TIME and begin a new one; close its connections first."""
    try:
        aside = set_aside(path, fault, "-wal", "-shm", "-journal")
    except OSError as error:
        raise ReadOnlyState(f"The damaged {path} cannot be moved aside ({error.strerror}).") from error
    if aside is not None:
        tell(say(
            "The query log cannot be used: {why}. A new one is begun; the old one is kept as {file}.",
            why=words(fault), file=aside.name,
        ))
    return _open(path)


def copy_names(con: sqlite3.Connection, devices: Mapping[int, str], titles: Mapping[str, str]) -> None:
    """Bring the display names of devices and the titles of blocklists into the log; unchanged ones cost no write."""
    known = dict(con.execute("SELECT id, name FROM devices"))
    named = [(number, name) for number, name in devices.items() if known.get(number) != name]
    have = dict(con.execute("SELECT key, title FROM lists"))
    titled = [(title, key) for key, title in titles.items() if key in have and have[key] != title]
    if named or titled:
        with transaction(con):
            con.executemany("INSERT OR REPLACE INTO devices (id, name) VALUES (?, ?)", named)
            con.executemany("UPDATE lists SET title = ? WHERE key = ?", titled)


def merge_device(con: sqlite3.Connection, old: int, new: int) -> None:
    """Carry the records of a device over to the one that it turned out to be. Rare, and reads the time of its records.

    Counts are kept by client, so only an address that both had changes any; the hours of its records are added up anew.
    """
    with transaction(con):
        of_old = "SELECT id, device_id FROM clients WHERE ? IN (device_id, noted_id)"
        moved = dict(con.execute(of_old, (old,)))
        let_shared_go(con, moved, {new, *moved.values()})
        twins = con.execute(
            """SELECT a.id, b.id, COALESCE(a.first_us - ?, 0)
               FROM clients a JOIN clients b ON a.address = b.address
               WHERE a.noted_id = ? AND b.noted_id = ?""",
            (DAY_US, old, new),
        ).fetchall()
        for lost, kept, first_us in twins:
            where = "WHERE time_us >= ? AND client_id = ?"  # first_us is brought up to date now and then
            hours = f"SELECT DISTINCT time_us / {HOUR_US} * {HOUR_US} FROM records {where}"  # noqa: S608 - fixed text
            starts = [at for (at,) in con.execute(hours, (first_us, lost))]
            invalidate(con, [*starts, *(at + HOUR_US - 1 for at in starts)])
            con.execute(f"UPDATE records SET client_id = ? {where}", (kept, first_us, lost))  # noqa: S608
            con.execute(
                """UPDATE clients SET (first_us, last_us) = (
                       SELECT min(first_us), max(last_us) FROM clients WHERE id IN (?1, ?2)) WHERE id = ?1""",
                (kept, lost),
            )
            con.execute("DELETE FROM clients WHERE id = ?", (lost,))
        con.execute("UPDATE clients SET noted_id = ?1, device_id = ?1 WHERE noted_id = ?2", (new, old))
        con.execute("UPDATE clients SET device_id = ? WHERE device_id = ?", (new, old))
        con.execute("DELETE FROM devices WHERE id = ?", (old,))
        con.execute("UPDATE marks SET value = value + 1 WHERE key = 'names_purged'")  # ids in caches are stale


class Followed(NamedTuple):
    """Up to where `follow_merged` has looked: at what, and by the ids of clients, which mean others after a purge."""

    merged: Mapping[int, int]
    purged: int
    last: int


NOT_FOLLOWED = Followed({}, -1, 0)


def follow_merged(con: sqlite3.Connection, merged: Mapping[int, int], before: Followed = NOT_FOLLOWED) -> Followed:
    """Show the records of each device as those of the one that a person made it one with, or as its own again.

    merged: device → the one that it is now. Records stay as they were noted; where nothing is to change, nothing is
    written. `before`: what the last call returned, since when only new clients are looked at.
    """
    purged, last = con.execute(
        "SELECT (SELECT value FROM marks WHERE key = 'names_purged'), (SELECT COALESCE(max(id), 0) FROM clients)"
    ).fetchone()
    since = before.last if (purged, merged) == (before.purged, before.merged) else 0
    rows = con.execute("SELECT id, device_id, noted_id FROM clients WHERE id > ?", (since,)).fetchall()
    moved = [(merged.get(noted, noted), number) for number, device, noted in rows if device != merged.get(noted, noted)]
    if moved:
        with transaction(con):
            clients = {number for _, number in moved}
            devices = {device for number, device, _ in rows if number in clients} | {device for device, _ in moved}
            let_shared_go(con, clients, devices)
            con.executemany("UPDATE clients SET device_id = ? WHERE id = ?", moved)
            con.execute("UPDATE marks SET value = value + 1 WHERE key = 'names_purged'")
    return Followed(dict(merged), purged, last)


def _open(path: Path) -> sqlite3.Connection:
    con = connect(path)
    try:
        # These two hold from the first table on, so they stand before it.
        con.execute("PRAGMA page_size = 4096")
        con.execute("PRAGMA auto_vacuum = INCREMENTAL")
        con.execute("PRAGMA journal_mode = WAL")
        # NORMAL: a power cut may cost the last commits, never the file; FULL would wear the card at every commit.
        con.execute("PRAGMA synchronous = NORMAL")
        # Debian's SQLite overwrites every page that goes with zeros, as much again as the rows once took.
        con.execute("PRAGMA secure_delete = FAST").fetchall()
        migrate(con)
        _name_numbers(con)
        small = path.stat().st_size <= MAX_CHECKED
        if small and [row[0] for row in con.execute("PRAGMA quick_check(1)")] != ["ok"]:
            raise CorruptDatabase(f"{path} is damaged.")
        with contextlib.suppress(OSError):
            path.chmod(0o600)
    except BaseException:
        con.close()
        raise
    return con


def _name_numbers(con: sqlite3.Connection) -> None:
    """Bring the words for types and rcodes into the log; unchanged ones cost no write."""
    with contextlib.suppress(sqlite3.OperationalError):  # a full disk: then a rare type reads as its number
        for table, names in (("types", types.TYPE_NAMES), ("rcodes", types.RCODE_NAMES)):
            known = dict(con.execute(f"SELECT id, name FROM {table}"))  # noqa: S608 - fixed text
            new = [(number, name) for number, name in names.items() if known.get(number) != name]
            if new:
                with transaction(con):
                    con.executemany(f"INSERT OR REPLACE INTO {table} (id, name) VALUES (?, ?)", new)  # noqa: S608
