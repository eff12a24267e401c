# SPDX-License-Identifier: GPL-3.0-or-later
"""One config.db: connections that see each other's commits, and SQLAlchemy's engine over the same."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from store.config import account
from store.config.engine import Engine
from store.config.session import EditError, Unnoted, engine, looking, reading, selected, writing
from store.rows import orm, tables

pytestmark = pytest.mark.database
WHY = Unnoted("a test")


def test_there_is_one_for_a_directory(state: Path, engine: Engine) -> None:
    from store.config import session

    assert session.engine(state) is session.engine(state / ".") is engine


def test_sql_engine_is_made_once_whoever_asks(engine: Engine) -> None:
    made = list[object]()
    threads = [Thread(target=lambda: made.append(engine.sql)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8 and len(set(map(id, made))) == 1


def test_what_is_written_is_seen_by_both_ways_of_reading(engine: Engine) -> None:
    with writing(engine, WHY) as session:
        session.add(tables.Setting(key="sinkhole", value='"null"'))
        with looking(engine) as con:
            inside = con.execute("SELECT value FROM setting WHERE key = 'sinkhole'").fetchone()
        assert inside == ('"null"',), "an edit sees itself"
    with looking(engine) as con:
        assert selected(con, "SELECT * FROM setting")[0].value == '"null"'
    with reading(engine) as session:
        assert session.exec(orm.select(tables.Setting)).one().key == "sinkhole"


def test_rows_have_their_columns_and_truths(engine: Engine) -> None:
    with looking(engine) as con:
        [row] = selected(con, "SELECT 1 AS on_, 0 AS off, 'x' AS name WHERE ? = 7", (7,), truths=("on_", "off"))
        assert (row.on_, row.off, row.name) == (True, False, "x")
        assert selected(con, "SELECT * FROM setting") == []


def test_a_look_is_one_moment(engine: Engine) -> None:
    account.set_password(engine, "a long first password")
    with looking(engine) as con:
        before = con.execute("SELECT count(*) FROM token").fetchone()
        with closing(engine.connect()) as other:
            assert other.execute("SELECT count(*) FROM token").fetchone() == before
        assert con.in_transaction


@pytest.mark.parametrize("value", [2**63, -(2**70)])
def test_a_number_that_is_too_large_is_refused_in_words(engine: Engine, value: int) -> None:
    with pytest.raises(EditError, match="number that large"), looking(engine) as con:
        con.execute("SELECT ?", (value,))


def test_what_cannot_be_read_is_told_with_its_cause(tmp_path: Path) -> None:
    (tmp_path / "config.db").write_bytes(os.urandom(4096))
    with pytest.raises(EditError, match="cannot be read") as refused, looking(engine(tmp_path)) as con:
        con.execute("SELECT 1 FROM account")
    assert isinstance(refused.value.__cause__, sqlite3.Error)
