# SPDX-License-Identifier: GPL-3.0-or-later
"""Databases beside the two large ones: begun for their owner alone, read as empty while there is none, put aside."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store.base import side_file
from store.base.file_faults import Fault, unusable
from store.base.store_errors import StoreError

pytestmark = pytest.mark.database

KIND = "bypass"


def test_a_new_one_is_its_owners_alone_and_has_its_tables(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(side_file.open_writer(path, KIND, "synchronous = OFF")) as con:
        assert con.execute("SELECT count(*) FROM caught").fetchone() == (0,)
        assert con.execute("PRAGMA synchronous").fetchone() == (0,)
    assert path.stat().st_mode & 0o777 == 0o600
    with closing(side_file.open_reader(path, KIND)) as con, pytest.raises(sqlite3.OperationalError):
        con.execute("DELETE FROM caught")


def test_a_missing_one_reads_as_an_empty_one(tmp_path: Path) -> None:
    with closing(side_file.open_reader(tmp_path / "a.db", KIND)) as con:
        assert con.execute("SELECT count(*) FROM caught").fetchone() == (0,)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_one_is_kept_aside_and_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"no database " * 500)
    side_file.open_or_begin(path, KIND).close()
    assert len(list(tmp_path.glob("a.db.corrupt-*"))) == 1


def test_a_newer_one_is_put_aside_only_where_that_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as con:
        con.execute("PRAGMA user_version = 9999")
    with pytest.raises(StoreError):
        side_file.open_or_begin(path, KIND)
    side_file.open_or_begin(path, KIND, aside=(Fault.NEWER,)).close()
    with closing(side_file.open_reader(path, KIND)) as con:
        assert con.execute("SELECT count(*) FROM caught").fetchone() == (0,)


def test_one_that_another_holds_is_told_at_once_and_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    side_file.open_writer(path, KIND).close()
    with closing(side_file.open_reader(path, KIND)) as con:
        assert con.execute("PRAGMA busy_timeout").fetchone() == (side_file.READ_BUSY_MS,)
    monkeypatch.setattr(side_file, "READ_BUSY_MS", 0)
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError) as raised:
            side_file.open_reader(path, KIND)
        assert not side_file.put_aside(path, raised.value)
    assert unusable("a.db", raised.value).startswith("a.db cannot be used: another process holds it.")


def test_one_that_cannot_be_begun_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(con: sqlite3.Connection, kind: str) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(side_file, "migrate_connection", full)
    with pytest.raises(sqlite3.OperationalError):
        side_file.open_writer(tmp_path / "a.db", KIND)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "a.db").write_bytes(b"")
    with pytest.raises(sqlite3.OperationalError):
        side_file.open_writer(tmp_path / "a.db", KIND)
    assert (tmp_path / "a.db").exists()
