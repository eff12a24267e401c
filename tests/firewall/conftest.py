# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans for the pure tests, and network namespaces with real traffic for the others.

    phone ── 192.168.77.0/24, 2001:db8:77::/64 ── gateway ── 203.0.113.0/24, 2001:db8:ff::/64 ── internet

All traffic stays inside namespaces that the test made.
"""

import contextlib
import ctypes
import itertools
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from firewall.addresses import elements
from firewall.plan import Plan, plan
from firewall.situation import Situation
from firewall.targets import Target, Targets
from store.settings import Settings

FEW = Targets(
    tuple(Target(net, "Acme DNS", "test") for net in (elements(["8.8.8.8"]).v4[0], elements(["2001:db8:8::8"]).v6[0])),
    (Target(elements(["110.43.0.83"]).v4[0], "Acme Lights", "test"),),
)
AT_HOME = Situation(on_link=("2001:db8:77::/64",), own=("203.0.113.1",), dns_ports=((4, 53), (6, 53)))


@pytest.fixture
def make_plan() -> Callable[..., Plan]:
    def make(situation: Situation = AT_HOME, members: Any = (), **chosen: Any) -> Plan:
        return plan(Settings(**{"wall": "enforce", **chosen}), situation, FEW, members)

    return make


def missing() -> str | None:
    """Why tests in namespaces cannot run here, or None."""
    if os.geteuid() != 0:
        return "needs root, to make network namespaces"
    for tool, found in (("nft", shutil.which("nft")), ("ip", shutil.which("ip"))):
        if not found:
            return f"needs {tool}"
    if subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode:
        return "the kernel gives no network namespaces here"
    return None


def require() -> None:
    if reason := missing():
        pytest.skip(reason)


_numbers = itertools.count()


@dataclass
class Namespace:
    """A network namespace; `run` runs a command in it, `inside` moves this thread into it."""

    name: str
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, *command: str, check: bool = True, **more: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["ip", "netns", "exec", self.name, *command],
            capture_output=True,
            text=True,
            check=check,
            timeout=60,
            **more,
        )

    def start(self, *command: str, **more: Any) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(["ip", "netns", "exec", self.name, *command], **more)
        self.started.append(process)
        return process

    def ip(self, command: str) -> None:
        self.run("ip", *command.split())

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Whatever this thread starts or opens meanwhile belongs to the namespace."""
        libc = ctypes.CDLL(None, use_errno=True)
        with Path("/proc/thread-self/ns/net").open() as before, Path(f"/run/netns/{self.name}").open() as there:
            assert libc.setns(there.fileno(), 0) == 0, os.strerror(ctypes.get_errno())
            try:
                yield
            finally:
                assert libc.setns(before.fileno(), 0) == 0

    def ruleset(self) -> str:
        return self.run("nft", "-s", "list", "ruleset").stdout


@pytest.fixture
def namespaces() -> Iterator[Callable[[str], Namespace]]:
    """Makes namespaces; they and what was started in them are gone afterwards."""
    require()
    made: list[Namespace] = []

    def make(name: str) -> Namespace:
        space = Namespace(f"tt{os.getpid()}-{next(_numbers)}-{name}")
        subprocess.run(["ip", "netns", "add", space.name], check=True)
        made.append(space)
        space.ip("link set lo up")
        return space

    yield make
    for space in made:
        for process in space.started:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
        subprocess.run(["ip", "netns", "del", space.name], check=True)


@pytest.fixture
def alone(namespaces: Callable[[str], Namespace]) -> Namespace:
    """One namespace with nothing in it."""
    return namespaces("alone")
