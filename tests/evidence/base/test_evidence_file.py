# SPDX-License-Identifier: GPL-3.0-or-later
"""evidence.db whatever happens to it: missing, damaged, a folder, newer; a missing one reads as empty."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from evidence.base import evidence_file
from evidence.base.evidence_file import FILE_NAME, KIND
from evidence.findings import finding_rows
from evidence.findings.finding_rows import FindingFilter
from store.base.db import connect, migrate_connection

pytestmark = pytest.mark.database


def test_a_missing_one_reads_as_an_empty_one(tmp_path: Path) -> None:
    with closing(evidence_file.open_reader(tmp_path)) as con:
        assert con.execute("SELECT count(*) FROM hour_sums").fetchone() == (0,)
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


def test_what_an_older_one_knew_is_kept_but_its_hours_which_the_log_has(tmp_path: Path) -> None:
    with closing(connect(tmp_path / FILE_NAME)) as con:
        migrate_connection(con, KIND, 1)
        con.execute("INSERT INTO names VALUES (7, 'a.example')")
        con.execute("INSERT INTO first_asked VALUES (1, 7, 5)")
        con.execute("INSERT INTO read_hours VALUES (3, 9)")
        con.execute("INSERT INTO pairs VALUES (3, 1, 7, 1, 1, 0, 1, 0, 5, 0, NULL)")
        con.execute("""
            INSERT INTO findings (kind, device_id, key, names, first_us, last_us, count, confidence, cause, state,
                                  found_us, changed_us)
            VALUES ('leak', 1, 'k', '[]', 1, 2, 3, 0.5, 'pause', 'muted', 4, 5)""")
    with closing(evidence_file.open_writer(tmp_path)) as con:
        assert con.execute("SELECT * FROM first_asked").fetchall() == [(1, 7, 5)]
        assert [row.state.value for row in finding_rows.findings(con, FindingFilter())] == ["muted"]
        assert con.execute("SELECT count(*) FROM read_hours").fetchone() == (0,)
