# SPDX-License-Identifier: GPL-3.0-or-later
"""Opening SQLite files: connections, numbered migrations, the check at start, and the last good copy."""

import contextlib
import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from store.base.file_faults import SET_ASIDE, Fault, NoFile, fault_of, look_at, set_aside, words
from store.base.migration_steps import migration_steps, newest_version, statements
from store.base.private_files import begin
from store.base.sentences import Sentence, say, sentence_of
from store.base.store_errors import CorruptDatabase, NewerDatabase, ReadOnlyState, StoreError

# What SQLite keeps beside a database, and would open as it is.
COMPANIONS = ("-journal", "-wal", "-shm")

log = logging.getLogger(__name__)

BUSY_MS = 5000  # longer than any transaction of ours; shorter than a person waits


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was done about a damaged config.db: `restored` from the copy, or else begun anew; `kept` is the old file."""

    restored: bool
    sentence: str
    kept: Path


def connect(path: Path, *, read_only: bool = False, busy_ms: int | None = None) -> sqlite3.Connection:
    """A connection in autocommit mode (transactions by BEGIN), with foreign keys; waits BUSY_MS for locks, or as told.

    Threads may hand it on but not share it. `read_only` never creates the file, and works on a read-only disk too.
    Raises sqlite3.OperationalError when it cannot be opened; NoFile, at once, where a folder, a pipe or the like lies.
    """
    if not read_only:
        return _open(path, "rwc", busy_ms)
    try:
        return _open(path, "ro", busy_ms)
    except NoFile:
        raise
    except sqlite3.OperationalError as error:
        if not path.exists() or fault_of(error) is Fault.BUSY:  # another holds it, and would hold it once more
            raise
        if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
            # A writer died in the middle of a commit: SQLite takes that back, for which it must be allowed to write.
            con = _open(path, "rw", busy_ms)
            con.execute("PRAGMA query_only = ON")
            return con
        # A write-ahead log cannot be shared where nothing can be written; then nobody writes, and the file is all.
        return _open(path, "ro&immutable=1", busy_ms)


@contextlib.contextmanager
def transaction(con: sqlite3.Connection, kind: str = "IMMEDIATE") -> Iterator[None]:
    """BEGIN … COMMIT, or ROLLBACK when the body raises. kind DEFERRED: one consistent view for several reads."""
    con.execute(f"BEGIN {kind}")
    try:
        yield
        con.execute("COMMIT")
    except BaseException:
        # A full disk rolls back by itself.
        if con.in_transaction:
            con.execute("ROLLBACK")
        raise


def migrate(path: Path, kind: str = "config") -> int:
    """Bring the database up to date by store/migrations/<kind>/NNNN_name.sql, each in one transaction.

    Returns the version; raises NewerDatabase when the file is beyond what this Telltale knows.
    """
    with contextlib.closing(connect(path)) as con:
        return migrate_connection(con, kind)


def migrate_connection(con: sqlite3.Connection, kind: str, most: int | None = None) -> int:
    """`migrate` for a connection that is open already; up to the version `most`, None: the newest."""
    con.execute("PRAGMA foreign_keys = OFF")  # a table made anew must not take along what refers to it
    try:
        steps = [step for step in migration_steps(kind) if most is None or step[0] <= most]
        for number, script in steps:
            with transaction(con):
                # Read inside the transaction: two processes may start at once.
                if _version(con) < number:
                    for statement in statements(script):
                        con.execute(statement)
                    con.execute(f"PRAGMA user_version = {number}")
    finally:
        con.execute("PRAGMA foreign_keys = ON")
    version, newest = _version(con), newest_version(kind)
    if version > newest:
        raise NewerDatabase(say(
            "The {kind} database has version {version}, this Telltale knows {newest}: install the newer Telltale "
            "again, or restore a backup from before.",
            kind=kind, version=version, newest=newest,
        ))
    return version


def check(path: Path) -> None:
    """Raises StoreError, with what is wrong as its `fault`, when the file is no sound SQLite database."""
    try:
        with contextlib.closing(connect(path, read_only=True)) as con:
            faults = [str(row[0]) for row in con.execute("PRAGMA integrity_check(1)")]
            faults += [f"a row of {row[0]} points nowhere" for row in con.execute("PRAGMA foreign_key_check")]
    except sqlite3.OperationalError as error:
        unreadable = StoreError(say(
            "{path} cannot be read ({error}); check its owner and the disk.", path=path, error=sentence_of(error)
        ))
        unreadable.fault = fault_of(error)
        raise unreadable from error
    except sqlite3.DatabaseError as error:
        faults = [str(error)]
    if faults != ["ok"]:
        raise CorruptDatabase(say(
            "{path} is damaged ({why}).", path=path, why=faults[0] if faults[0] != "ok" else faults[1]
        ))


def inspect(path: Path, kind: str = "config") -> Fault | None:
    """What keeps a database from being used as it is, None: nothing. One cut to nothing is a valid, empty database."""
    if not os.path.lexists(path):
        return Fault.MISSING
    try:
        check(path)
        with contextlib.closing(connect(path, read_only=True)) as con:
            version = _version(con)
    except (StoreError, sqlite3.Error, OSError) as error:
        return fault_of(error)
    if version > newest_version(kind):
        return Fault.NEWER
    return Fault.EMPTY if version == 0 else None


def backup(path: Path) -> None:
    """Copy a sound config.db to config.db.bak, whole or not at all; raises StoreError (CorruptDatabase) otherwise.

    A copy that cannot be read, or is a newer Telltale's, is put aside.
    """
    check(path)
    copy, draft = path.with_name(path.name + ".bak"), path.with_name(path.name + ".bak.new")
    try:
        for old in (draft, copy):
            if (fault := inspect(old)) not in (None, Fault.MISSING, Fault.EMPTY):
                set_aside(old, fault or Fault.DAMAGED, *COMPANIONS)
        draft.unlink(missing_ok=True)
        with (
            contextlib.closing(connect(path, read_only=True)) as source,
            contextlib.closing(connect(draft)) as target,
        ):
            source.backup(target)
        draft.chmod(0o600)
        draft.replace(copy)
    except (OSError, sqlite3.Error) as error:
        raise ReadOnlyState(say(
            "{copy} cannot be written ({error}); make room and check who owns it.", copy=copy, error=sentence_of(error)
        )) from error


def open_config(state: Path) -> RestoreReport | None:
    """Make config.db ready at the appliance's start: check, restore if need be, migrate, refresh the copy.

    Returns what was done about damage, None when there was none. Raises ReadOnlyState or NewerDatabase; a copy alone
    that cannot be written is no reason to.
    """
    path = state / "config.db"
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ReadOnlyState(say(
            "{state} cannot be created ({error}); choose another with --state.", state=state, error=error.strerror
        )) from None
    if not os.access(state, os.W_OK | os.X_OK) or (path.is_file() and not os.access(path, os.W_OK)):
        raise ReadOnlyState(say(
            "{state} cannot be written; make it writable for the user that runs Telltale.", state=state
        ))
    try:
        report = _mend(path)
        migrate(path)
        path.chmod(0o600)
    except (OSError, sqlite3.OperationalError) as error:
        raise ReadOnlyState(say(
            "{path} cannot be written ({error}); make room and check who owns it.", path=path, error=sentence_of(error)
        )) from error
    try:
        backup(path)
    except ReadOnlyState as error:
        log.warning("%s", error)
    return report


def open_migrated(path: Path, kind: str = "config", busy_ms: int | None = None) -> sqlite3.Connection:
    """A connection to read from, as this Telltale knows the tables; what an older one left is brought up to date in
    memory, where the file cannot be. Raises sqlite3.Error or NewerDatabase; a database of nothing is damaged.
    """
    con = connect(path, read_only=True, busy_ms=busy_ms)
    try:
        version, newest = _version(con), newest_version(kind)
        if version == newest:
            return con
        if version == 0:
            raise CorruptDatabase(say("{path} is damaged ({why}).", path=path, why=words(Fault.EMPTY)))
        return _migrated_copy(con, kind)
    except BaseException:
        con.close()
        raise


def _migrated_copy(con: sqlite3.Connection, kind: str) -> sqlite3.Connection:
    """A copy in memory that is up to date; `con` is closed."""
    memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    try:
        con.backup(memory)
        migrate_connection(memory, kind)
    except BaseException:
        memory.close()
        raise
    con.close()
    return memory


def _mend(path: Path) -> RestoreReport | None:
    """Put a damaged or emptied config.db aside and the last good copy in its place."""
    copy = path.with_name(path.name + ".bak")
    for ending in COMPANIONS:
        companion = path.with_name(path.name + ending)
        if fault := look_at(companion):
            set_aside(companion, fault)
    fault, good_copy = inspect(path), inspect(copy) is None
    if fault is Fault.NEWER:
        migrate(path)  # which says so
    lost = fault in SET_ASIDE or (fault in (Fault.MISSING, Fault.EMPTY) and good_copy)
    if fault is None or not lost:
        return None
    # What belongs to the damaged file would be played back into the good one.
    kept = set_aside(path, fault, *COMPANIONS)
    if not good_copy:
        name = kept.name if kept else ""
        sentence = say("config.db was damaged and is begun anew; the damaged file is kept as {file}.", file=name)
        return RestoreReport(False, sentence, kept or path)
    with contextlib.closing(connect(copy, read_only=True)) as source, contextlib.closing(connect(path)) as target:
        source.backup(target)
    return RestoreReport(True, _restored(kept, copy), kept or path)


def _restored(kept: Path | None, copy: Path) -> Sentence:
    day = time.strftime("%Y-%m-%d %H:%M", time.localtime(copy.stat().st_mtime))
    if kept is None:
        return say("config.db was missing; it is restored from the copy of {day}.", day=day)
    return say(
        "config.db was damaged (kept as {file}); it is restored from the copy of {day}.", file=kept.name, day=day
    )


def _open(path: Path, mode: str, busy_ms: int | None) -> sqlite3.Connection:
    for ending in ("", *COMPANIONS):
        if fault := look_at(path.with_name(path.name + ending)):
            raise NoFile(path.with_name(path.name + ending), fault)
    if mode != "rwc" and not path.exists():
        raise NoFile(path, Fault.MISSING)
    if mode == "rwc":
        with contextlib.suppress(OSError):  # SQLite says what is wrong
            begin(path)
    uri = f"file:{quote(str(path.resolve()))}?mode={mode}"
    con = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        con.execute(f"PRAGMA busy_timeout = {BUSY_MS if busy_ms is None else busy_ms}")
        con.execute("PRAGMA foreign_keys = ON")
        if mode != "rwc":
            con.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.Error:
        con.close()
        raise
    return con


def _version(con: sqlite3.Connection) -> int:
    return int(con.execute("PRAGMA user_version").fetchone()[0])
