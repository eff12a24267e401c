# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorder process, with the test in the place of the workers; and its ways with a disk that fails."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from waiting import HANG_SECONDS, until

from resolver.recorder.commit_schedule import Pace
from resolver.recorder.flush_clock import ANSWER, ASK
from resolver.recorder.process import Recorder
from store.base import db, status
from store.base.process_status import RecorderStatus
from store.config import devices, edit
from store.devices import device_edits
from store.health.health import assess
from store.log import querylog, readers
from store.log.batch_codec import pack
from store.log.batches import Batch, columns
from store.log.records import Key, Origin, Verdict
from store.log.sqlite_writer import SqliteWriter

pytestmark = pytest.mark.process

# Loopback addresses: the recorder asks nobody on the network for their names.
KEY = Key("www.example.com", 1, int(Verdict.PASS), int(Origin.UPSTREAM), "", "", 0, "9.9.9.9")
BLOCKED = Key("data.mistat.xiaomi.com", 28, int(Verdict.BLOCK), int(Origin.SELF), "own", "||xiaomi.com^", 0, "")


def batch(
    count: int = 3, first: int = 0, key: Key = KEY, worker: int = 1, dropped: int = 0, client: str = "127.0.0.2"
) -> bytes:
    now = time.time_ns() // 1000
    rows = [(now + number, 0, 0, 1000 + first + number) for number in range(count)]
    return pack(columns(Batch(worker, dropped, 1, [client], [key], rows, first)))


class RunningRecorder:
    """A recorder that can be killed and started again over the same sockets, as the supervisor does it."""

    def __init__(self, state: Path, run: Path) -> None:
        self.state, self.run = state, run
        self.worker, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.start()

    def start(self) -> None:
        fd = self._theirs.fileno()
        command = [sys.executable, "-m", "resolver.recorder.process", "--state", self.state, "--run", self.run]
        self.process = subprocess.Popen(
            [*command, "--records", str(fd)],
            pass_fds=[fd], stderr=subprocess.PIPE, text=True, env={**os.environ, "TELLTALE_LOG_COMMIT_SECONDS": "0.1"},
        )  # fmt: skip

    def rows(self, count: int) -> list[sqlite3.Row]:
        """All records as the log's plain view shows them, once there are `count`."""
        until(lambda: len(self._read()) >= count)
        return self._read()

    def _read(self) -> list[sqlite3.Row]:
        try:
            with closing(db.connect(self.state / querylog.FILE_NAME, read_only=True)) as con:
                con.row_factory = sqlite3.Row
                return con.execute("SELECT * FROM queries ORDER BY time_us").fetchall()
        except sqlite3.Error:
            return []

    def stop(self, number: int = signal.SIGTERM) -> str:
        """What it said on standard error."""
        self.process.send_signal(number)
        return self.process.communicate(timeout=HANG_SECONDS)[1]

    def close(self) -> None:
        if self.process.stderr and not self.process.stderr.closed:
            print(self.stop(signal.SIGKILL))  # shown where a test failed; one that has ended by itself said why
        self.worker.close()
        self._theirs.close()


@pytest.fixture
def recorder(state: Path, tmp_path: Path) -> Iterator[RunningRecorder]:
    (tmp_path / "recorder").mkdir()
    running = RunningRecorder(state, tmp_path / "recorder")
    yield running
    running.close()


def test_each_query_stands_in_the_log_with_device_company_and_all(recorder: RunningRecorder) -> None:
    recorder.worker.send(batch(2))
    recorder.worker.send(batch(1, 2, BLOCKED, client="127.0.0.3"))
    passed, _, blocked = recorder.rows(3)
    assert (passed["client"], passed["name"], passed["type"]) == ("127.0.0.2", "www.example.com", "A")
    assert (passed["verdict"], passed["origin"], passed["upstream"]) == ("PASS", "UPSTREAM", "9.9.9.9")
    assert (blocked["verdict"], blocked["type"], blocked["company"]) == ("BLOCK", "AAAA", "Xiaomi")
    assert passed["device_id"] and blocked["device_id"] and passed["device_id"] != blocked["device_id"]
    with closing(db.connect(recorder.state / "config.db")) as con:
        assert devices.clients(con) == {"127.0.0.2": passed["device_id"], "127.0.0.3": blocked["device_id"]}


