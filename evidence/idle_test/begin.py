# SPDX-License-Identifier: GPL-3.0-or-later
"""An idle test begun, stopped, deleted: with it the pause of blocking that it may come with, for that device alone.

The pause is a row of config.db with its own end, so it ends by itself whatever becomes of the test and of us.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time

from evidence.base.log_hours import SECOND_US
from evidence.idle_test import idle_test_rows
from evidence.idle_test.idle_test import MINUTE_US, BadTest, Blocking, IdleTest, NewTest, checked
from store.base.sentences import say
from store.config import scopes
from store.config.engine import Engine
from store.config.session import NotFound
from store.household import decided_by, pauses


def begin(
    con: sqlite3.Connection, engine: Engine, config: sqlite3.Connection, new: NewTest, who: str, now_us: int
) -> IdleTest:
    """Begin a test at this moment. `con`: of idle_tests.db, `config`: to read; `who`: as pauses have it.

    Raises BadTest where it cannot be begun, EditError where blocking cannot be paused, sqlite3.Error.
    """
    new = checked(new)
    idle_test_rows.check_room(con, new, now_us)
    if new.blocking is Blocking.ON:
        return idle_test_rows.begin(con, new, now_us)
    paused = decided_by.of_pause(config, new.device_id, (), now_us // SECOND_US)
    if paused.sentence:
        raise BadTest(say("{pause} End that first: the test pauses blocking by itself.", pause=paused.sentence))
    minutes_us = new.minutes * MINUTE_US
    unblocked_us = now_us + (minutes_us if new.blocking is Blocking.OFF else minutes_us // 2)
    until_s = -(-unblocked_us // SECOND_US)
    pause = pauses.pause(engine, str(scopes.device(new.device_id)), None, until_s, who)
    try:
        return idle_test_rows.begin(con, new, now_us, until_s * SECOND_US, pause.id)
    except BaseException:
        _end(engine, pause.id)
        raise


def stop(con: sqlite3.Connection, engine: Engine, number: int, now_us: int) -> IdleTest:
    """End a test now, and its pause; one that is over stays as it is. Raises NoTest, EditError or sqlite3.Error."""
    test = idle_test_rows.test(con, number)
    if test.running(now_us):
        if test.pause_id is not None:
            _end(engine, test.pause_id)
        test = idle_test_rows.stop(con, number, now_us)
    return test


def delete(con: sqlite3.Connection, engine: Engine, number: int, now_us: int) -> None:
    """Stop it as need be, and forget it with its result. Raises as `stop` does."""
    stop(con, engine, number, now_us)
    idle_test_rows.delete(con, number)


def now_us() -> int:
    return time.time_ns() // 1000


def _end(engine: Engine, pause: int) -> None:
    with contextlib.suppress(NotFound):  # it is over, or somebody ended it
        pauses.end_pause(engine, pause)
