# SPDX-License-Identifier: GPL-3.0-or-later
"""A supervisor whose machine code crashes goes on without it: its children are the same in all else.

What stands in for machine code is a process that says it has some, and dies by a signal where it is asked to crash.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from seen_processes import is_alive
from source_files import HOUSE
from waiting import HANG_SECONDS, until

pytestmark = pytest.mark.process

# A worker that answers a query with what it is, and dies of a certain one if it has machine code.
CHILD = """
import json, os, signal, socket, sys, time
import wire  # with it is decided what runs
from native.finder import Way, running
from store.base.pulse import _own, beat
def main(words):
    number = int(words[1])
    sock = socket.socket(fileno=int(words[0])) if words[0] else None
    stopping = []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        beat()
        with open(f"{os.environ['RUN']}/worker-{number}.json.new", "w") as file:
            json.dump({"pid": os.getpid(), "now": time.time()}, file)
        os.replace(file.name, file.name[:-4])
        if sock is None:
            time.sleep(0.05)
            continue
        sock.settimeout(0.2)
        try:
            query, client = sock.recvfrom(512)
        except TimeoutError:
            continue
        if query.startswith(b"crash") and running().way == Way.COMPILED:
            os.kill(os.getpid(), signal.SIGSEGV)
        sock.sendto(json.dumps({**what_i_am(words), "asked": query.decode()}).encode(), client)

def what_i_am(words):
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    fds = {int(fd): os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")
           if os.path.exists(f"/proc/self/fd/{fd}")}
    return {
        "way": running().way, "wish": os.environ.get("TELLTALE_COMPILED", ""), "mark": os.environ["MARK"],
        "words": [sys.argv, list(words)], "name": status["Name"].strip(), "parent": os.getppid(),
        "title": open("/proc/self/cmdline").read().strip(chr(0)), "nice": os.nice(0),
        "own group": os.getpgid(0) == os.getpid(), "beats": bool(_own), "fds": sorted(fds.items()),
        "kept": {key: status[key].strip() for key in ("Uid", "Gid", "CapEff", "CapPrm", "CapBnd", "NoNewPrivs",
                                                      "Umask", "SigIgn", "SigBlk")},
        "ends with its parent": ends_with(),
    }

def ends_with():
    import ctypes
    signum = ctypes.c_int()
    ctypes.CDLL(None).prctl(2, ctypes.byref(signum), 0, 0, 0)
    return signum.value
"""
SUPERVISOR = """
import os, socket, sys
from pathlib import Path
import crashing_child
from appliance.process import privilege, signals
from appliance.process.children import Spec
from appliance.process.supervisor import Supervisor
from native import finder
from store.base import logs
logs.setup("supervisor")
finder._Door.passed, finder._Door.finder, finder._Door.running = True, None, finder.Running(finder.Way[sys.argv[3]], 3)
os.umask(0o077)
signals.ignore_strange()
privilege.drop_all()
sock = socket.socket(fileno=int(sys.argv[2]))
fd = str(sock.fileno())
specs = [
    Spec("worker-1", "crashing_child", (fd, "1"), (sock.fileno(),), nice=3, worker=True, beats=True),
    Spec("worker-2", "crashing_child", ("", "2"), worker=True, beats=True),
]
os.environ["RUN"], os.environ["MARK"] = sys.argv[1], "a b"
raise SystemExit(Supervisor(specs, Path(sys.argv[1]), os.environ).main())
"""


class Home:
    """The supervisor, and who asks."""

    def __init__(self, folder: Path, way: str) -> None:
        self.run = folder
        (folder / "crashing_child.py").write_text(CHILD)
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.client.connect(self.sock.getsockname())
        self.asked = 0
        environ = {**os.environ, "PYTHONPATH": f"{HOUSE}:{folder}"}
        environ.pop("TELLTALE_COMPILED", None)
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, str(folder), str(self.sock.fileno()), way],
            pass_fds=(self.sock.fileno(),), stderr=subprocess.PIPE, text=True, env=environ,
        )  # fmt: skip

    def told(self) -> dict[str, Any]:
        try:
            return dict(json.loads((self.run / "supervisor.json").read_text()))
        except (OSError, ValueError):
            return {"children": [], "code": {}}

    def pid(self, role: str) -> int | None:
        return next((row["pid"] for row in self.told()["children"] if row["role"] == role), None)

    def environ(self, role: str) -> bytes:
        """As it was at the start of its interpreter: of a fork, its parent's."""
        with suppress(OSError):
            return Path(f"/proc/{self.pid(role)}/environ").read_bytes()
        return b""

    def ask(self, word: str = "who", seconds: float = HANG_SECONDS) -> dict[str, Any] | None:
        """Its answer to this very question, which has a number: what comes to one before, which was asked again, may
        be somebody's who is dead by now."""
        self.asked += 1
        query = f"{word} {self.asked}"
        self.client.settimeout(seconds)
        self.client.send(query.encode())
        with suppress(TimeoutError):
            while True:
                answer = dict(json.loads(self.client.recv(8192)))
                if answer.pop("asked") == query:
                    return answer
        return None

    def answer(self) -> dict[str, Any]:
        """The first; a question may be lost with a child that had taken it."""
        answers: list[dict[str, Any] | None] = []
        until(lambda: answers.append(self.ask(seconds=1.0)) or answers[-1])
        assert answers[-1] is not None
        return answers[-1]

    def crash(self) -> None:
        """Have it crash once, and come back."""
        until(lambda: self.pid("worker-1"))
        old = self.pid("worker-1")
        self.client.send(b"crash")
        until(lambda: self.pid("worker-1") not in (None, old))


