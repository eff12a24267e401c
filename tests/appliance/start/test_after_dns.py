# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS first: what else belongs to a start follows once the workers answer, or when they take too long."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from clock import Clock
from waiting import HANG_SECONDS, until

from appliance.errors import Complaint
from appliance.process.children import Spec
from appliance.process.sockets import DnsSockets
from appliance.start import after_dns, state_directory
from appliance.start.after_dns import STATE, Opening
from appliance.start.inventory import House
from blocklists.index.index import Index
from native.finder import VARIABLE, Running, Way
from store.config.settings import Settings

pytestmark = pytest.mark.process

REST = [Spec("worker-2", "resolver.worker", worker=True), Spec("webui", "webui.app")]


class FakeSupervisor:
    """Says when its workers answer, remembers what it was given, and does its chore when a test wants it."""

    def __init__(self) -> None:
        self.answering = False
        self.added: list[str] = []
        self.chore: Callable[[], bool] | None = None
        self.regular: list[Callable[[], None]] = []
        self.ends: list[tuple[bool, int]] = []

    def answers(self) -> bool:
        return self.answering

    def add(self, specs: list[Spec]) -> None:
        self.added += [spec.role for spec in specs]

    def meanwhile(self, chore: Callable[[], bool]) -> None:
        self.chore = chore

    def every(self, seconds: float, action: Callable[[], None]) -> None:
        self.regular.append(action)

    def note_end(self, compiled: bool, code: int, what: str) -> None:
        assert what.startswith("prepare ")
        self.ends.append((compiled, code))

    def turn(self) -> bool:
        assert self.chore is not None
        return self.chore()


