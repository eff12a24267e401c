# SPDX-License-Identifier: GPL-3.0-or-later
"""Idle tests in idle_tests.db: begun, ended, titled, deleted; the result of each, once it is there. No log is read.

All raise sqlite3.Error.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Collection

from evidence.idle_test import result_json
from evidence.idle_test.idle_test import MINUTE_US, BadTest, IdleTest, NewTest, NoTest, checked
from evidence.idle_test.result import TestResult
from store.base.db import transaction
from store.base.sentences import say

MAX_TESTS = 200  # kept; one of a busy day has some 50 kB
MAX_OWN, MAX_OWN_OF_ONE = 100, 10  # of those, begun without a log-in, in all and at one device
LATE_US = MINUTE_US  # after its end a test is left alone: its last records are on their way


def begin(
    con: sqlite3.Connection, new: NewTest, now_us: int, unblocked_us: int | None = None, pause_id: int | None = None
) -> IdleTest:
    """Put a test down. Raises BadTest where the device is in one already, or there is no room for another."""
    to_us = now_us + new.minutes * MINUTE_US
    with transaction(con):
        check_room(con, new, now_us)
        values = (
            new.device_id, new.device, new.title, now_us, to_us,
            None if unblocked_us is None else min(unblocked_us, to_us), pause_id, new.own, json.dumps(new.addresses),
        )  # fmt: skip
        number = con.execute(_BEGIN, values).lastrowid
    assert number is not None
    return test(con, number)


def check_room(con: sqlite3.Connection, new: NewTest, now_us: int) -> None:
    """Raises BadTest as `begin` does."""
    running = running_of(con, new.device_id, now_us)
    if running is not None:
        raise BadTest(say("{device} is being tested already (test {number}); stop that one first.",
                          device=new.device, number=running.id))  # fmt: skip
    if _count(con, "1") >= MAX_TESTS:
        raise BadTest(say("{most} tests are kept already; delete some first.", most=MAX_TESTS))
    if new.own and (_count(con, "own") >= MAX_OWN or _count(con, "own AND device_id = ?", new.device_id)
                    >= MAX_OWN_OF_ONE):  # fmt: skip
        raise BadTest(say("So many tests were begun without a log-in already that some must be deleted first."))


def test(con: sqlite3.Connection, number: int) -> IdleTest:
    """One of them. Raises NoTest."""
    row = con.execute(f"{_SELECT} WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise NoTest(say("There is no idle test {number}.", number=number))
    return _of_row(row)


def tests(con: sqlite3.Connection, devices: Collection[int] | None = None) -> list[IdleTest]:
    """All of them, or those of these devices; the latest first."""
    wanted = None if devices is None else json.dumps(list(devices))
    return list(map(_of_row, con.execute(f"{_SELECT} WHERE {_OF} ORDER BY from_us DESC, id DESC", (wanted,))))


def age(test: IdleTest) -> tuple[int, int]:
    """To sort by: the oldest first."""
    return test.from_us, test.id


def running_of(con: sqlite3.Connection, device: int, now_us: int) -> IdleTest | None:
    """The test that a device is in now."""
    row = con.execute(f"{_SELECT} WHERE device_id = ? AND to_us > ?", (device, now_us)).fetchone()
    return None if row is None else _of_row(row)


def due(con: sqlite3.Connection, now_us: int) -> list[IdleTest]:
    """Those that are over for a while, and are not settled."""
    rows = con.execute(f"{_SELECT} WHERE result IS NULL AND to_us <= ? ORDER BY id", (now_us - LATE_US,))
    return list(map(_of_row, rows))


def stop(con: sqlite3.Connection, number: int, now_us: int) -> IdleTest:
    """End a test that runs at this moment; one that is over stays as it is."""
    with transaction(con):
        if test(con, number).running(now_us):
            con.execute(_STOP, (now_us, number))
    return test(con, number)


def retitle(con: sqlite3.Connection, number: int, title: str) -> IdleTest:
    """Raises NoTest, or BadTest for what is no title."""
    was = test(con, number)
    new = checked(NewTest(was.device_id, was.device, 1, title))
    con.execute("UPDATE tests SET title = ? WHERE id = ?", (new.title, number))
    return test(con, number)


def delete(con: sqlite3.Connection, number: int) -> None:
    """Raises NoTest."""
    test(con, number)
    con.execute("DELETE FROM tests WHERE id = ?", (number,))


def keep(con: sqlite3.Connection, number: int, result: TestResult) -> None:
    """Keep the result for good, unless one is there already."""
    packed = zlib.compress(json.dumps(result_json.plain(result), separators=(",", ":")).encode())
    con.execute("UPDATE tests SET result = ? WHERE id = ? AND result IS NULL", (packed, number))


def kept(con: sqlite3.Connection, number: int) -> TestResult | None:
    """The result that was kept; None while there is none, and where it cannot be read."""
    row = con.execute("SELECT result FROM tests WHERE id = ?", (number,)).fetchone()
    if row is None or row[0] is None:
        return None
    try:
        return result_json.result_of(json.loads(zlib.decompress(row[0])))
    except (ValueError, KeyError, TypeError, zlib.error):
        return None


_COLUMNS = (
    "id, device_id, device, title, from_us, to_us, unblocked_us, pause_id, stopped, own, addresses, result IS NOT NULL"
)
_SELECT = f"SELECT {_COLUMNS} FROM tests"  # noqa: S608 - fixed text
_OF = "?1 IS NULL OR device_id IN (SELECT value FROM json_each(?1))"
_BEGIN = """INSERT INTO tests (device_id, device, title, from_us, to_us, unblocked_us, pause_id, own, addresses)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_STOP = """UPDATE tests SET to_us = max(?1, from_us + 1), stopped = 1, unblocked_us = min(unblocked_us, ?1)
           WHERE id = ?2"""


def _count(con: sqlite3.Connection, where: str, *values: int) -> int:
    return int(con.execute(f"SELECT count(*) FROM tests WHERE {where}", values).fetchone()[0])  # noqa: S608


def _of_row(row: tuple[int, int, str, str, int, int, int | None, int | None, int, int, str, int]) -> IdleTest:
    return IdleTest(*row[:8], bool(row[8]), bool(row[9]), tuple(json.loads(row[10])), bool(row[11]))
