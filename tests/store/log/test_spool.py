# SPDX-License-Identifier: GPL-3.0-or-later
"""Killed at any moment, each row comes into the log once."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from io import FileIO
from pathlib import Path

import pytest
from examples import examples
from fresh_state import lay_log
from hypothesis import given, settings
from hypothesis import strategies as st
from told_facts import NOTHING

from store.log import querylog, spool
from store.log.batches import Batch
from store.log.records import Key
from store.log.writer import Writer

pytestmark = pytest.mark.database

NOW = 1_790_000_000_000_000
KEYS = [Key(f"n{number}.example", 1, 0, 3, "", "", 0, "9.9.9.9") for number in range(50)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / querylog.WAITING_NAME


def _device_of(address: str) -> int | None:
    return 4 if address == "10.0.0.2" else None


def _nobody(address: str) -> None:
    return None


class Lives:
    """A recorder's writer that is killed and begun anew over the same two files."""

    def __init__(self, path: Path) -> None:
        self.path, self.sent = path, 0
        self.said: list[str] = []
        self.con: sqlite3.Connection | None = None
        self.begin()

    def kill(self) -> None:
        if self.con is not None:
            self.con.close()
            assert self.writer._spool is not None
            self.writer._spool.close()

    def begin(self) -> int:
        self.kill()
        self.con = querylog.open_log(self.path.with_name(querylog.FILE_NAME))
        self.writer = Writer(self.con, NOTHING, lambda: NOW, self.path, self.said.append)
        return self.writer.restore(_device_of)

    def add(self, count: int) -> None:
        rows = [(NOW + number, number % 2, number % 50, number) for number in range(self.sent, self.sent + count)]
        self.writer.add(Batch(1, 0, 5, ["10.0.0.2", "10.0.0.3"], KEYS, rows, self.sent), _device_of)
        self.sent += count

    def rows(self) -> list[int]:
        assert self.con is not None
        return [at for (at,) in self.con.execute("SELECT CAST(duration_ms * 1000 AS INTEGER) FROM queries ORDER BY 1")]

    def dropped(self) -> int:
        assert self.con is not None
        return int(self.con.execute("SELECT COALESCE(sum(count), 0) FROM drops").fetchone()[0])


@pytest.fixture
def lives(path: Path) -> Iterator[Lives]:
    made = Lives(path)
    yield made
    made.kill()


def test_what_was_saved_is_there_after_a_kill_and_what_was_not_is_counted(lives: Lives) -> None:
    for _ in range(3):
        lives.add(100)
        lives.writer.save()
    lives.add(20)
    assert lives.begin() == 300
    lives.add(10)
    assert lives.writer.commit() == 310
    assert lives.rows() == [*range(300), *range(320, 330)] and lives.dropped() == 20
    assert lives.begin() == 0


def test_rows_that_were_committed_are_not_taken_up_again(lives: Lives) -> None:
    lives.add(100)
    lives.writer.save()
    lives.add(100)
    lives.writer.commit()
    assert lives.path.exists() and lives.begin() == 0  # killed right after the commit
    lives.add(100)
    lives.writer.save()
    lives.add(100)
    lives.writer.save()
    assert lives.begin() == 200
    lives.writer.commit()
    assert lives.rows() == [*range(400)] and lives.dropped() == 0


def test_killed_again_and_again_before_the_first_commit_nothing_is_lost(lives: Lives) -> None:
    for before in (0, 50, 100, 150):
        assert lives.begin() == before
        lives.add(50)
        lives.writer.save()
    lives.begin()
    lives.writer.commit()
    assert lives.rows() == [*range(200)] and lives.dropped() == 0