def test_a_name_given_to_a_device_reaches_the_log(recorder: RunningRecorder) -> None:
    recorder.worker.send(batch(1))
    (row,) = recorder.rows(1)
    device_edits.rename_device(edit.engine(recorder.state), row["device_id"], "Kitchen speaker")
    until(lambda: recorder.rows(1)[0]["device"] == "Kitchen speaker")


def test_killed_and_started_again_it_goes_on_and_loses_nothing_that_was_not_taken(recorder: RunningRecorder) -> None:
    recorder.worker.send(batch(5))
    recorder.rows(5)
    recorder.stop(signal.SIGKILL)
    recorder.worker.send(batch(5, 5))  # waits in the socket
    recorder.start()
    recorder.worker.send(batch(5, 10))
    assert {round(row["duration_ms"] * 1000) for row in recorder.rows(15)} == {1000 + number for number in range(15)}
    with closing(db.connect(recorder.state / querylog.FILE_NAME, read_only=True)) as con:
        assert con.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert con.execute("SELECT coalesce(sum(count), 0) FROM drops").fetchone()[0] == 0


def test_on_sigterm_what_waits_is_read_and_written(recorder: RunningRecorder) -> None:
    recorder.worker.send(batch(1))
    recorder.rows(1)
    recorder.process.send_signal(signal.SIGSTOP)
    for number in range(10):
        recorder.worker.send(batch(100, 1 + 100 * number))
    recorder.process.send_signal(signal.SIGTERM)
    recorder.process.send_signal(signal.SIGCONT)
    recorder.process.communicate(timeout=HANG_SECONDS)
    assert len(recorder.rows(1001)) == 1001 and recorder.process.returncode == 0
    said = status.read(recorder.run).recorder
    assert said is not None and (said.rows, said.buffered, said.error) == (1001, 0, "")


def test_what_is_no_batch_is_said_and_the_next_one_is_taken(recorder: RunningRecorder) -> None:
    good = batch(2)
    for bad in (b"x", b"TTqb" + bytes(100), good[:-1], good[:50] + b"\xff" + good[51:], os.urandom(5000)):
        recorder.worker.send(bad)
    recorder.worker.send(good)
    assert len(recorder.rows(2)) == 2
    said = recorder.stop()
    assert said.count("not understood") == 5 and "Traceback" not in said


def test_what_workers_dropped_is_counted_in_the_log(recorder: RunningRecorder) -> None:
    recorder.worker.send(batch(1, dropped=7))
    recorder.worker.send(batch(1, 1, dropped=9))
    recorder.rows(2)
    recorder.stop()
    with closing(db.connect(recorder.state / querylog.FILE_NAME, read_only=True)) as con:
        assert con.execute("SELECT sum(count) FROM drops WHERE worker = 1").fetchone()[0] == 9


def test_a_workers_real_batches_are_understood(recorder: RunningRecorder, worker: Any) -> None:
    edit.add_rule(edit.engine(worker.state), "block", "xiaomi.com")
    worker.wait_for_policy()
    worker.ask("data.mistat.xiaomi.com", source="127.0.0.21")
    worker.ask(r"odd\000\255\.name.plain.example", source="127.0.0.22")
    taken = 0
    while taken < 2:  # in one batch, or in one each
        held = worker.batch()
        recorder.worker.send(pack(columns(held)))
        taken += len(held.rows)
    rows = recorder.rows(2)
    assert [(row["client"], row["verdict"]) for row in rows] == [("127.0.0.21", "BLOCK"), ("127.0.0.22", "PASS")]
    assert rows[0]["rule"] == "||xiaomi.com^" and rows[0]["company"] == "Xiaomi"
    assert rows[1]["name"] == r"odd\000\255\046name.plain.example"


@pytest.fixture
def inside(state: Path, tmp_path: Path) -> Iterator[Callable[[], tuple[Recorder, socket.socket]]]:
    """Starts recorders in this process, one after the other."""
    recorders: list[Recorder] = []
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def start() -> tuple[Recorder, socket.socket]:
        recorders.append(Recorder(state, tmp_path, {}, [theirs]))
        return recorders[-1], ours

    yield start
    for recorder in recorders:
        if not recorder.stopping:
            recorder.stopping = True
            recorder.serve()
        recorder._announcements.join(HANG_SECONDS)
        recorder._config.close()
        recorder._selector.close()
    ours.close()
    theirs.close()