@pytest.fixture
def house(state: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(after_dns, "COMPILE_SECONDS", HANG_SECONDS)  # as long as a busy machine takes
    with socket.socket() as web:
        dns = DnsSockets(endpoints=[("127.0.0.1", 5300)])
        yield House(state, state / "run", Settings(), dns, web, ("127.0.0.1", 8053))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """So that nobody runs out of patience before the test wants it."""
    return Clock(monkeypatch)


def begun(house: House, password: str | None = None, more: bool = False) -> FakeSupervisor:
    supervisor = FakeSupervisor()
    extra = (lambda _: [Spec("demo", "appliance.demo.demo")]) if more else None
    Opening(house, os.environ, password, False, extra).begin(supervisor, REST)  # type: ignore[arg-type]
    return supervisor


def test_the_rest_starts_when_the_workers_answer_and_the_banner_comes_last(
    house: House, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor = begun(house, more=True)
    assert not supervisor.turn()
    assert supervisor.added == []
    supervisor.answering = True
    assert not supervisor.turn()
    assert supervisor.added == ["worker-2", "webui"]
    assert capsys.readouterr().out == ""
    until(supervisor.turn)
    assert supervisor.added == ["worker-2", "webui", "demo"]
    assert "http://127.0.0.1:8053/" in capsys.readouterr().out


def test_workers_that_never_answer_do_not_keep_the_pages_from_telling_of_it(
    house: House, clock: Clock
) -> None:
    supervisor = begun(house)
    assert not supervisor.turn()
    assert supervisor.added == []
    clock.now += after_dns.PATIENCE_SECONDS
    until(supervisor.turn)
    assert supervisor.added == ["worker-2", "webui"]


def test_without_an_index_one_is_made_before_anything_is_started(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    index = house.state / "index" / "current.idx"
    index.unlink()
    supervisor = begun(house)
    assert index.exists()
    assert supervisor.chore is None
    assert supervisor.added == ["worker-2", "webui"]
    assert house.code
    assert house.code in capsys.readouterr().out


def test_the_first_password_is_set(house: House) -> None:
    (house.state / "index" / "current.idx").unlink()
    begun(house, password="a long first password")
    with closing(sqlite3.connect(house.state / "config.db")) as con:
        assert con.execute("SELECT count(*) FROM account").fetchone() == (1,)
    assert house.code is None
    assert any("TELLTALE_PASSWORD" in note for note in house.notes)


def test_where_nothing_can_be_written_nothing_is_made_ready(house: House) -> None:
    house.troubles[STATE] = "It cannot be written."
    supervisor = begun(house)
    supervisor.answering = True
    assert supervisor.turn()
    assert supervisor.added == ["worker-2", "webui"]


def test_what_was_left_out_is_done_once_the_directory_is_mended(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The state directory at a start alone: a full disk, a newer config.db. Nobody has to start anything again."""
    house.alone, house.troubles[STATE] = True, "It cannot be used."
    full = [True]

    def probe(state: Path) -> None:
        if full:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(state_directory, "probe", probe)
    supervisor = begun(house)
    supervisor.answering = True
    assert supervisor.turn()
    assert supervisor.added == ["worker-2"], "DNS alone"
    again = supervisor.regular[0]
    again()
    assert house.troubles
    full.clear()
    until(lambda: again() or not house.troubles)
    assert supervisor.added == ["worker-2", "webui"] and not house.alone


def test_an_index_that_takes_long_to_compile_keeps_nobody_waiting(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(after_dns, "COMPILE_SECONDS", 0.0)
    (house.state / "index" / "current.idx").unlink()
    supervisor = begun(house)
    assert supervisor.chore is not None, "the workers start now, with the packs"
    supervisor.answering = True
    until(supervisor.turn)
    assert (house.state / "index" / "current.idx").exists()


@pytest.mark.parametrize("damage", ["older", "torn", "missing"])
def test_without_an_index_that_reads_one_is_compiled_before_dns_is_answered(house: House, damage: str) -> None:
    """After an upgrade the format may be another; all that was read before was whether a file is there."""
    path = house.state / "index" / "current.idx"
    data = path.read_bytes()
    path.write_bytes(data[:8] + bytes(4) + data[12:] if damage == "older" else data[:1000])
    if damage == "missing":
        path.unlink()
    supervisor = begun(house)
    assert supervisor.chore is None and len(Index.open(path)) > 0


def test_what_cannot_be_made_ready_ends_the_start_only_where_nothing_can_answer(
    house: House
) -> None:
    (house.state / "config.db").write_bytes(b"no database" * 1000)
    supervisor = begun(house)
    supervisor.answering = True
    until(supervisor.turn)
    assert "last good state" in house.troubles[STATE]
    (house.state / "index" / "current.idx").unlink()
    house.used = False
    house.troubles.clear()
    with pytest.raises(Complaint, match="could not be made ready"):
        begun(house)


@pytest.fixture
def crashing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What makes ready dies of its machine code, as long as it has some."""
    monkeypatch.setattr(after_dns, "running", lambda: Running(Way.COMPILED, files=1))
    begin = subprocess.Popen

    def started(command: list[str], **more: Any) -> subprocess.Popen[bytes]:
        if more["env"].get(VARIABLE) == "off":
            return begin(command, **more)
        die = [sys.executable, "-c", f"import os; os.kill(os.getpid(), {int(signal.SIGILL)})"]
        return begin(die, **more)

    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.setattr(after_dns.subprocess, "Popen", started)


@pytest.mark.usefixtures("crashing")
@pytest.mark.parametrize("used", [True, False])
def test_where_machine_code_crashes_all_is_made_ready_without_it(house: House, used: bool) -> None:
    if not used:
        (house.state / "index" / "current.idx").unlink()
        house.used = False
    supervisor = begun(house, password="a long first password")
    if used:
        supervisor.answering = True
        until(supervisor.turn)
    assert supervisor.ends == [(True, -signal.SIGILL)] and STATE not in house.troubles
    assert supervisor.added == ["worker-2", "webui"] and can_answer(house)
    with closing(sqlite3.connect(house.state / "config.db")) as con:
        assert con.execute("SELECT count(*) FROM account").fetchone() == (1,)


def can_answer(house: House) -> bool:
    return len(Index.open(house.state / "index" / "current.idx")) > 0
