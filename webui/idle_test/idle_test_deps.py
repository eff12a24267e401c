# SPDX-License-Identifier: GPL-3.0-or-later
"""What a route about idle tests may ask for: idle_tests.db, to read (an empty one while there is none) or to change;
and what each of them answers where a test is not there, or cannot be begun.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from typing import Annotated

from fastapi import Depends, Path

from blocklists.whose.facts import Facts
from evidence.idle_test import begin, idle_test_rows, idle_tests_file, settle
from evidence.idle_test.idle_test import BadTest, IdleTest, NewTest, NoTest
from evidence.idle_test.result import TestResult
from store.base.sentences import say, sentence_of
from store.base.store_errors import StoreError
from store.config import devices
from store.config.engine import Engine as SqlEngine
from webui.api import shapes
from webui.http.deps import WebUi
from webui.http.problems import Problem
from webui.http.state import WebUi as State

TestId = Annotated[int, Path(ge=1, le=shapes.MAX_ID)]


def idle_tests(ui: WebUi) -> Iterator[sqlite3.Connection]:
    yield from _closing(ui, writing=False)


def idle_tests_edit(ui: WebUi) -> Iterator[sqlite3.Connection]:
    yield from _closing(ui, writing=True)


IdleTests = Annotated[sqlite3.Connection, Depends(idle_tests)]
IdleTestsEdit = Annotated[sqlite3.Connection, Depends(idle_tests_edit)]


def begun(
    con: sqlite3.Connection, engine: SqlEngine, config: sqlite3.Connection, new: NewTest, who: str
) -> IdleTest:  # fmt: skip
    """A test of a device that there is, begun now, with what it is called and the addresses that it has."""
    device = new.device_id
    name = devices.names(config).get(device)
    if name is None:
        raise Problem(404, say("There is no device {number}.", number=device))
    addresses = tuple(address for address, number in devices.clients(config).items() if number == device)
    named = NewTest(device, name, new.minutes, new.title, new.blocking, new.own, addresses)
    return begin.begin(con, engine, config, named, who, begin.now_us())


def result_of(
    ui: State, con: sqlite3.Connection, config: sqlite3.Connection, test: IdleTest, known: Facts
) -> TestResult:  # fmt: skip
    """What it shows: until now while it runs, then all of it, which is kept once no record can be missing."""
    now_us = begin.now_us()
    if test.running(now_us):
        device = devices.merged(config).get(test.device_id, test.device_id)
        return ui.idle_tests.result(ui.state, test, device, known, now_us)
    if not test.settled:
        settle.settle(ui.state, ui.run, now_us, lambda: known)
    return settle.result_of(con, ui.state, test, known, now_us)


def two(con: sqlite3.Connection, number: int, other: int) -> tuple[IdleTest, IdleTest]:
    """Two tests to be compared, the earlier one first. Raises BadTest or NoTest."""
    if number == other:
        raise BadTest(say("Choose two tests: this is the same one twice."))
    first, second = sorted((idle_test_rows.test(con, each) for each in (number, other)), key=idle_test_rows.age)
    return first, second


def same_device(config: sqlite3.Connection, device: int) -> Collection[int]:
    """It, and those that a person made one with it."""
    return {device} | {other for other, now in devices.merged(config).items() if now == device}


def _closing(ui: State, *, writing: bool) -> Iterator[sqlite3.Connection]:
    try:
        con = (idle_tests_file.open_writer if writing else idle_tests_file.open_reader)(ui.state)
    except (sqlite3.Error, StoreError) as error:
        raise _unreadable(ui, error) from None
    try:
        yield con
    except sqlite3.Error as error:
        con.close()
        raise _unreadable(ui, error) from None
    except NoTest as error:
        raise Problem(404, sentence_of(error)) from None
    except BadTest as error:
        raise Problem(422, sentence_of(error)) from None
    finally:
        con.close()


def _unreadable(ui: State, error: Exception) -> Problem:
    return Problem(503, idle_tests_file.told(ui.state, error), {"Retry-After": "5"})