@contextmanager
def home(folder: Path, way: str = "COMPILED") -> Iterator[Home]:
    one = Home(folder, way)
    try:
        yield one
    finally:
        one.process.kill()
        one.process.communicate()
        one.sock.close()
        one.client.close()


def test_after_the_second_crash_it_is_plain_and_the_same_in_all_else(tmp_path: Path) -> None:
    with home(tmp_path) as one:
        before = one.answer()
        second = one.pid("worker-2")
        assert before["way"] == "compiled"
        one.crash()
        assert one.answer()["way"] == "compiled", "once may be chance"
        one.crash()
        after = one.answer()
        assert (after.pop("way"), after.pop("wish")) == ("off", "off")
        assert (before.pop("way"), before.pop("wish")) == ("compiled", "")
        given = [dict(each.pop("fds")) for each in (before, after)]
        kinds = [sorted(what.partition(":")[0] for what in each.values()) for each in given]
        assert kinds[0] == kinds[1], "as many descriptors: its socket, the new pipe of its pulse, and no other"
        number = one.sock.fileno()
        assert given[0][number] == given[1][number] and "socket" in given[0][number]
        assert after == before
        assert before["ends with its parent"] == signal.SIGKILL and before["beats"]
        assert before["nice"] == min(19, os.nice(0) + 3)
        until(lambda: one.pid("worker-2") not in (None, second) and b"TELLTALE_COMPILED=off" in one.environ("worker-2"))
        until(lambda: one.told()["code"] == {**one.told()["code"], "way": "crashed", "crashes": 2})
        for _ in range(3):
            assert one.ask("crash") is not None, "plain Python answers what machine code died of"
        one.process.terminate()
        _, log = one.process.communicate(timeout=HANG_SECONDS)
    assert one.process.returncode == 0
    assert log.count("compiled code crashed 2 times; from now on all children run plain Python") == 1
    assert log.count("was killed by SIGSEGV") == 2 and "Traceback" not in log


def test_a_plain_child_ends_with_its_supervisor(tmp_path: Path) -> None:
    with home(tmp_path) as one:
        one.answer()
        one.crash()
        one.crash()
        one.answer()
        pids = [one.pid("worker-1"), one.pid("worker-2")]
        one.process.kill()
        one.process.wait()
        until(lambda: not any(map(is_alive, pids)))


def test_without_machine_code_a_child_is_forked_however_often_it_crashes(tmp_path: Path) -> None:
    with home(tmp_path, "PLAIN") as one:
        for _ in range(3):
            one.answer()
            until(lambda: one.pid("worker-1"))
            old = int(one.pid("worker-1") or os.getpid())
            os.kill(old, signal.SIGSEGV)
            until(lambda old=old: one.pid("worker-1") not in (None, old))
        answer = one.answer()
        assert (answer["way"], answer["wish"]) == ("plain", "")
        assert one.told()["code"]["way"] == "plain"
        assert not one.told()["fallbacks"]
