# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup: all that a home has decided, as one JSON text (docs/backup.md). The same state gives the same bytes.

    dump(con)      tables in a fixed order, rows by primary key, columns by name, one row a line, so that two compare
    load(text)     a config.db in memory with what the text holds, brought up to date as a config.db would be

What is in it: every tracked table, people with their passwords' hashes and the secrets of their second step, tokens'
hashes. Not in it: who is logged in, what list updates found (they look again), the history of changes, the query log.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from store.base import db
from store.base.migration_steps import newest_version
from store.base.sentences import say
from store.config.session import EditError
from store.history.table_shapes import quoted, rows, shape

FORM = 1  # grows when the text is made otherwise; a column or table more is told by `schema`
MAX_BYTES = 32 * 1024 * 1024  # several times what the largest home can hold
MAX_BRACKETS = 1_000_000  # objects and arrays, each of which takes many times its two characters in memory
MAX_COMMAS = 3_000_000  # so of values, which take some sixty bytes each; rows of the largest home have a tenth of them
# Part → its tables, in the order of the text. A test holds that no table of decisions is left out.
PARTS: Mapping[str, tuple[str, ...]] = {
    "settings": ("setting",),
    "schedules": ("schedule",),
    "groups": ("group", "device_group"),
    "devices": ("device", "device_mac", "device_name", "device_network", "device_merged", "client"),
    "lists": ("blocklist", "toggle", "safe_search"),
    "rules": ("rule",),
    "wall": ("wall_switch",),
    "names": ("local_record", "forward"),
    "dhcp": ("dhcp_static",),
    "corrections": ("name_correction",),
    "findings": ("finding_state",),
    "idle_tests": (),  # of a file of their own, so that they stand beside the tables
    "pauses": ("pause", "exception", "request"),
    "access": ("account", "account_device", "recovery_code", "token", "device_word"),
}
IDLE_TESTS = "idle_tests"
TABLES = tuple(table for tables in PARTS.values() for table in tables)


@dataclass(frozen=True, slots=True)
class Backup:
    """What a text holds. `tables`: table → its rows as this Telltale has them; one that the text lacks is not there.

    `idle_tests`: as they are given, which whoever keeps them looks at; None where the text lacks them.
    """

    schema: int
    tables: Mapping[str, list[dict[str, Any]]]
    idle_tests: list[Any] | None = None


def dump(con: sqlite3.Connection, idle_tests: Sequence[Mapping[str, Any]] = ()) -> str:
    """All that the home has decided. `con` reads a config.db that is up to date; `idle_tests`: as JSON has them."""
    with db.transaction(con, "DEFERRED"):
        schema = int(con.execute("PRAGMA user_version").fetchone()[0])
        tables = [f"  {json.dumps(table)}: {_listed(rows(con, shape(con, table)))}" for table in TABLES]
    head = f'{{\n "telltale": "backup",\n "form": {FORM},\n "schema": {schema},\n "tables": {{\n'
    return head + ",\n".join(tables) + f'\n }},\n "{IDLE_TESTS}": {_listed(idle_tests)}\n}}\n'


def load(text: str) -> Backup:
    """What the text holds, brought up to date. Raises EditError, in plain words, for what is no backup of ours."""
    given = _parsed(text)
    schema, tables, tests = _version(given), given.get("tables"), given.get(IDLE_TESTS)
    if not isinstance(tables, dict) or not all(isinstance(table, list) for table in tables.values()):
        raise EditError(say("This backup is damaged: its tables are missing."))
    if not isinstance(tests, list | None):
        raise EditError(say("This backup is damaged: its idle tests are none."))
    memory = sqlite3.connect(":memory:", isolation_level=None)
    try:
        db.migrate_connection(memory, "config", schema)
        memory.execute("PRAGMA foreign_keys = OFF")
        for table in tables:
            _fill(memory, table, tables[table])
        db.migrate_connection(memory, "config")
        return Backup(schema, {table: rows(memory, shape(memory, table)) for table in TABLES if table in tables},
                      tests)  # fmt: skip
    except sqlite3.Error as error:
        raise EditError(say("This backup does not fit: {why}.", why=error)) from None
    finally:
        memory.close()