def sql(recorder: Recorder) -> sqlite3.Connection:
    assert isinstance(recorder._log, SqliteWriter)
    return recorder._log._con


def take(recorder: Recorder) -> None:
    """Read what waits and commit."""
    (sock,) = (key.fileobj for key in recorder._selector.get_map().values() if isinstance(key.fileobj, socket.socket))
    recorder._read(sock)
    recorder._commit()


@contextmanager
def serving(recorder: Recorder) -> Iterator[None]:
    """In a thread."""
    thread = threading.Thread(target=recorder.serve)
    thread.start()
    try:
        yield
    finally:
        recorder.stopping = True
        thread.join()


def test_while_it_is_quiet_and_nobody_looks_a_query_is_written_soon(inside: Any, state: Path) -> None:
    recorder, worker = inside()
    worker.send(batch(1))
    copy = state / "querylog.db-wal"
    before = copy.stat().st_size
    with serving(recorder):
        until(lambda: copy.stat().st_size != before)  # looked at from outside, so that nobody opens the log


def test_a_busy_home_is_written_when_somebody_opens_the_log(inside: Any, state: Path) -> None:
    recorder, worker = inside()
    recorder._pace = Pace(_tokens=-1000.0, _counted_at=time.monotonic())
    worker.send(batch(7))
    with serving(recorder):
        until(lambda: recorder._log.buffered == 7)
        since = time.time_ns()
        with closing(db.connect(state / querylog.FILE_NAME, read_only=True)) as con:
            until(lambda: con.execute("SELECT count(*) FROM queries").fetchone()[0] == 7)
        until(lambda: readers.wait(recorder.run, since))


def test_who_opens_the_log_is_shown_what_a_worker_had_not_sent_yet(inside: Any, state: Path) -> None:
    recorder, worker = inside()
    recorder._pace = Pace(_tokens=-1000.0, _counted_at=time.monotonic())
    recorder._commit()  # there is a log to look at
    with serving(recorder):
        since = time.time_ns()
        with closing(db.connect(state / querylog.FILE_NAME, read_only=True)) as con:
            assert worker.recv(10) == ASK
            worker.send(batch(7))
            worker.send(ANSWER)
            until(lambda: (readers._shown_ns(recorder.run) or 0) > since)
            assert con.execute("SELECT count(*) FROM queries").fetchone()[0] == 7


def test_who_goes_on_looking_is_shown_each_second_what_a_worker_had_not_sent_yet(inside: Any, state: Path) -> None:
    recorder, worker = inside()
    recorder._commit()
    with serving(recorder):
        since = time.time_ns()
        with closing(db.connect(state / querylog.FILE_NAME, read_only=True)) as con:
            assert worker.recv(10) == ASK
            worker.send(ANSWER)
            until(lambda: (readers._shown_ns(recorder.run) or 0) > since)
            worker.send(batch(3))  # the log stays open, and nobody opens it again
            assert worker.recv(10) == ASK
            worker.send(batch(4))
            worker.send(ANSWER)
            until(lambda: con.execute("SELECT count(*) FROM queries").fetchone()[0] == 7)


def kill(recorder: Recorder) -> None:
    """Let go of what the kernel would take from a killed process; nothing is written."""
    assert isinstance(recorder._log, SqliteWriter) and recorder._log._rows._spool is not None
    for held in (recorder._log._con, recorder._log._rows._spool, recorder._discovery, recorder._readers):
        held.close()
    recorder._announcements.close()
    recorder.stopping = True


def test_what_waits_for_the_log_is_found_again_after_a_kill(inside: Any, state: Path) -> None:
    recorder, worker = inside()
    worker.send(batch(5))
    (sock,) = (key.fileobj for key in recorder._selector.get_map().values() if isinstance(key.fileobj, socket.socket))
    recorder._read(sock)
    recorder._save()
    worker.send(batch(5, 5))
    recorder._read(sock)
    kill(recorder)
    worker.send(batch(5, 10))
    again, _ = inside()
    again.stopping = True
    again.serve()
    assert not (state / querylog.WAITING_NAME).exists()
    with closing(db.connect(state / querylog.FILE_NAME, read_only=True)) as con:
        kept = [round(took * 1000) for (took,) in con.execute("SELECT duration_ms FROM queries ORDER BY duration_ms")]
        assert kept == [*range(1000, 1005), *range(1010, 1015)]
        assert con.execute("SELECT sum(count) FROM drops").fetchone()[0] == 5


