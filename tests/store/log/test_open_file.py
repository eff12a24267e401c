# SPDX-License-Identifier: GPL-3.0-or-later
"""A log that is deleted, replaced or moved while it is written goes on, and what waits is in the new one."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from told_facts import NOTHING

from store.base import db
from store.log import querylog
from store.log.batches import Batch
from store.log.open_file import Loss, OpenFile
from store.log.protocol import LogError
from store.log.records import Key, Origin, Verdict
from store.log.sqlite_writer import SqliteWriter

pytestmark = pytest.mark.database

NOW = 1_800_000_000_000_000


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir()
    return tmp_path / "state"


@pytest.fixture
def log(state: Path) -> Iterator[SqliteWriter]:
    made = SqliteWriter(state, NOTHING, lambda: NOW)
    ask(made, "before.example", 0)
    made.commit(90)
    ask(made, "waits.example", 1)
    made.save()
    yield made
    made.close()


def ask(log: SqliteWriter, name: str, sent: int) -> None:
    key = Key(name, 1, Verdict.PASS, Origin.UPSTREAM, "", "", 0, "9.9.9.9")
    log.add(Batch(1, 0, 1, ["10.0.0.2"], [key], [(NOW + sent, 0, 0, 5)], sent), lambda _: 1)


def names(state: Path) -> list[str]:
    with closing(db.connect(state / "querylog.db", read_only=True)) as con:
        assert con.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        sql = "SELECT n.name FROM records r JOIN names n ON n.id = r.name_id ORDER BY r.time_us"
        return [name for (name,) in con.execute(sql)]


def goes_on(log: SqliteWriter, state: Path, *before: str) -> None:
    assert log.follow_file() and not log.follow_file()
    ask(log, "after.example", 2)
    log.commit(90)
    assert names(state) == [*before, "waits.example", "after.example"]
    assert log.written == 3 and log.dropped == 0
    with closing(db.connect(state / "querylog.db", read_only=True)) as con:
        assert con.execute("SELECT count(*) FROM drops").fetchone() == (0,)


def deleted(state: Path) -> None:
    (state / "querylog.db").unlink()


def all_deleted(state: Path) -> None:
    for path in state.glob("querylog.*"):
        path.unlink()


def replaced(state: Path) -> None:
    other = state / "other.db"
    querylog.open_log(other).close()
    other.replace(state / "querylog.db")


def emptied(state: Path) -> None:
    (state / "querylog.db").write_bytes(b"")


def all_emptied(state: Path) -> None:
    for path in state.glob("querylog.db*"):
        path.write_bytes(b"")


def cut_to_a_line(state: Path) -> None:
    (state / "querylog.db").write_bytes(b"# emptied\n")


@pytest.mark.parametrize("harm", [deleted, all_deleted, replaced, emptied, all_emptied, cut_to_a_line])
def test_a_log_that_is_gone_is_begun_anew(log: SqliteWriter, state: Path, harm: Callable[[Path], None]) -> None:
    with closing(db.connect(state / "querylog.db", read_only=True)) as reader:
        reader.execute("SELECT count(*) FROM records").fetchall()
        harm(state)
        goes_on(log, state)


@pytest.mark.parametrize("end", ["-wal", "-shm"])
def test_what_is_deleted_beside_the_log_costs_no_row(log: SqliteWriter, state: Path, end: str) -> None:
    (state / f"querylog.db{end}").unlink()
    goes_on(log, state, "before.example")


def test_a_directory_that_is_moved_is_waited_for(log: SqliteWriter, state: Path) -> None:
    moved = state.with_name("moved")
    state.rename(moved)
    for _ in range(2):
        with pytest.raises(LogError, match="is gone"):
            log.follow_file()
    assert not state.exists()
    shutil.copytree(moved, state)
    assert log.follow_file() and log.buffered == 1
    log.commit(90)
    assert names(state) == ["before.example", "waits.example"]


def test_a_directory_that_comes_back_is_as_before(log: SqliteWriter, state: Path) -> None:
    moved = state.with_name("moved")
    state.rename(moved)
    with pytest.raises(LogError):
        log.follow_file()
    moved.rename(state)
    assert not log.follow_file()
    log.commit(90)
    assert names(state) == ["before.example", "waits.example"]


def test_what_an_open_file_tells(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as con:
        con.execute("CREATE TABLE t (a)")
    file = OpenFile.of(path)
    assert file.loss() is Loss.NONE
    (tmp_path / "a.db-wal").touch()
    assert file.loss() is Loss.NONE, "one that comes later is the log's own"
    (tmp_path / "a.db-wal").unlink()
    assert file.loss() is Loss.SIDE
    path.unlink()
    assert file.loss() is Loss.FILE
