# SPDX-License-Identifier: GPL-3.0-or-later
"""Idle tests in a backup: those whose result is kept, as JSON, and put back. Nothing else can make them again.

A result stands there as it is kept (JSON, deflated) in base64: the same bytes each time, and one line a test.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from evidence.idle_test import idle_tests_file, result_json
from evidence.idle_test.idle_test import MAX_TITLE
from evidence.idle_test.idle_test_rows import MAX_TESTS
from evidence.idle_test.result import TestResult
from store.base.db import transaction
from store.base.file_faults import fault_of, words
from store.base.sentences import say
from store.base.store_errors import StoreError
from store.config.session import EditError

MAX_RESULT = 16 * 1024 * 1024  # characters of one, inflated; the largest there can be has some 4 MB
MAX_TEXT = 300  # characters of a device's name and of each address
_LAST_US = 253_402_300_799_000_000  # the last second of the year 9999: later ones cannot be shown
_COLUMNS = ("id", "device_id", "device", "title", "from_us", "to_us", "unblocked_us", "stopped", "own", "addresses")
_KEPT = f"SELECT {', '.join(_COLUMNS)}, result FROM tests WHERE result IS NOT NULL ORDER BY id"  # noqa: S608 - fixed
_NUMBERS = ("id", "device_id", "from_us", "to_us", "stopped", "own")

Row = dict[str, Any]


def rows(state: Path) -> list[Row]:
    """Each test whose result is kept, the oldest first. Raises EditError where they cannot be read."""
    if not (state / idle_tests_file.FILE_NAME).exists():
        return []
    try:
        with closing(idle_tests_file.open_reader(state)) as con:
            return [
                {**dict(zip(_COLUMNS, row[:-1], strict=True)), "addresses": json.loads(row[9]),
                 "result": b64encode(row[-1]).decode("ascii")}
                for row in con.execute(_KEPT)
            ]  # fmt: skip
    except (sqlite3.Error, StoreError) as error:
        raise EditError(say(
            "The idle tests cannot be read: {why}. Look at `telltale doctor`; a backup without them is made once "
            "idle_tests.db is put aside.", why=words(fault_of(error)),
        )) from None  # fmt: skip


def putting_back(state: Path) -> Callable[[Sequence[Any], bool], int]:
    """What restores them there: `restore(rows, dry_run)` adds those that are not there, and says how many."""
    return lambda tests, dry_run: _restore(state, tests, dry_run)


def _restore(state: Path, tests: Sequence[Any], dry_run: bool) -> int:
    """Those that are here stay, whatever the backup has. Raises EditError for what is no test, and for no room."""
    if len(tests) > MAX_TESTS:
        raise EditError(say("This backup has {count:,} idle tests, and {most:,} is the most.",
                            count=len(tests), most=MAX_TESTS))  # fmt: skip
    checked = [_checked(number, row) for number, row in enumerate(tests, 1)]
    opened = idle_tests_file.open_reader if dry_run else idle_tests_file.open_writer
    try:
        with closing(opened(state)) as con, transaction(con, "DEFERRED" if dry_run else "IMMEDIATE"):
            here = set(con.execute("SELECT device_id, from_us FROM tests"))
            new = [row for row in checked if (row["device_id"], row["from_us"]) not in here]
            if len(here) + len(new) > MAX_TESTS:
                raise EditError(say("{most} idle tests are kept at most, and with those of the backup there would be "
                                    "more; delete some first.", most=MAX_TESTS))  # fmt: skip
            for row in () if dry_run else new:
                _insert(con, row)
            return len(new)
    except (sqlite3.Error, StoreError) as error:
        raise EditError(say("The idle tests cannot be restored: {why}.", why=words(fault_of(error)))) from None


def _insert(con: sqlite3.Connection, row: Row) -> None:
    """Under its number, where that is free: reports call it by it."""
    taken = con.execute("SELECT 1 FROM tests WHERE id = ?", (row["id"],)).fetchone()
    values = [None if taken else row["id"], *(row[column] for column in _COLUMNS[1:9]), json.dumps(row["addresses"])]
    con.execute(f"INSERT INTO tests ({', '.join(_COLUMNS)}, result) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                (*values, row["result"]))  # fmt: skip


def _checked(number: int, row: Any) -> Row:
    """With the result as it is kept."""
    try:
        if not isinstance(row, dict) or set(row) != {*_COLUMNS, "result"}:
            raise ValueError("columns")
        if not all(type(row[column]) is int and 0 <= row[column] < 1 << 60 for column in _NUMBERS):
            raise ValueError("numbers")
        unblocked = row["unblocked_us"]
        if not (unblocked is None or (type(unblocked) is int and 0 <= unblocked < 1 << 60)):
            raise ValueError("unblocked_us")
        if not (row["id"] and row["device_id"] and row["from_us"] < row["to_us"] <= _LAST_US):
            raise ValueError("times")
        if not all(_is_text(row[column], most) for column, most in (("device", MAX_TEXT), ("title", MAX_TITLE))):
            raise ValueError("texts")
        if not (isinstance(row["addresses"], list) and all(_is_text(each, MAX_TEXT) for each in row["addresses"])):
            raise ValueError("addresses")
        return {**row, "result": _checked_result(row)}
    except (ValueError, KeyError, TypeError, AttributeError, zlib.error, RecursionError) as error:
        raise EditError(say("Idle test {number} in this backup is not valid ({why}).",
                            number=number, why=str(error)[:80])) from None  # fmt: skip


def _checked_result(row: Mapping[str, Any]) -> bytes:
    packed = b64decode(row["result"], validate=True)
    inflating = zlib.decompressobj()
    text = inflating.decompress(packed, MAX_RESULT)
    if inflating.unconsumed_tail or not inflating.eof:
        raise ValueError("result")
    result = result_json.result_of(json.loads(text))
    if not _fits(result, TestResult) or (result.from_us, result.to_us) != (row["from_us"], row["to_us"]):
        raise ValueError("result")
    return packed


def _is_text(value: object, most: int) -> bool:
    return isinstance(value, str) and len(value) <= most and not any("\ud800" <= each <= "\udfff" for each in value)


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value and all within is of the declared type."""
    if isinstance(hint, UnionType):
        return any(_fits(value, each) for each in get_args(hint))
    if get_origin(hint) is tuple:
        of, *others = get_args(hint)
        whole = others == [Ellipsis] or len(value) == 1 + len(others) if isinstance(value, tuple) else False
        return whole and all(_fits(each, of) for each in value)
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return isinstance(value, hint) and all(  # type: ignore[arg-type]
            _fits(getattr(value, each.name), hints[each.name]) for each in fields(hint)
        )
    if hint is float:
        return type(value) in (int, float)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return isinstance(value, hint)
    return type(value) is hint if hint is not type(None) else value is None