def test_a_full_disk_keeps_rows_waiting_and_writes_them_when_there_is_room(inside: Any) -> None:
    recorder, worker = inside()
    worker.send(batch(1))
    take(recorder)
    pages = sql(recorder).execute("PRAGMA page_count").fetchone()[0]
    sql(recorder).execute(f"PRAGMA max_page_count = {pages}")
    for number in range(5):
        worker.send(batch(1000, 1 + 1000 * number))
        take(recorder)
    assert "full" in recorder._errors.last and "rows wait in memory" in recorder._errors.last
    assert recorder._log.buffered == 5000 and recorder._log.dropped == 0
    sql(recorder).execute("PRAGMA max_page_count = 100000")
    recorder._commit()
    assert recorder._errors.last == "" and recorder._log.buffered == 0
    assert sql(recorder).execute("SELECT count(*) FROM records").fetchone()[0] == 5001


def test_a_log_damaged_while_it_runs_is_put_aside_and_a_new_one_begun(inside: Any, state: Path) -> None:
    recorder, worker = inside()
    worker.send(batch(3))
    take(recorder)
    sql(recorder).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = state / querylog.FILE_NAME
    path.write_bytes(b"\xa5" * path.stat().st_size)
    sql(recorder).execute("PRAGMA shrink_memory")
    for number in range(3):
        worker.send(batch(3, 3 + 3 * number))
        take(recorder)
    assert list(state.glob("querylog.db.corrupt-*"))
    with closing(db.connect(path, read_only=True)) as con:
        rows = con.execute("SELECT count(*) FROM records").fetchone()[0]
        drops = con.execute("SELECT coalesce(sum(count), 0) FROM drops").fetchone()[0]
    assert rows + drops >= 9, "what came since is written, or counted"


def test_a_damaged_log_at_the_start_is_put_aside(inside: Any, state: Path) -> None:
    path = state / querylog.FILE_NAME
    path.write_bytes(b"no database at all" * 1000)
    recorder, worker = inside()
    worker.send(batch(4))
    take(recorder)
    assert [kept.read_bytes()[:18] for kept in state.glob("querylog.db.corrupt-*")] == [b"no database at all"]
    assert sql(recorder).execute("SELECT count(*) FROM queries").fetchone()[0] == 4


def test_with_a_damaged_config_queries_are_logged_without_a_device(inside: Any, state: Path) -> None:
    recorder, worker = inside()
    (state / "broken").write_bytes(b"no database at all" * 1000)
    (state / "broken").replace(state / "config.db")
    worker.send(batch(4))
    take(recorder)
    rows = sql(recorder).execute("SELECT client, device_id FROM queries").fetchall()
    assert rows == [("127.0.0.2", None)] * 4


def test_when_a_worker_ends_the_recorder_goes_on(inside: Any) -> None:
    recorder, worker = inside()
    worker.send(batch(4))
    worker.close()
    take(recorder)
    assert not [key for key in recorder._selector.get_map().values() if isinstance(key.fileobj, socket.socket)]
    assert sql(recorder).execute("SELECT count(*) FROM records").fetchone()[0] == 4


def test_a_log_that_is_deleted_while_it_is_written_begins_anew_and_health_tells(recorder: RunningRecorder) -> None:
    path = recorder.state / querylog.FILE_NAME
    recorder.worker.send(batch())
    recorder.rows(3)
    path.unlink()
    until(lambda: path.exists())
    recorder.worker.send(batch(first=3))
    assert len(recorder.rows(3)) == 3
    until(lambda: (status.read(recorder.run).recorder or RecorderStatus()).begun_why == "lost")
    assert "new_log" in [problem.id for problem in assess(status.read(recorder.run), True, status.now()).problems]


def test_what_a_recorder_told_of_the_log_and_of_a_crowd_the_next_one_tells(inside: Any) -> None:
    recorder, _ = inside()
    recorder._begun("lost")
    recorder._discovery.newcomers.crowd_at = 1.8e9
    told, crowd = recorder._status._begun_at, recorder._discovery.newcomers.crowd_at
    recorder._publish()
    after, _ = inside()
    after._publish()
    said = status.read(after.run).recorder or RecorderStatus()
    assert (said.begun_at, said.begun_why, said.crowd_at) == (told, "lost", crowd)
