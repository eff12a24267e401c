# SPDX-License-Identifier: GPL-3.0-or-later
"""evidence.db whatever happens to it: missing, damaged, a folder, newer; a missing one reads as empty."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from evidence.base import evidence_file
from evidence.base.evidence_file import FILE_NAME

pytestmark = pytest.mark.database


def test_a_missing_one_reads_as_an_empty_one(tmp_path: Path) -> None:
    with closing(evidence_file.open_reader(tmp_path)) as con:
        assert con.execute("SELECT count(*) FROM hours").fetchone() == (0,)
    assert not (tmp_path / FILE_NAME).exists()


def test_the_writer_begins_it_for_its_owner_alone(tmp_path: Path) -> None:
    evidence_file.open_writer(tmp_path).close()
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
    with closing(evidence_file.open_reader(tmp_path)) as con, pytest.raises(sqlite3.OperationalError):
        con.execute("DELETE FROM findings")


@pytest.mark.parametrize("damage", ["text", "folder", "newer"])
def test_what_cannot_be_used_is_put_aside_and_begun_anew(tmp_path: Path, damage: str) -> None:
    path = tmp_path / FILE_NAME
    if damage == "text":
        path.write_text("no database at all, and longer than a header of one would be" * 20)
    elif damage == "folder":
        path.mkdir()
    else:
        with closing(sqlite3.connect(path)) as con:
            con.execute("PRAGMA user_version = 9999")
    with closing(evidence_file.open_writer(tmp_path)) as con:
        assert con.execute("SELECT count(*) FROM findings").fetchone() == (0,)
    assert len([each for each in tmp_path.iterdir() if each.name.startswith(FILE_NAME + ".")]) >= 1


def test_a_busy_one_is_left_where_it_is(tmp_path: Path) -> None:
    evidence_file.open_writer(tmp_path).close()
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
    assert not evidence_file.put_aside(tmp_path, busy)
    assert (tmp_path / FILE_NAME).exists()