def text_of(raw: bytes) -> str:
    """A file's bytes as `load` takes them, which refuses what is no UTF-8. Raises EditError for too many."""
    if len(raw) > MAX_BYTES:
        raise EditError(say("This file is too large to be a backup."))
    return raw.decode("utf-8-sig", "replace") if raw[:2] != b"\x1f\x8b" else "\x1f"


def part_names(only: Sequence[str]) -> list[str]:
    """These parts, or all. Raises EditError for what is none."""
    for name in only:
        if name not in PARTS:
            raise EditError(say("A backup has no part '{part}': choose {choices}.",
                                part=name[:40], choices=", ".join(PARTS)))  # fmt: skip
    return [name for name in PARTS if name in only] or list(PARTS)


def _listed(table: Sequence[Mapping[str, Any]]) -> str:
    lines = [json.dumps(row, sort_keys=True, ensure_ascii=False) for row in table]
    return "[" + ",".join(f"\n   {line}" for line in lines) + ("\n  ]" if lines else "]")


def _parsed(text: str) -> dict[str, Any]:
    if text[:2] == "PK" or text[:1] == "\x1f":
        raise EditError(say(
            "This is an archive, no backup of Telltale. What another blocker has comes in piece by piece: its history "
            "by `telltale log import`, its rules by `telltale rules paste`, its names by `telltale records import`."
        ))
    if text.count("{") + text.count("[") > MAX_BRACKETS or text.count(",") > MAX_COMMAS:
        raise EditError(say("This holds more rows than any home has; nothing was restored."))
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        begun = text.lstrip().startswith('{\n "telltale": "backup"')
        if begun:
            raise EditError(say("This backup is cut off or damaged; nothing was restored.")) from None
        raise EditError(say("This is no backup of Telltale.")) from None
    if not isinstance(given, dict) or given.get("telltale") != "backup":
        raise EditError(say("This is no backup of Telltale."))
    return given


def _version(given: Mapping[str, Any]) -> int:
    form, schema = given.get("form"), given.get("schema")
    if not all(isinstance(number, int) and not isinstance(number, bool) and number > 0 for number in (form, schema)):
        raise EditError(say("This backup is damaged: it does not say of which version it is."))
    assert isinstance(form, int) and isinstance(schema, int)
    if form > FORM or schema > newest_version():
        raise EditError(say("This backup is of a newer Telltale; install that first, then restore."))
    return schema


def _fill(memory: sqlite3.Connection, table: str, given: Sequence[Any]) -> None:
    of = shape(memory, table)
    if table not in TABLES or not of.columns:
        raise EditError(say("This backup has a table '{table}', which Telltale does not know.", table=table[:40]))
    types = {row[1]: row[2] for row in memory.execute(f"PRAGMA table_info({of.quoted})")}
    for number, row in enumerate(given, 1):
        where = {"number": number, "table": table}
        if not isinstance(row, dict) or not row:
            raise EditError(say("Row {number} of {table} in this backup is no row.", **where))
        if unknown := row.keys() - set(of.columns):
            raise EditError(say("Row {number} of {table} in this backup has a column '{column}', which is not known.",
                                column=min(unknown)[:40], **where))  # fmt: skip
        for column, value in row.items():
            if value is not None and type(value) is not (str if types[column] == "TEXT" else int):
                raise EditError(say("Row {number} of {table} in this backup has a {column} that cannot be.",
                                    column=column, **where))  # fmt: skip
        listed, marks = ", ".join(map(quoted, row)), ", ".join("?" * len(row))
        try:
            memory.execute(f"INSERT INTO {of.quoted} ({listed}) VALUES ({marks})", list(row.values()))  # noqa: S608
        except (sqlite3.Error, OverflowError, UnicodeEncodeError) as error:
            raise EditError(say("Row {number} of {table} in this backup is not valid ({why}).",
                                why=error, **where)) from None  # fmt: skip
