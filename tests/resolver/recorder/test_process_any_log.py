# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorder asks of its log what the protocol says, whichever engine that is."""

import os
import select
import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from memory_log import MemoryLog

from resolver.recorder import process
from resolver.recorder.config_looks import IDLE_SECONDS
from resolver.recorder.process import Recorder
from store.base import db, status
from store.base.signal_wake import SignalWake
from store.log.batch_codec import pack
from store.log.batches import Batch, columns
from store.log.name_facts import NameFacts
from store.log.protocol import LogDamaged, LogError
from store.log.records import Key
from store.names.purpose import Kind
from store.privacy import own_questions

pytestmark = pytest.mark.process  # the recorder asks the network for names

KEY = Key("www.example.com", 1, 0, 3, "", "", 0, "9.9.9.9")


class FailingLog(MemoryLog):
    """Fails with `fault` while there is one; `calls` tells what it was asked beside."""

    def __init__(self, facts: NameFacts) -> None:
        super().__init__(facts, lambda: time.time_ns() // 1000)
        self.fault: LogError | None = None
        self.calls: list[str] = []

    def commit(self, keep_days: int, seen: bool = True, imported_days: int | None = None) -> int:
        if self.fault is not None:
            raise self.fault
        return super().commit(keep_days, seen, imported_days)

    def begin_anew(self, error: LogDamaged) -> None:
        self.calls.append("begin_anew")
        self.fault = None

    def copy_names(self, devices: Mapping[int, str], titles: Mapping[str, str]) -> None:
        super().copy_names(devices, titles)
        self.calls.append("copy_names")


@pytest.fixture
def recorder(state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Recorder, FailingLog]]:
    logs: list[FailingLog] = []

    def make(state: Path, facts: NameFacts, between: Callable[[], object]) -> FailingLog:
        logs.append(FailingLog(facts))
        return logs[-1]

    monkeypatch.setattr(process, "SqliteWriter", make)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    made = Recorder(state, tmp_path, {}, [theirs])
    ours.send(pack(columns(Batch(1, 0, 1, ["127.0.0.2"], [KEY], [(time.time_ns() // 1000, 0, 0, 9)]))))
    made._read(theirs)
    yield made, logs[0]
    made._config.close()
    made._selector.close()
    ours.close()
    theirs.close()


def test_rows_are_committed_and_told(recorder: tuple[Recorder, FailingLog], tmp_path: Path) -> None:
    running, log = recorder
    assert (log.buffered, log.written) == (1, 0)
    running.stopping = True
    running.serve()
    assert [one.key for one in log.records] == [KEY] and "copy_names" in log.calls
    told = status.read(tmp_path).recorder
    assert told is not None and (told.rows, told.buffered, told.dropped, told.error) == (1, 0, 0, "")


def test_what_the_appliance_asks_itself_for_a_test_is_no_row_and_no_device(
    recorder: tuple[Recorder, FailingLog], state: Path
) -> None:
    running, log = recorder
    own = KEY._replace(name=own_questions.PASSED)
    running._take(columns(Batch(1, 0, 1, [own_questions.ADDRESS], [own], [(time.time_ns() // 1000, 0, 0, 9)], 1)))
    assert log.buffered == 1
    running.stopping = True
    running.serve()
    assert [row.key for row in log.records] == [KEY] and log.dropped == 0
    with closing(db.connect(state / "config.db", read_only=True)) as con:
        assert [address for (address,) in con.execute("SELECT address FROM client")] == ["127.0.0.2"]


def test_a_signal_that_does_not_end_it_wakes_it_once(recorder: tuple[Recorder, FailingLog]) -> None:
    running, _ = recorder

    class Heard(SignalWake):
        def heard(self) -> None:
            super().heard()
            running.stopping = True

    before = signal.signal(signal.SIGCONT, lambda *_: None)
    try:
        with closing(Heard()) as signals:
            os.kill(os.getpid(), signal.SIGCONT)
            running.serve(signals)
            assert running.stopping and not select.select([signals], [], [], 0)[0]
    finally:
        signal.signal(signal.SIGCONT, before)


def test_a_log_that_cannot_be_written_keeps_its_rows(recorder: tuple[Recorder, FailingLog]) -> None:
    running, log = recorder
    log.fault = LogError("full")
    running._commit()
    assert running._errors.last == "the query log cannot be written; rows wait in memory (full)"
    assert log.buffered == 1 and "begin_anew" not in log.calls
    log.fault = None
    running._commit()
    assert running._errors.last == "" and len(log.records) == 1
    running.stopping = True
    running.serve()


def test_while_it_is_quiet_one_wake_up_is_for_all_that_is_due(
    recorder: tuple[Recorder, FailingLog], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the looks stood to each other when the last query came."""
    running, log = recorder
    running._commit()
    for step in ("attribute", "roll", "work"):
        monkeypatch.setattr(log, step, lambda *_: False)  # nothing is left to do
    now, woken = [1000.0], 0
    monkeypatch.setattr(process, "time", SimpleNamespace(monotonic=lambda: now[0], time=time.time))
    monkeypatch.setattr(running._config._events, "heard", lambda: False)
    monkeypatch.setattr(running._config._events, "wait", lambda slow: slow)
    running._do_what_is_due()
    running._status.due, running._config.due, running._upkeep._next_roll = 1001.0, 1002.2, 1003.3
    while now[0] < 1000.0 + 20 * IDLE_SECONDS:
        now[0] = max(now[0], min(running._status.due, running._config.due, running._upkeep.due))
        running._do_what_is_due()
        woken += 1
    assert woken <= 20 + 3, "a look each 2.5 seconds, and a few until all are in step"
    running.stopping = True
    running.serve()


def test_a_damaged_log_is_begun_anew_with_its_names(recorder: tuple[Recorder, FailingLog]) -> None:
    running, log = recorder
    log.fault = LogDamaged("malformed")
    running._commit()
    assert "is damaged" in running._errors.last and log.calls[-2:] == ["begin_anew", "copy_names"]
    running.stopping = True
    running.serve()


def test_what_a_person_says_of_a_name_is_followed(recorder: tuple[Recorder, FailingLog], state: Path) -> None:
    running, log = recorder
    running._commit()
    assert [one.company for one in log.records] == [None]
    with closing(sqlite3.connect(state / "config.db")) as con, con:
        con.execute(
            """INSERT INTO name_correction (name, scope, company, kind, created_at)
               VALUES ('example.com', 'suffix', 'Acme', 'tracking', 0)"""
        )
        con.execute("UPDATE meta SET value = value + 1 WHERE key = 'policy_version'")
    running._follow_config()
    while log.attribute():
        pass
    assert [(one.company, one.kind) for one in log.records] == [("Acme", Kind.TRACKING)]
    running.stopping = True
    running.serve()
