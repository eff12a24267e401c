# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from told_facts import NOTHING

from store.log import interning, querylog, retention
from store.log.batches import Batch
from store.log.records import Key
from store.log.writer import Writer

pytestmark = pytest.mark.database

NOW = 1_790_000_000_000_000
DAY = 86_400 * 1_000_000
HOUR = 3_600 * 1_000_000
KEY = Key("a.example", 1, 0, 3, "", "", 0, "9.9.9.9")


def _fill(log: sqlite3.Connection, times: range, name: str = "a.example") -> Writer:
    writer = Writer(log, NOTHING, lambda: NOW)
    keys = [KEY._replace(name=name)]
    for start in range(0, len(times), 4000):
        rows = [(at, 0, 0, 70_000) for at in times[start : start + 4000]]
        writer.add(Batch(1, 0, 0, ["10.0.0.2"], keys, rows), lambda address: 1)
        writer.commit()
    return writer


def _count(log: sqlite3.Connection) -> int:
    return int(log.execute("SELECT count(*) FROM records").fetchone()[0])


def test_what_is_too_old_goes_and_the_rest_stays(log: sqlite3.Connection) -> None:
    _fill(log, range(NOW - 5 * DAY, NOW, DAY // 10))
    log.execute("INSERT INTO drops VALUES (?, 1, 5), (?, 1, 7)", (NOW - 4 * DAY, NOW))
    assert retention.retain(log, 3, 2048, NOW) == retention.Retained(20, False)
    assert log.execute("SELECT min(time_us) FROM records").fetchone()[0] == NOW - 3 * DAY
    assert log.execute("SELECT count FROM drops").fetchall() == [(7,)]
    assert retention.retain(log, 3, 2048, NOW) == retention.Retained(0, False)
    assert _count(log) == 30


def test_the_size_is_kept_by_letting_the_oldest_go(tmp_path: Path, log: sqlite3.Connection) -> None:
    _fill(log, range(NOW - 100_000, NOW))
    log.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert (tmp_path / "querylog.db").stat().st_size > 2 * 1024 * 1024
    before = _count(log)
    done = retention.retain(log, 90, 1, NOW)
    assert (tmp_path / "querylog.db").stat().st_size <= 1024 * 1024
    assert 0 < _count(log) == before - done.records
    assert log.execute("SELECT max(time_us) FROM records").fetchone()[0] == NOW - 1
    assert log.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_disk_is_given_back_while_a_reader_looks_on(tmp_path: Path, log: sqlite3.Connection) -> None:
    _fill(log, range(NOW - 100 * DAY, NOW - 100 * DAY + 60_000))
    _fill(log, range(NOW - 10, NOW))
    log.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    before = (tmp_path / "querylog.db").stat().st_size
    reader = sqlite3.connect(tmp_path / "querylog.db", isolation_level=None)
    reader.execute("BEGIN")
    assert _count(reader) == 60_010
    assert retention.retain(log, 90, 2048, NOW).records == 60_000  # waits for nobody
    assert _count(reader) == 60_010
    reader.execute("COMMIT")
    reader.close()
    retention.retain(log, 90, 2048, NOW)
    assert (tmp_path / "querylog.db").stat().st_size < before // 4
    assert _count(log) == 10


def test_by_age_whole_hours_go(log: sqlite3.Connection) -> None:
    _fill(log, range(NOW - 3 * HOUR, NOW, HOUR // 60))
    later = NOW + 2 * DAY - 90 * HOUR // 60
    assert retention.retain(log, 2, 2048, later).records > 0
    assert log.execute("SELECT min(time_us) FROM records").fetchone()[0] // HOUR == (later - 2 * DAY) // HOUR
    before = _count(log)
    assert retention.retain(log, 2, 2048, later - later % HOUR + HOUR - 1) == retention.Retained(0, False)
    assert _count(log) == before


def test_a_little_that_is_free_stays_for_the_next_rows(log: sqlite3.Connection) -> None:
    _fill(log, range(NOW - 100 * DAY, NOW - 100 * DAY + 4_000))
    _fill(log, range(NOW, NOW + 60_000))
    pages = log.execute("PRAGMA page_count").fetchone()[0]
    assert retention.retain(log, 90, 2048, NOW).records == 4_000
    assert log.execute("PRAGMA freelist_count").fetchone()[0] > 10
    assert log.execute("PRAGMA page_count").fetchone()[0] == pages
    _fill(log, range(NOW + 60_000, NOW + 63_000))
    assert log.execute("PRAGMA page_count").fetchone()[0] == pages


def test_a_log_that_was_too_large_is_not_so_again_at_once(log: sqlite3.Connection, tmp_path: Path) -> None:
    _fill(log, range(NOW - 200_000, NOW))
    assert retention.retain(log, 90, 2, NOW).records
    _fill(log, range(NOW, NOW + 500))
    assert retention.retain(log, 90, 2, NOW) == retention.Retained(0, False)
    log.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert (tmp_path / "querylog.db").stat().st_size <= 2 * 1024 * 1024


def test_a_large_commit_puts_its_rows_in_the_place_of_old_ones(log: sqlite3.Connection) -> None:
    old = range(NOW - 91 * DAY, NOW - 91 * DAY + 9_000)
    writer = _fill(log, old)
    pages = log.execute("PRAGMA page_count").fetchone()[0]
    for count, left in ((999, 9_000), (4_000, 1_000), (1_000, 0)):  # of the old ones
        first = NOW + count * 10_000
        rows = [(at, 0, 0, 70_000) for at in range(first, first + count)]
        writer.add(Batch(1, 0, 0, ["10.0.0.2"], [KEY], rows), lambda address: 1)
        writer.commit(True, lambda rows: retention.make_room(log, 90, rows, NOW))
        assert log.execute("SELECT count(*) FROM records WHERE time_us < ?", (NOW - DAY,)).fetchone() == (left,)
    assert _count(log) == 5_999
    assert log.execute("PRAGMA page_count").fetchone()[0] <= pages + 8
    assert log.execute("SELECT value FROM marks WHERE key = 'records_deleted'").fetchone() == (9_000,)


def test_a_call_has_an_end_and_says_that_there_is_more(
    log: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "STEP_ROWS", 10)
    monkeypatch.setattr(retention, "MAX_STEPS", 3)
    _fill(log, range(NOW - 100 * DAY, NOW - 100 * DAY + 50))
    assert retention.retain(log, 90, 2048, NOW) == retention.Retained(30, True)
    assert retention.retain(log, 90, 2048, NOW) == retention.Retained(20, False)


def test_a_clock_that_was_never_set_deletes_nothing(log: sqlite3.Connection) -> None:
    _fill(log, range(NOW, NOW + 10))
    for now in (0, 1_000_000 * DAY // 1_000_000, 40 * DAY):
        retention.retain(log, 1, 2048, now)
    assert _count(log) == 10


def test_an_emptied_log_that_is_still_too_large_is_left_in_peace(log: sqlite3.Connection) -> None:
    _fill(log, range(NOW, NOW + 10))
    assert retention.retain(log, 90, 0, NOW) == retention.Retained(10, False)


def test_retention_looks_for_orphans_when_enough_was_deleted(
    log: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "PURGE_AFTER", 8)
    _fill(log, range(NOW - 100 * DAY, NOW - 100 * DAY + 5), "one.example")
    assert retention.retain(log, 90, 2048, NOW) == retention.Retained(5, False, words=0)
    _fill(log, range(NOW - 100 * DAY, NOW - 100 * DAY + 5), "two.example")
    assert retention.retain(log, 90, 2048, NOW) == retention.Retained(5, False, words=4)  # 2 names, client, outcome
    _fill(log, range(NOW - 100 * DAY, NOW - 100 * DAY + 5), "three.example")
    assert retention.retain(log, 90, 2048, NOW) == retention.Retained(5, False, words=0)


def test_orphan_words_go_and_those_in_use_stay(log: sqlite3.Connection) -> None:
    writer = _fill(log, range(NOW - 100 * DAY, NOW - 100 * DAY + 5), "old.example")
    kept = KEY._replace(name="new.example", verdict=1, blocklist="ads", rule="rule.example")
    writer.add(Batch(1, 0, 0, ["10.0.0.3"], [kept], [(NOW, 0, 0, 1)]), lambda address: 1)
    writer.commit()
    retention.retain(log, 90, 2048, NOW)
    assert retention.purge_names(log) == 3  # a name, a client and an outcome
    assert {row[0] for row in log.execute("SELECT name FROM names")} == {"new.example", "rule.example"}
    writer.add(Batch(1, 0, 0, ["10.0.0.2"], [KEY._replace(name="old.example")], [(NOW, 0, 0, 1)]), lambda address: 1)
    writer.commit()
    found = log.execute("SELECT name, client, rule FROM queries ORDER BY time_us").fetchall()
    assert found == [("new.example", "10.0.0.3", "rule.example"), ("old.example", "10.0.0.2", None)]


def test_an_outcome_that_went_is_not_found_again_by_its_old_id(
    log: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interning, "MAX_RECENT_OUTCOMES", 1)  # each is known at once
    writer = _fill(log, range(NOW - 100 * DAY, NOW - 100 * DAY + 5))
    for verdict in (1, 0):
        retention.retain(log, 90, 2048, NOW)
        retention.purge_names(log)
        key = KEY._replace(verdict=verdict)
        writer.add(Batch(1, 0, 0, ["10.0.0.2"], [key], [(NOW + verdict, 0, 0, 1)]), lambda address: 1)
        writer.commit()
    assert log.execute("SELECT verdict FROM queries ORDER BY time_us").fetchall() == [("PASS",), ("BLOCK",)]
    assert log.execute("SELECT count(*) FROM known_outcomes k JOIN outcomes o USING (id)").fetchone() == (2,)


def test_a_log_that_was_just_deleted_is_no_failure(tmp_path: Path) -> None:
    path = tmp_path / "querylog.db"
    with closing(querylog.open_log(path)) as con:
        path.unlink()
        assert not retention.retain(con, 90, 100, NOW).more
