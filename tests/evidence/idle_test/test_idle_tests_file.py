# SPDX-License-Identifier: GPL-3.0-or-later
"""idle_tests.db: its owner's alone; an empty one while there is none; a damaged one is kept aside."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from idle_home import begun

from evidence.idle_test import idle_test_rows, idle_tests_file
from store.base.store_errors import StoreError

pytestmark = pytest.mark.database


def test_reading_makes_none(tmp_path: Path) -> None:
    with closing(idle_tests_file.open_reader(tmp_path)) as con:
        assert idle_test_rows.tests(con) == []
    assert list(tmp_path.iterdir()) == []


def test_it_is_the_owners_alone_and_stays(tmp_path: Path) -> None:
    test = begun(tmp_path)
    assert (tmp_path / idle_tests_file.FILE_NAME).stat().st_mode & 0o077 == 0
    with closing(idle_tests_file.open_reader(tmp_path)) as con:
        assert idle_test_rows.tests(con) == [test]


def test_a_damaged_one_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / idle_tests_file.FILE_NAME).write_bytes(b"no database at all" * 100)
    assert begun(tmp_path).id == 1
    assert len([path for path in tmp_path.iterdir() if ".corrupt" in path.name]) == 1


def test_what_is_damaged_is_put_aside_and_said(tmp_path: Path) -> None:
    path = tmp_path / idle_tests_file.FILE_NAME
    for damage in (b"no database at all" * 100, b""):
        path.write_bytes(damage)
        with pytest.raises((sqlite3.Error, StoreError)) as raised:
            idle_tests_file.open_reader(tmp_path)
        sentence = idle_tests_file.told(tmp_path, raised.value)
        aside = idle_tests_file.asides(tmp_path)[-1]
        assert f"was damaged. It is kept as {aside}, and a new one begins" in sentence and not path.exists()
    assert len(idle_tests_file.asides(tmp_path)) == 2


def test_another_error_is_told_and_nothing_is_put_aside(tmp_path: Path) -> None:
    begun(tmp_path)
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
    assert "another process holds it. Try again in a minute" in idle_tests_file.told(tmp_path, busy)
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    (tmp_path / idle_tests_file.FILE_NAME).write_bytes(b"")  # as a full disk takes it
    assert idle_tests_file.told(tmp_path, full) == (
        "Idle tests, or the query log beneath them, cannot be used: the disk is full. Make room on the disk."
    )
    assert idle_tests_file.told(tmp_path, sqlite3.DatabaseError("x")).startswith("idle_tests.db was damaged.")
    assert len(idle_tests_file.asides(tmp_path)) == 1
