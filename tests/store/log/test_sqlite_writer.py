# SPDX-License-Identifier: GPL-3.0-or-later
"""What only SQLite does; that its rows and counts are those of any log is held by test_protocol.py."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from told_facts import NOTHING

from store.base import db, store_errors
from store.log import querylog
from store.log.batches import Batch
from store.log.protocol import LogDamaged, LogError
from store.log.records import Key
from store.log.rollup_tables import DAY_US
from store.log.sqlite_writer import SqliteWriter

pytestmark = pytest.mark.database

NOW = 1_790_000_000_000_000
KEY = Key("a.example", 1, 0, 3, "", "", 0, "9.9.9.9")


def _batch(count: int, first_us: int = NOW) -> Batch:
    return Batch(1, 0, 0, ["10.0.0.2"], [KEY], [(first_us + number, 0, 0, 7) for number in range(count)])


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[SqliteWriter]:
    made = SqliteWriter(tmp_path, NOTHING, lambda: NOW)
    yield made
    made.close()


def _rows(writer: SqliteWriter) -> int:
    with closing(db.connect(writer.path, read_only=True)) as con:
        return int(con.execute("SELECT count(*) FROM records").fetchone()[0])


def test_what_was_saved_is_taken_up_by_the_next_writer(tmp_path: Path, writer: SqliteWriter) -> None:
    writer.add(_batch(3), {}.get)
    writer.save()
    writer.close()
    again = SqliteWriter(tmp_path, NOTHING, lambda: NOW)
    assert again.restore({}.get) == 3 == again.buffered
    assert again.commit(90) == 3 == _rows(again)
    again.close()
    assert not (tmp_path / querylog.WAITING_NAME).exists()


def test_a_large_commit_makes_room_of_what_is_too_old(writer: SqliteWriter) -> None:
    writer.add(_batch(1500, NOW - 3 * DAY_US), {}.get)
    assert writer.commit(90) == 1500
    writer.add(_batch(1000), {}.get)
    assert writer.commit(2) == 1000 and _rows(writer) == 1000
    assert writer.retain(2, 1000).records == 0


def test_what_it_remembered_is_read_again_where_it_was_forgotten(writer: SqliteWriter) -> None:
    for _ in range(2):
        writer.add(_batch(2), {}.get)
        writer.commit(90)
        writer.forget_cached()
    with closing(db.connect(writer.path, read_only=True)) as con:
        assert con.execute("SELECT count(*), count(DISTINCT name) FROM queries").fetchone() == (4, 1)
        assert con.execute("SELECT count(*) FROM names").fetchone() == con.execute(
            "SELECT count(DISTINCT name) FROM names"
        ).fetchone()


def test_a_full_disk_is_an_error_that_may_pass(writer: SqliteWriter) -> None:
    writer._con.execute(f"PRAGMA max_page_count = {writer._con.execute('PRAGMA page_count').fetchone()[0]}")
    writer.add(_batch(5000), {}.get)
    with pytest.raises(LogError, match="full") as caught:
        writer.commit(90)
    assert not isinstance(caught.value, LogDamaged) and writer.buffered == 5000
    writer._con.execute("PRAGMA max_page_count = 100000")
    assert writer.commit(90) == 5000


def test_a_damaged_log_is_put_aside_and_what_waited_is_counted(tmp_path: Path, writer: SqliteWriter) -> None:
    writer.add(_batch(2), {}.get)
    with pytest.raises(LogDamaged) as caught, querylog.log_errors():
        fault = sqlite3.DatabaseError("malformed")
        fault.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise fault
    writer.begin_anew(caught.value)
    assert list(tmp_path.glob("querylog.db.corrupt-*"))
    assert (writer.buffered, writer.dropped) == (0, 2)
    writer.add(_batch(4), {}.get)
    assert writer.commit(90) == 4 == _rows(writer)
    assert writer._con.execute("SELECT worker, count FROM drops").fetchall() == [(0, 2)]


def test_a_log_that_cannot_be_begun_anew_is_an_error_and_can_be_tried_again(
    tmp_path: Path, writer: SqliteWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, after: sqlite3.Error | None, tell: object) -> sqlite3.Connection:
        raise store_errors.ReadOnlyState("no")

    with monkeypatch.context() as patched:
        patched.setattr(querylog, "open_log", refuse)
        with pytest.raises(LogError, match="no"):
            writer.begin_anew(LogDamaged())
    with pytest.raises(LogDamaged, match="closed"):
        writer.retain(90, 1000)
    writer.begin_anew(LogDamaged())
    assert writer.retain(90, 1000).records == 0 and not list(tmp_path.glob("*.corrupt-*"))


@pytest.mark.parametrize("lost", [False, True])
def test_a_list_that_blocks_for_the_first_time_has_its_title_at_once(writer: SqliteWriter, lost: bool) -> None:
    """Nobody may edit anything for weeks, after which titles are copied the next time; nor where the log was lost."""
    writer.copy_names({}, {"pack:acme": "Acme"})
    if lost:
        writer.path.unlink()
        assert writer.follow_file()
    key = KEY._replace(blocklist="pack:acme")
    writer.add(Batch(1, 0, 0, ["10.0.0.2"], [key], [(NOW, 0, 0, 7)]), {}.get)
    assert writer.commit(90) == 1
    with closing(db.connect(writer.path, read_only=True)) as con:
        assert con.execute("SELECT list, list_title FROM queries").fetchall() == [("pack:acme", "Acme")]