@settings(max_examples=examples(30))
@given(st.lists(st.sampled_from(["add", "add", "save", "commit", "kill", "full"]), max_size=14))
def test_whatever_happens_each_row_is_in_the_log_once_or_counted(steps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lay_log(Path(folder))
        lives, safe, since = Lives(Path(folder) / querylog.WAITING_NAME), {0}, 1
        lives.add(1)  # of a worker that it never heard of, a log cannot know what it missed
        lives.writer.commit()
        for step in steps:
            if step == "add":
                lives.add(7)
            elif step == "full":
                _fail_to_commit(lives)
            elif step == "kill":
                lives.begin()
                since = lives.sent
            else:
                (lives.writer.save if step == "save" else lives.writer.commit)()
                safe.update(range(since, lives.sent))
        lives.add(1)
        lives.writer.commit()
        rows = lives.rows()
        assert len(rows) == len(set(rows)) and safe | {lives.sent - 1} <= set(rows)
        assert len(rows) + lives.dropped() == lives.sent
        lives.kill()


def _fail_to_commit(lives: Lives) -> None:
    assert lives.con is not None
    lives.con.execute("CREATE TEMP TRIGGER full BEFORE INSERT ON main.records BEGIN SELECT RAISE(ABORT, 'full'); END")
    with suppress(sqlite3.IntegrityError):
        lives.writer.commit()
    lives.con.execute("DROP TRIGGER temp.full")


def test_devices_names_and_clients_come_back(lives: Lives) -> None:
    lives.add(60)
    lives.writer.save()
    lives.begin()
    lives.writer.commit()
    assert lives.con is not None
    found = lives.con.execute("SELECT name, client, device_id FROM queries ORDER BY time_us LIMIT 2").fetchall()
    assert found == [("n0.example", "10.0.0.2", 4), ("n1.example", "10.0.0.3", None)]


def test_a_disk_that_was_full_for_a_while_spoils_nothing(lives: Lives, monkeypatch: pytest.MonkeyPatch) -> None:
    lives.add(100)
    lives.writer.save()
    with monkeypatch.context() as patch:
        patch.setattr(spool, "_write", _write_a_little)
        for _ in range(2):  # in the middle of the file, and at the begin of another
            lives.add(100)
            with pytest.raises(OSError, match="full"):
                lives.writer.save()
    lives.add(100)
    lives.writer.save()
    assert lives.begin() == 400
    lives.writer.commit()
    assert lives.rows() == [*range(400)]


def _write_a_little(file: FileIO, data: bytes) -> None:
    file.write(data[:10])
    raise OSError("full")


def test_a_new_log_takes_nothing_from_the_file_of_another(lives: Lives) -> None:
    lives.add(100)
    lives.writer.save()
    assert lives.con is not None
    lives.con.close()
    for file in lives.path.parent.glob("querylog.db*"):
        file.unlink()
    assert lives.begin() == 0


def test_after_the_end_there_is_no_file_unless_rows_still_wait(lives: Lives) -> None:
    lives.add(100)
    lives.writer.save()
    lives.writer.close()
    assert lives.path.exists() and lives.path.stat().st_mode & 0o777 == 0o600
    lives.writer.commit()
    lives.writer.close()
    assert not lives.path.exists()


def test_an_hour_is_not_added_up_while_rows_of_it_wait(lives: Lives) -> None:
    lives.add(10)
    lives.writer.commit()
    now = NOW + 5 * 3_600_000_000
    lives.writer._clock_us = lambda: now
    row = [(NOW + 3_600_000_000, 0, 0, 1)]
    lives.writer.add(Batch(1, 0, 5, ["10.0.0.2"], KEYS, row, lives.sent), _nobody)
    lives.writer.commit()
    lives.writer.add(Batch(1, 0, 5, ["10.0.0.2"], KEYS, row, lives.sent + 1), _nobody)
    assert not lives.writer.roll()
    lives.writer.commit()
    assert lives.writer.roll()


def test_the_file_before_stays_until_the_log_is_on_the_disk(lives: Lives, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut may take the last commit from the log; then the rows are in the file still, under its next number."""
    lives.add(100)
    lives.writer.save()
    assert lives.con is not None
    with closing(sqlite3.connect(lives.path.with_name("before.db"))) as copy:
        lives.con.backup(copy)
    lives.writer.commit()
    lives.con.close()
    lives.path.with_name("before.db").replace(lives.path.with_name(querylog.FILE_NAME))
    for end in ("-wal", "-shm"):
        lives.path.with_name(querylog.FILE_NAME + end).unlink(missing_ok=True)
    assert lives.begin() == 100


def flip(path: Path, share: float) -> None:
    data = bytearray(path.read_bytes())
    data[int(len(data) * share)] ^= 4
    path.write_bytes(data)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.95])
def test_a_bit_that_flips_costs_one_chunk_at_most_and_each_row_of_it_is_counted(lives: Lives, share: float) -> None:
    lives.add(1)
    lives.writer.commit()
    for _ in range(10):
        lives.add(100)
        lives.writer.save()
    lives.kill()
    flip(lives.path, share)
    restored = lives.begin()
    assert restored in (900, 1000) and (restored == 1000) == (share == 0)
    lives.add(10)
    lives.writer.commit()
    assert len(lives.rows()) + lives.dropped() == lives.sent
    said = lives.said[-1] if lives.said else ""
    assert ("100 queries" in said) == (restored == 900)


def test_what_is_lost_from_the_end_is_counted_once_also_when_its_worker_is_gone(lives: Lives) -> None:
    lives.add(1)
    lives.writer.commit()
    for _ in range(2):
        lives.add(100)
        lives.writer.save()
    lives.kill()
    flip(lives.path, 0.95)
    assert lives.begin() == 100
    lives.writer.commit()
    assert (len(lives.rows()), lives.dropped()) == (101, 100)


def test_a_file_of_which_nothing_reads_is_kept_and_said(lives: Lives) -> None:
    lives.add(100)
    lives.writer.save()
    lives.kill()
    lives.path.write_bytes(b"noise" * 200)
    assert lives.begin() == 0
    (kept,) = lives.path.parent.glob("querylog.waiting.corrupt-*")
    assert kept.read_bytes() == b"noise" * 200
    assert "lost" in lives.said[-1]
