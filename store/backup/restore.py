# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup put back: what differs is worked out first, and written in one transaction, as one change.

What is decided becomes as the backup has it; three things differ, since it may come from another day or machine:

    lists of Telltale's own    have the words of this version; those that came since stay, with their toggles
    devices                    are told by id and MAC; those that the network has shown since stay (restored_devices)
    password and tokens        come when the part `access` is asked for, or when there is no password here
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from store.backup import backup_checks, part_changes, restored_devices
from store.backup.backup_form import IDLE_TESTS, PARTS, Backup, part_names
from store.backup.part_changes import PartChange
from store.base.sentences import say
from store.config.choices import ListKind
from store.config.engine import Engine
from store.config.session import EditError, bump, connection, writing
from store.history import put_rows, table_shapes
from store.history.notes import Note
from store.history.put_rows import Conflict
from store.history.recording import RowChange
from store.history.table_shapes import Shape, shape
from store.history.tracked import TRACKED

_CHOICES = ("options", "answer", "guard")  # what a home decides of a list that is Telltale's own
Rows = list[dict[str, Any]]
PutTests = Callable[[Sequence[Any], bool], int]
"""What adds idle tests, as a backup has them, and says how many were not there; True: only say it. Raises EditError."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done, or would be: the parts, how many rows became others, in which of the parts, and whether password
    and tokens are the backup's now."""

    parts: tuple[str, ...]
    altered: int
    access: bool
    counts: tuple[PartChange, ...] = ()


def restore(
    e: Engine, backup: Backup, only: Sequence[str] = (), put_tests: PutTests = lambda tests, dry_run: 0, *,
    dry_run: bool = False,
) -> Restored:
    """Make what is decided as the backup has it, or these parts. Raises EditError, and nothing is changed then.

    `put_tests` adds idle tests that are not here. They are no decisions: the ones here stay, and no undo takes them.
    `dry_run`: it is all done, so that whatever would be refused is, and taken back at the end.
    """
    parts = part_names(only)
    tables = {table: backup.tables[table] for part in parts for table in PARTS[part] if table in backup.tables}
    backup_checks.check(tables)
    try:
        with writing(e, _note(parts, only)) as session:
            con = connection(session)
            access = _restore_access(con, tables, asked="access" in only)
            tests = (backup.idle_tests or []) if IDLE_TESTS in parts else []
            backup_checks.check_same_things(con, backup, {**tables, **_of_devices(backup, tests)})
            wanted = _put(con, tables, backup)
            backup_checks.check_landing(con, backup)
            added = put_tests(tests, dry_run) if tests else 0  # last: it is what no transaction takes back
            counts = part_changes.count(parts, tables, wanted, len(tests), added)
            restored = Restored(tuple(parts), len(wanted) + added, access, counts)
            if dry_run:
                raise _Tried
            if wanted or access:
                bump(session)
    except _Tried:
        pass
    return restored


def _of_devices(backup: Backup, tests: Sequence[Any]) -> dict[str, Rows]:
    """The tests whose device the backup has: that it must be the same here. Others are of devices that are gone."""
    there = {row["id"] for row in backup.tables.get("device", ())}
    return {"idle_test": [row for row in tests if isinstance(row, dict) and row.get("device_id") in there]}


class _Tried(Exception):  # noqa: N818 - no error: it takes the transaction back
    """All went well, and none of it is to stay."""


def _put(con: sqlite3.Connection, tables: Mapping[str, Rows], backup: Backup) -> list[RowChange]:
    """Make the rows what they are to be; those that were others."""
    wanted = list(_differences(con, tables, backup))
    try:
        put_rows.put(con, wanted)
    except Conflict as conflict:
        raise EditError(say(
            "The backup does not fit: a row of {table} ({key}) points to what is not there. Restore all parts.",
            table=conflict.table, key=", ".join(map(str, conflict.key)),
        )) from None
    return wanted


def _note(parts: Sequence[str], only: Sequence[str]) -> Note:
    if parts == ["access"]:
        what = say("Password and tokens are restored from a backup.")
        return Note(what, final=say("The history holds no password, not even its hash: set the one that you want."))
    if not only:
        return Note(say("A backup is restored."))
    return Note(say("A backup is restored ({parts}).", parts=", ".join(parts)))


def _restore_access(con: sqlite3.Connection, tables: Mapping[str, Rows], *, asked: bool) -> bool:
    """Password and tokens, which are in no history; whoever is logged in has to log in anew."""
    if not tables.get("account") or not (asked or con.execute("SELECT 1 FROM account").fetchone() is None):
        return False
    con.execute("DELETE FROM session")
    for table in reversed(PARTS["access"]):
        con.execute(f"DELETE FROM {shape(con, table).quoted}")  # noqa: S608
    devices = {row[0] for row in con.execute("SELECT id FROM device")}
    for table in PARTS["access"]:
        of = shape(con, table)
        for row in tables.get(table, ()):
            if row.get("device_id", 0) and row["device_id"] not in devices:
                continue  # of a device that is not here
            marks = ", ".join("?" * len(of.columns))
            con.execute(f"INSERT INTO {of.quoted} VALUES ({marks})", [row[column] for column in of.columns])  # noqa: S608
    return True


def _differences(con: sqlite3.Connection, tables: Mapping[str, Rows], backup: Backup) -> Iterator[RowChange]:
    """Each row that is to become another, come or go."""
    shapes = {table: shape(con, table) for table in TRACKED}
    now = {table: table_shapes.rows(con, shapes[table]) for table in TRACKED}
    own_since = {row["id"] for row in now["blocklist"] if row["kind"] != ListKind.ADDED} - {
        row["id"] for row in backup.tables.get("blocklist", now["blocklist"])
    }
    wanted: dict[str, Rows] = {table: rows for table, rows in tables.items() if table in shapes}
    if "blocklist" in wanted:
        in_use = {row["blocklist_id"] for table in ("toggle", "pause") for row in backup.tables.get(table, ())}
        wanted["blocklist"] = _lists(now["blocklist"], wanted["blocklist"], in_use, own_since)
    if all(table in wanted for table in restored_devices.TABLES):
        wanted |= restored_devices.merged(now, wanted)
    for table in TRACKED:
        if table in wanted:
            kept = [row for row in now[table] if row.get("blocklist_id") in own_since]
            yield from _of_table(shapes[table], now[table], [*wanted[table], *kept])


def _of_table(of: Shape, now: Rows, wanted: Rows) -> Iterator[RowChange]:
    before = {of.key_of(row): row for row in now}
    after = {of.key_of(row): row for row in wanted}
    for key in before | after:
        if before.get(key) != after.get(key):
            yield RowChange(of.table, before.get(key), after.get(key))


def _lists(now: Rows, wanted: Rows, in_use: set[Any], own_since: set[Any]) -> Rows:
    """Lists as they are to be: Telltale's own keep this version's words, with what the backup decides of them."""
    here = {row["id"]: row for row in now if row["kind"] != ListKind.ADDED}
    lists = [here[number] for number in own_since]
    for row in wanted:
        if row["id"] in here:
            lists.append({**here[row["id"]], **{column: row[column] for column in _CHOICES}})
        elif row["kind"] == ListKind.ADDED or row["id"] in in_use:
            lists.append(row)
    return lists
