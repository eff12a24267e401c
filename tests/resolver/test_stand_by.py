# SPDX-License-Identifier: GPL-3.0-or-later
"""Who stands by holds nothing, answers what an owner leaves lying, and holds nothing again once it is calm."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dns.message
import pytest
from seen_processes import is_alive
from waiting import HANG_SECONDS, until

from resolver import stand_by
from store.base import status

pytestmark = [pytest.mark.process, pytest.mark.database]

ROOT = Path(__file__).parents[2]
QUERY = b"\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x09localhost\x00\x00\x01\x00\x01"


class Standing:
    """The process beside an owner, which is the test: it has the socket, and reads from it or not."""

    def __init__(self, state: Path, run: Path, prelude: str = "") -> None:
        self.run = run
        self.owner = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.owner.bind(("127.0.0.1", 0))
        self.client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.client.connect(self.owner.getsockname())
        self.client.settimeout(HANG_SECONDS)
        self.records = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        words = ["--state", str(state), "--run", str(run), "--number", "2", "--udp", "", "--tcp", ""]
        fds = self.owner.fileno(), self.records[0].fileno()
        words += ["--spare", str(fds[0]), "--records", str(fds[1])]
        code = f"import sys\nfrom resolver import stand_by\n{prelude}\nstand_by.main(sys.argv[1:])"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *words], pass_fds=fds, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
        until(lambda: status.read_pid(run, "worker-2") == self.process.pid)

    def forks(self) -> list[int]:
        text = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in text.split()]

    def ask(self, number: int) -> bytes:
        """The answer to a query that its owner leaves alone."""
        self.client.send(number.to_bytes(2) + QUERY)
        return self.client.recv(512)

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()
        for sock in (self.owner, self.client, *self.records):
            sock.close()


Stand = Callable[..., Standing]


@pytest.fixture
def stand(state: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    made: list[Standing] = []

    def begin(prelude: str = "") -> Standing:
        made.append(Standing(state, tmp_path_factory.mktemp("run"), prelude))
        return made[-1]

    yield begin
    for standing in made:
        standing.close()


def test_what_an_owner_takes_is_left_to_it(stand: Stand) -> None:
    standing = stand()

    def takes_them_in_time() -> bool:
        """An owner that a busy machine keeps from its socket for longer is taken to be gone."""
        nonlocal standing
        slowest = 0.0
        for number in range(50):
            begun = time.monotonic()
            standing.client.send(number.to_bytes(2) + QUERY)
            standing.owner.recv(512)
            slowest = max(slowest, time.monotonic() - begun)
        if slowest >= stand_by.LEFT_SECONDS:
            standing = stand()
        return slowest < stand_by.LEFT_SECONDS

    until(takes_them_in_time)
    assert not standing.forks()
    assert (told := status.read(standing.run).workers["worker-2"]).queries == 0 and not told.index.names


def test_what_is_left_lying_is_answered_by_a_worker_like_any_other(stand: Stand) -> None:
    standing = stand()
    message = dns.message.from_wire(standing.ask(7))
    assert message.id == 7 and message.answer
    (fork,) = standing.forks()
    until(lambda: status.read_pid(standing.run, "worker-2") == fork)
    assert standing.ask(8)[:2] == b"\x00\x08" and standing.forks() == [fork]
    until(lambda: standing.records[1].recv(1 << 16))  # the record of it


def test_a_fork_that_dies_is_followed_by_another(stand: Stand) -> None:
    standing = stand("stand_by.AGAIN_SECONDS = 0.0")
    standing.ask(1)
    (fork,) = standing.forks()
    os.kill(fork, signal.SIGKILL)
    assert standing.ask(2)
    assert standing.forks() != [fork]


def test_when_it_is_calm_nothing_is_held_any_more_and_the_next_is_answered_again(stand: Stand) -> None:
    standing = stand("stand_by.CALM_SECONDS = 0.01")
    for number in range(3):
        assert standing.ask(number)[:2] == number.to_bytes(2)
        until(lambda: not standing.forks() and status.read_pid(standing.run, "worker-2") == standing.process.pid)


LISTENING = """
import pathlib, signal
def run(given, calm):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # a word that comes before the wait is not lost
    pathlib.Path(given["run"], "ready").touch()
    signal.sigwait({signal.SIGCHLD})
    pathlib.Path(given["run"], "told").touch()
    signal.pause()
stand_by.worker.run = run
"""


def test_who_answers_is_told_to_look_as_who_waits_is(stand: Stand) -> None:
    standing = stand(LISTENING)
    standing.client.send(b"\0\1" + QUERY)
    until((standing.run / "ready").exists)
    assert not (standing.run / "told").exists()
    standing.process.send_signal(signal.SIGCHLD)
    until((standing.run / "told").exists)


ASKED = """
import pathlib
stand_by.SETTLED_SECONDS = 0.0
stand_by._is_early = lambda: {early}
stand_by.ask_renewal = lambda: pathlib.Path(sys.argv[sys.argv.index("--run") + 1], "asked").touch()
"""


def test_who_began_with_the_house_asks_to_be_forked_once_more_and_no_other(stand: Stand) -> None:
    assert (stand(ASKED.format(early=True)).run / "asked").exists(), "with its first status"
    assert not (stand(ASKED.format(early=False)).run / "asked").exists()


@pytest.mark.parametrize(("ours", "early"), [(1_000.2, True), (1_059.9, True), (1_060.0, False), (9_000.0, False)])
def test_early_is_who_began_within_a_minute_of_its_parent(
    monkeypatch: pytest.MonkeyPatch, ours: float, early: bool
) -> None:
    monkeypatch.setattr(stand_by, "_started", lambda pid: ours if pid == "self" else 1_000.0)
    assert stand_by._is_early() is early


def test_where_nobody_tells_when_a_process_began_none_is_early(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stand_by._started(str(os.getppid())) <= stand_by._started("self")
    monkeypatch.setattr(stand_by, "_STARTED", 10_000)
    assert not stand_by._is_early()


def test_told_to_end_it_ends_with_its_fork(stand: Stand) -> None:
    for is_answering in (False, True):
        standing = stand()
        forks = standing.forks() if is_answering and standing.ask(1) else []
        assert bool(forks) is is_answering
        standing.process.terminate()
        _, log = standing.process.communicate(timeout=HANG_SECONDS)
        assert standing.process.returncode == 0 and "Traceback" not in log
        assert not any(map(is_alive, forks))


@pytest.mark.parametrize(("pid", "warns"), [(os.getpid, False), (lambda: None, False), (None, True)])
def test_it_is_a_warning_where_an_owner_is_there_and_does_not_take_them(
    stand: Stand, pid: Callable[[], int | None] | None, warns: bool
) -> None:
    """Its siblings are the children of this process: not itself, and nobody who has not said anything yet."""
    standing = stand()
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as owner:
        said = pid() if pid is not None else owner.pid
        if said is not None:
            (standing.run / "worker-1.json").write_text(json.dumps({"pid": said}))
        standing.ask(1)
    standing.process.terminate()
    _, log = standing.process.communicate(timeout=HANG_SECONDS)
    assert ("WARNING queries are left lying" in log) is warns
    assert ("INFO what comes while a worker is not ready" in log) is not warns


def test_nobody_answers_when_it_was_killed(stand: Stand) -> None:
    standing = stand()
    standing.ask(1)
    (fork,) = standing.forks()
    standing.process.kill()
    standing.process.wait()
    until(lambda: not is_alive(fork))
