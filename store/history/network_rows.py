# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows that the network writes, too: addresses, MAC addresses, found names of devices. An undo takes them as they are.

What the network has said since counts: an address that it gave to another device stays there. A MAC address is its
device's wherever it is: a device that was forgotten, and is put back after it was met anew, has it back with what
stands behind it; what was made of it meanwhile is gone, unless somebody has decided something for that.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from store.history.recording import RowChange
from store.history.table_shapes import Key, Row, Shape, quoted, row_at, rows, shape
from store.history.tracked import COME_BACK


def adapted(con: sqlite3.Connection, shapes: Mapping[str, Shape], wanted: Iterable[RowChange]) -> list[RowChange]:
    """The same changes, those of the network's rows from what these are now, as far as they still make sense."""
    return list(_adapted(con, shapes, wanted))


def taken_over(con: sqlite3.Connection, shapes: Mapping[str, Shape], wanted: Iterable[RowChange]) -> list[RowChange]:
    """Rows that are to come, and are here already: the network has met what they tell of anew. As (now, to be)."""
    come = [(change, row_at(con, shapes[change.table], shapes[change.table].key_of(change.after)))
            for change in wanted if change.table in COME_BACK and change.before is None and change.after]  # fmt: skip
    return [RowChange(change.table, now, change.after) for change, now in come if now is not None]


def settle(con: sqlite3.Connection, shapes: Mapping[str, Shape], taken: Sequence[RowChange]) -> None:
    """Let what stands behind a MAC address that was taken over follow it; forget devices that the network has made
    meanwhile, of which nothing is left then, and of which nobody has said anything.
    """
    lost: set[object] = set()
    for change in taken:
        before, after = change.before or {}, change.after or {}
        if before["device_id"] != after["device_id"]:
            lost.add(before["device_id"])
            if change.table == "device_mac":
                con.execute("UPDATE client SET device_id = ? WHERE device_id = ? AND mac = ?",
                            (after["device_id"], before["device_id"], after["mac"]))  # fmt: skip
    for number in sorted(lost, key=str):
        if not any(_names(con, of, number) for of in shapes.values() if of.table != "device_name"):
            con.execute("DELETE FROM device WHERE id = ? AND name IS NULL", (number,))


def elsewhere(con: sqlite3.Connection, wanted: Iterable[RowChange]) -> tuple[str, Key] | None:
    """The first row of the network's that belongs to another device by now than where a change would take it from."""
    for change in wanted:
        if change.table in COME_BACK and change.before is not None:
            of = shape(con, change.table)
            key = of.key_of(change.before)
            now = row_at(con, of, key)
            if now is not None and now["device_id"] != change.before["device_id"]:
                return change.table, key
    return None


def shown(con: sqlite3.Connection) -> list[tuple[Shape, Row]]:
    """All rows that the network brings back by itself, as they are now."""
    return [(of, row) for of in (shape(con, table) for table in sorted(COME_BACK)) for row in rows(con, of)]


def bring_back(
    con: sqlite3.Connection, before: Iterable[tuple[Shape, Row]], touched: Collection[tuple[str, Key]]
) -> None:
    """Rows of `before` that went along with a device for a while, which is here again, are here again, too.

    touched: tables and keys of rows whose end or change was wanted.
    """
    for of, row in before:
        key = of.key_of(row)
        if (of.table, key) in touched or row_at(con, of, key) is not None:
            continue
        if con.execute("SELECT 1 FROM device WHERE id = ?", (row["device_id"],)).fetchone():
            columns = ", ".join(map(quoted, of.columns))
            marks = ", ".join("?" * len(of.columns))
            sql = f"INSERT INTO main.{of.quoted} ({columns}) VALUES ({marks})"  # noqa: S608 - names of the schema
            con.execute(sql, [row[column] for column in of.columns])


def _adapted(con: sqlite3.Connection, shapes: Mapping[str, Shape], wanted: Iterable[RowChange]) -> Iterator[RowChange]:
    for change in wanted:
        if change.table not in COME_BACK:
            yield change
            continue
        of, before, after = shapes[change.table], change.before, change.after
        now = row_at(con, of, of.key_of(before or after or {}))
        if before is None or now is None:
            if after is not None and (now is None or now.get("mac") == after.get("mac")):
                yield RowChange(change.table, now, after)
        elif now["device_id"] == before["device_id"]:
            yield RowChange(change.table, now, None if after is None else {**now, **_differing(before, after)})


def _differing(before: Row, after: Row) -> Row:
    return {column: value for column, value in after.items() if before.get(column) != value}


def _names(con: sqlite3.Connection, of: Shape, number: object) -> bool:
    """Whether a table has a row of that device."""
    if "device_id" in of.columns:
        where, values = "device_id = ?", (number,)
    elif {"scope_kind", "scope_id"} <= set(of.columns):
        where, values = "scope_kind = 'device' AND scope_id = ?", (number,)
    else:
        return False
    sql = f"SELECT 1 FROM main.{quoted(of.table)} WHERE {where} LIMIT 1"  # noqa: S608
    return con.execute(sql, values).fetchone() is not None
