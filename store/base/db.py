# SPDX-License-Identifier: GPL-3.0-or-later
"""Opening SQLite files: connections, numbered migrations, the check at start, and the last good copy."""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from store.base.private_files import begin
from store.base.sentences import say, sentence_of

BUSY_MS = 5000  # longer than any transaction of ours; shorter than a person waits


class StoreError(Exception):
    """Something is wrong with the state directory; the text is a sentence that names the cure."""


class ReadOnlyState(StoreError):  # noqa: N818 - named for the state of things
    """The state directory cannot be written."""


class CorruptDatabase(StoreError):  # noqa: N818
    """A database file is damaged."""


class NewerDatabase(StoreError):  # noqa: N818
    """A database was written by a newer Telltale."""


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was done about a damaged config.db: `restored` from the copy, or else begun anew; `kept` is the old file."""

    restored: bool
    sentence: str
    kept: Path


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection in autocommit mode (transactions by BEGIN) that waits BUSY_MS for locks and holds foreign keys.

    Threads may hand it on but not share it. `read_only` never creates the file, and works on a read-only disk too.
    Raises sqlite3.OperationalError when it cannot be opened.
    """
    if not read_only:
        return _open(path, "rwc")
    try:
        return _open(path, "ro")
    except sqlite3.OperationalError:
        if not path.exists():
            raise
        if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
            # A writer died in the middle of a commit: SQLite takes that back, for which it must be allowed to write.
            con = _open(path, "rw")
            con.execute("PRAGMA query_only = ON")
            return con
        # A write-ahead log cannot be shared where nothing can be written; then nobody writes, and the file is all.
        return _open(path, "ro&immutable=1")


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


def migrate_connection(con: sqlite3.Connection, kind: str) -> int:
    """`migrate` for a connection that is open already."""
    steps = _migrations(kind)
    for number, script in steps:
        with transaction(con):
            # Read inside the transaction: two processes may start at once.
            if _version(con) < number:
                for statement in _statements(script):
                    con.execute(statement)
                con.execute(f"PRAGMA user_version = {number}")
    version, newest = _version(con), steps[-1][0]
    if version > newest:
        raise NewerDatabase(say(
            "The {kind} database has version {version}, this Telltale knows {newest}: install the newer Telltale "
            "again, or restore a backup from before.",
            kind=kind, version=version, newest=newest,
        ))
    return version


def check(path: Path) -> None:
    """Raises CorruptDatabase when the file is no sound SQLite database."""
    try:
        with contextlib.closing(connect(path, read_only=True)) as con:
            found = [str(row[0]) for row in con.execute("PRAGMA integrity_check(1)")]
            found += [f"a row of {row[0]} points nowhere" for row in con.execute("PRAGMA foreign_key_check")]
    except sqlite3.OperationalError as error:
        raise StoreError(say(
            "{path} cannot be read ({error}); check its owner and the disk.", path=path, error=sentence_of(error)
        )) from error
    except sqlite3.DatabaseError as error:
        found = [str(error)]
    if found != ["ok"]:
        raise CorruptDatabase(say(
            "{path} is damaged ({why}).", path=path, why=found[0] if found[0] != "ok" else found[1]
        ))


def backup(path: Path) -> None:
    """Copy a sound config.db to config.db.bak, whole or not at all; raises StoreError (CorruptDatabase) otherwise."""
    check(path)
    copy, draft = path.with_name(path.name + ".bak"), path.with_name(path.name + ".bak.new")
    try:
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

    Returns what was done about damage, None when there was none. Raises ReadOnlyState or NewerDatabase.
    """
    path = state / "config.db"
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ReadOnlyState(say(
            "{state} cannot be created ({error}); choose another with --state.", state=state, error=error.strerror
        )) from None
    if not os.access(state, os.W_OK | os.X_OK) or (path.exists() and not os.access(path, os.W_OK)):
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
    backup(path)
    return report


def _mend(path: Path) -> RestoreReport | None:
    """Put a damaged or emptied config.db aside and the last good copy in its place."""
    copy = path.with_name(path.name + ".bak")
    good_copy = copy.exists() and _sound(copy)
    if not path.exists() and not good_copy:
        return None
    if path.exists() and (_sound(path) or (_blank(path) and not good_copy)):
        return None
    kept = path.with_name(f"{path.name}.corrupt-{time.strftime('%Y%m%d-%H%M%S')}")
    if path.exists():
        path.replace(kept)
        journal = path.with_name(path.name + "-journal")
        if journal.exists():  # it belongs to the damaged file and would be played back into the good one
            journal.replace(kept.with_name(kept.name + "-journal"))
    if not good_copy:
        sentence = say("config.db was damaged and is begun anew; the damaged file is kept as {file}.", file=kept.name)
        return RestoreReport(False, sentence, kept)
    with contextlib.closing(connect(copy, read_only=True)) as source, contextlib.closing(connect(path)) as target:
        source.backup(target)
    day = time.strftime("%Y-%m-%d %H:%M", time.localtime(copy.stat().st_mtime))
    damaged = say(
        "config.db was damaged (kept as {file}); it is restored from the copy of {day}.", file=kept.name, day=day
    )
    missing = say("config.db was missing; it is restored from the copy of {day}.", day=day)
    return RestoreReport(True, damaged if kept.exists() else missing, kept)


def _sound(path: Path) -> bool:
    """Checked and not blank: a file cut to nothing is a valid, empty database."""
    try:
        check(path)
    except CorruptDatabase:
        return False
    return not _blank(path)


def _blank(path: Path) -> bool:
    try:
        with contextlib.closing(connect(path, read_only=True)) as con:
            return _version(con) == 0
    except sqlite3.DatabaseError:
        return False


def _open(path: Path, mode: str) -> sqlite3.Connection:
    if mode == "rwc":
        with contextlib.suppress(OSError):  # SQLite says what is wrong
            begin(path)
    uri = f"file:{quote(str(path.resolve()))}?mode={mode}"
    con = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        con.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        con.execute("PRAGMA foreign_keys = ON")
        if mode != "rwc":
            con.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.Error:
        con.close()
        raise
    return con


def _version(con: sqlite3.Connection) -> int:
    return int(con.execute("PRAGMA user_version").fetchone()[0])


def _migrations(kind: str) -> list[tuple[int, str]]:
    folder = files("store") / "migrations" / kind
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(int(name[:4]), (folder / name).read_text("utf-8")) for name in names]


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
