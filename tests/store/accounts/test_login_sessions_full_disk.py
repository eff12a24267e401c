# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever is to make room on a full disk can log in, and out, and is out when the password changes."""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store.accounts import login_sessions
from store.base import db
from store.config import account
from store.config.engine import Engine
from store.config.session import EditError

pytestmark = pytest.mark.database

PASSWORD = "a long first password"


@pytest.fixture(params=["full", "read-only"])
def unwritable(state: Path, engine: Engine, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """config.db can be read and not be written, as SQLite itself says so."""
    account.set_password(engine, PASSWORD)
    pragma = {"full": "max_page_count = 1", "read-only": "query_only = ON"}[request.param]
    opened = db.connect

    def limited(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
        con = opened(path, read_only=read_only)
        con.execute(f"PRAGMA {pragma}")
        if "count" in pragma:
            fill(con)
        return con

    monkeypatch.setattr("store.config.engine.connect", limited)


def fill(con: sqlite3.Connection) -> None:
    """The pages that are free in the file would still take a session."""
    full = "SELECT RAISE(FAIL, 'database or disk is full')"
    con.execute(f"CREATE TEMP TRIGGER full BEFORE INSERT ON main.session BEGIN {full}; END")


def test_a_session_holds_though_nothing_can_be_written(engine: Engine, unwritable: None) -> None:
    assert account.check(engine, PASSWORD)
    made = login_sessions.create_session(engine, "192.0.2.7", now=1000)
    view = login_sessions.find_session(engine, made.id, now=1000)
    assert view is not None and (view.csrf, view.address) == (made.csrf, "192.0.2.7")
    assert login_sessions.find_session(engine, made.id, now=1000 + login_sessions.USUAL.idle) is None
    login_sessions.end_session(engine, made.id)
    assert login_sessions.find_session(engine, made.id, now=1000) is None


def test_there_is_a_bound_and_the_oldest_goes_first(engine: Engine, unwritable: None) -> None:
    made = [login_sessions.create_session(engine, "192.0.2.7") for _ in range(login_sessions.MAX_UNWRITTEN + 1)]
    held = [login_sessions.find_session(engine, each.id) is not None for each in made]
    assert held == [False] + [True] * login_sessions.MAX_UNWRITTEN


def test_another_password_ends_them(engine: Engine, unwritable: None, monkeypatch: pytest.MonkeyPatch) -> None:
    made = login_sessions.create_session(engine, "192.0.2.7")
    with contextlib.suppress(EditError):
        account.set_password(engine, "another long password")
    monkeypatch.setattr("store.config.engine.connect", db.connect)
    account.set_password(engine, "another long password")
    assert login_sessions.find_session(engine, made.id) is None


def test_while_one_holds_memory_must_not_be_let_go(engine: Engine, unwritable: None) -> None:
    login_sessions.create_session(engine, "192.0.2.7")
    end = next(iter(login_sessions._unwritten[engine].values())).view.expires_at
    assert login_sessions.are_unwritten(end - 1) and not login_sessions.are_unwritten(end)


def test_once_there_is_room_again_it_is_written_and_memory_may_go(
    engine: Engine, unwritable: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = login_sessions.create_session(engine, "192.0.2.7", now=1000, agent="a browser")
    before = login_sessions.find_session(engine, made.id, now=1000)
    assert before is not None and login_sessions.are_unwritten(1000)
    monkeypatch.setattr("store.config.engine.connect", db.connect)
    assert not login_sessions.are_unwritten(1000) and not login_sessions._unwritten[engine]
    assert login_sessions.find_session(engine, made.id, now=1000) == before


def test_one_that_another_password_ended_is_not_written(
    engine: Engine, unwritable: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = login_sessions.create_session(engine, "192.0.2.7", now=1000)
    monkeypatch.setattr("store.config.engine.connect", db.connect)
    account.set_password(engine, "another long password")
    assert not login_sessions.are_unwritten(1000)
    assert login_sessions.find_session(engine, made.id, now=1000) is None and login_sessions.sessions(engine) == []


@pytest.fixture(autouse=True)
def none_left(engine: Engine) -> Iterator[None]:
    yield
    login_sessions._unwritten.clear()


def test_where_all_is_well_the_table_has_it(state: Path, engine: Engine) -> None:
    account.set_password(engine, PASSWORD)
    made = login_sessions.create_session(engine, "192.0.2.7")
    assert not login_sessions.are_unwritten(0.0) and login_sessions.find_session(engine, made.id)
    with closing(sqlite3.connect(state / "config.db")) as con:
        assert con.execute("SELECT count(*) FROM session").fetchone() == (1,)
