# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3

import pytest

from store.accounts import login_sessions
from store.config import account
from store.config.engine import Engine

pytestmark = pytest.mark.database

DAY = 86_400


@pytest.fixture(autouse=True)
def somebody(engine: Engine, con: sqlite3.Connection) -> None:
    """Whoever is logged in is somebody."""
    con.execute("INSERT INTO account (id, password_hash, changed_at) VALUES (1, 'scrypt$2$8$5$00$00', 0)")


def test_a_new_password_ends_every_session(engine: Engine) -> None:
    made = login_sessions.create_session(engine, "10.0.0.2")
    account.set_password(engine, "another one")
    assert login_sessions.find_session(engine, made.id) is None


def test_a_session_slides_and_ends(engine: Engine, con: sqlite3.Connection) -> None:
    made = login_sessions.create_session(engine, "10.0.0.2", now=0)
    found = login_sessions.find_session(engine, made.id, now=29 * DAY)
    assert found is not None and (found.csrf, found.address) == (made.csrf, "10.0.0.2")
    assert login_sessions.find_session(engine, made.id, now=58 * DAY) is not None  # a visit at 29 days made it hold on
    assert login_sessions.find_session(engine, made.id, now=89 * DAY) is None
    assert login_sessions.find_session(engine, made.id + "x", now=1) is None
    assert made.id not in "".join(con.iterdump())


def test_logging_out(engine: Engine) -> None:
    made, other = login_sessions.create_session(engine, "10.0.0.2"), login_sessions.create_session(engine, "10.0.0.3")
    login_sessions.end_session(engine, made.id)
    login_sessions.end_session(engine, made.id)
    assert login_sessions.find_session(engine, made.id) is None
    assert login_sessions.find_session(engine, other.id) is not None


def test_sessions_are_bounded_and_the_longest_unseen_goes(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login_sessions, "MAX_SESSIONS", 3)
    made = [login_sessions.create_session(engine, "10.0.0.2", now=number) for number in range(5)]
    assert [login_sessions.find_session(engine, one.id, now=10) is not None for one in made] == [
        False,
        False,
        True,
        True,
        True,
    ]


def test_a_program_that_logs_in_for_each_call_pushes_nobody_out(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login_sessions, "MAX_ALIKE", 3)
    mine = login_sessions.create_session(engine, "10.0.0.2", now=0, agent="Firefox/140.0")
    made = [login_sessions.create_session(engine, "10.0.0.9", now=n, agent="widget") for n in range(1, 9)]
    assert login_sessions.find_session(engine, mine.id, now=10) is not None
    there = [login_sessions.find_session(engine, each.id, now=10) is not None for each in made]
    assert there == [False] * 5 + [True] * 3


def test_expired_sessions_are_swept(engine: Engine, con: sqlite3.Connection) -> None:
    login_sessions.create_session(engine, "10.0.0.2", now=0)
    login_sessions.create_session(engine, "10.0.0.2", now=31 * DAY)
    assert con.execute("SELECT count(*) FROM session").fetchone() == (1,)
