# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody but the owner reads what is in the state directory: new files, SQLite's beside them, and what was there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from told_facts import NOTHING

from blocklists.index import list_files
from store.base import db, private_files
from store.log.sqlite_writer import SqliteWriter
from store.wall import bypass

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def _careless() -> Iterator[None]:
    """The mask of a system that lets everybody read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def config(state: Path) -> Callable[[], None]:
    db.open_config(state)
    con = db.connect(state / "config.db")
    con.execute("PRAGMA journal_mode = WAL")
    con.execute("CREATE TABLE more (x)")
    return con.close


def log(state: Path) -> Callable[[], None]:
    writer = SqliteWriter(state, NOTHING)
    return writer.close


def caught(state: Path) -> Callable[[], None]:
    con = bypass.open_bypass(state / bypass.FILE_NAME)
    con.execute("PRAGMA journal_mode = WAL")
    con.execute("CREATE TABLE more (x)")
    return con.close


def lists(state: Path) -> Callable[[], None]:
    with list_files.lock(state), list_files.replacing(state / "lists" / "one.txt") as file:
        file.write(b"||name.example^")
    return lambda: None


@pytest.mark.parametrize("write", [config, log, caught, lists], ids=lambda write: write.__name__)
def test_what_is_written_is_nobody_elses(write: Callable[[Path], Callable[[], None]], tmp_path: Path) -> None:
    close = write(tmp_path)
    try:
        found = {path.name for path, _ in private_files.files(tmp_path)}
        assert private_files.open_to_others(tmp_path) == []
    finally:
        close()
    assert found and (write is lists or any(name.endswith("-wal") for name in found)), "while it is written to"


def test_what_an_older_start_left_open_is_closed_and_the_rest_left_alone(tmp_path: Path) -> None:
    names = ["config.db", "querylog.db", "querylog.db-wal", "querylog.db-shm", "querylog.waiting", "bypass.db"]
    for name in names:
        (tmp_path / name).touch(0o644)
    (tmp_path / "index").mkdir(0o755)
    (tmp_path / "index" / "current.idx").touch(0o664)
    (tmp_path / "holiday.jpg").touch(0o644)
    (tmp_path / "secret").symlink_to(tmp_path / "holiday.jpg")
    assert len(private_files.open_to_others(tmp_path)) == len(names) + 2
    private_files.close_to_others(tmp_path)
    assert private_files.open_to_others(tmp_path) == []
    assert (tmp_path / "index").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "index" / "current.idx").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "holiday.jpg").stat().st_mode & 0o777 == 0o644


def test_the_mask_closes_what_is_made_from_then_on(tmp_path: Path) -> None:
    private_files.keep_private()
    (tmp_path / "one").write_text("")
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600


def test_a_database_that_is_there_keeps_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "config.db"
    with closing(db.connect(path)) as con:
        con.execute("CREATE TABLE one (x)")
    with closing(db.connect(path)) as con:
        assert con.execute("SELECT count(*) FROM one").fetchone() == (0,)


_WRITE_NOW = """
import sqlite3, sys
con = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    con.execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError as error:
    print(error)
"""


@pytest.mark.process
@pytest.mark.parametrize("read_only", [False, True])
def test_a_further_connection_leaves_the_lock_of_an_edit_where_it_is(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "config.db"
    with closing(db.connect(path)) as con:
        con.execute("CREATE TABLE one (x)")
        con.execute("BEGIN IMMEDIATE")
        con.execute("INSERT INTO one VALUES (1)")
        db.connect(path, read_only=read_only).close()
        other = subprocess.run([sys.executable, "-c", _WRITE_NOW, str(path)], capture_output=True, text=True)
        con.execute("ROLLBACK")
    assert other.stdout == "database is locked\n", "another process wrote beside an edit"
