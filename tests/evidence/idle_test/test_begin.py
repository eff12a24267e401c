# SPDX-License-Identifier: GPL-3.0-or-later
"""A test begins with the pause that it needs, of that device alone; whatever ends it, blocking goes on."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from idle_home import settled_home

from evidence.idle_test import begin, idle_test_rows, idle_tests_file
from evidence.idle_test.idle_test import MINUTE_US, BadTest, Blocking, IdleTest, NewTest, NoTest
from store.base import db
from store.config import edit, scopes
from store.config.engine import Engine
from store.config.session import EditError
from store.household import pauses, relief
from store.household.relief import NO_RELIEF

pytestmark = pytest.mark.database

NEW = NewTest(1, "Phone", 60)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return settled_home(tmp_path)


@pytest.fixture
def con(state: Path) -> Iterator[sqlite3.Connection]:
    with closing(idle_tests_file.open_writer(state)) as con:
        yield con


@pytest.fixture
def engine(state: Path) -> Engine:
    return edit.engine(state)


def begun(state: Path, con: sqlite3.Connection, new: NewTest = NEW) -> IdleTest:
    with closing(db.connect(state / "config.db", read_only=True)) as config:
        return begin.begin(con, edit.engine(state), config, new, "admin", begin.now_us())


def paused_at(state: Path, time_us: int) -> bool:
    with closing(db.connect(state / "config.db", read_only=True)) as config:
        reliefs = relief.holding(config, time_us // 1_000_000).value
    assert reliefs.keys() <= {scopes.device(1)}, "of the device alone"
    return reliefs.get(scopes.device(1), NO_RELIEF).everything


def test_without_more_nothing_is_paused(state: Path, con: sqlite3.Connection, engine: Engine) -> None:
    assert begun(state, con).blocking is Blocking.ON
    assert pauses.pauses(engine) == []


@pytest.mark.parametrize(("blocking", "minutes"), [(Blocking.OFF, 60), (Blocking.HALVES, 30)])
def test_the_pause_ends_by_itself_whatever_becomes_of_us(
    state: Path, con: sqlite3.Connection, engine: Engine, blocking: Blocking, minutes: int
) -> None:
    test = begun(state, con, replace(NEW, blocking=blocking))
    assert test.blocking is blocking and test.unblocked_us is not None
    assert abs(test.unblocked_us - test.from_us - minutes * MINUTE_US) < 2_000_000
    (pause,) = pauses.pauses(engine)
    assert (pause.scope, pause.blocklist, pause.who, pause.id) == ("device:1", None, "admin", test.pause_id)
    end_us = test.from_us + minutes * MINUTE_US
    assert paused_at(state, test.from_us) and paused_at(state, end_us - 2_000_000)
    assert not paused_at(state, end_us + 1_000_000)


@pytest.mark.parametrize("end", [begin.stop, begin.delete])
def test_a_stop_ends_the_pause_at_once(state: Path, con: sqlite3.Connection, engine: Engine, end: object) -> None:
    test = begun(state, con, replace(NEW, blocking=Blocking.HALVES))
    assert callable(end)
    end(con, engine, test.id, begin.now_us())
    assert pauses.pauses(engine) == [] and not paused_at(state, begin.now_us())
    assert len(idle_test_rows.tests(con)) == (0 if end is begin.delete else 1)


def test_a_stop_leaves_alone_the_pause_that_somebody_else_made(
    state: Path, con: sqlite3.Connection, engine: Engine
) -> None:
    test = begun(state, con, replace(NEW, blocking=Blocking.OFF))
    other = pauses.pause(engine, "device:1", None, None, "somebody")
    assert begin.stop(con, engine, test.id, begin.now_us()).stopped
    assert [pause.id for pause in pauses.pauses(engine)] == [other.id]


def test_a_stop_of_what_is_over_changes_nothing(state: Path, con: sqlite3.Connection, engine: Engine) -> None:
    test = begun(state, con)
    later = begin.stop(con, engine, test.id, test.to_us)
    assert later == test
    with pytest.raises(NoTest):
        begin.stop(con, engine, 9, test.to_us)


@pytest.mark.parametrize("scope", ["house", "device:1"])
def test_where_blocking_is_paused_already_there_is_nothing_to_compare(
    state: Path, con: sqlite3.Connection, engine: Engine, scope: str
) -> None:
    pauses.pause(engine, scope)
    with pytest.raises(BadTest, match=r"Blocking is paused for .*End that first"):
        begun(state, con, replace(NEW, blocking=Blocking.HALVES))
    assert begun(state, con).blocking is Blocking.ON


def test_what_is_refused_pauses_nothing(
    state: Path, con: sqlite3.Connection, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for new in (replace(NEW, minutes=0), replace(NEW, title="x" * 101), replace(NEW, device_id=99)):
        with pytest.raises((BadTest, EditError)):
            begun(state, con, replace(new, blocking=Blocking.OFF))
    monkeypatch.setattr(idle_test_rows, "begin", refused)
    with pytest.raises(sqlite3.OperationalError):
        begun(state, con, replace(NEW, blocking=Blocking.OFF))
    assert pauses.pauses(engine) == [] and idle_test_rows.tests(con) == []


def refused(*values: object) -> IdleTest:
    raise sqlite3.OperationalError("disk full")
