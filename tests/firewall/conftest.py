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
import sys
import time
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

    def end(self) -> None:
        """Kill what was started."""
        for process in self.started:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
        self.started.clear()

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


@contextlib.contextmanager
def making() -> Iterator[Callable[[str], Namespace]]:
    """Makes namespaces; they and what was started in them are gone afterwards."""
    made: list[Namespace] = []

    def make(name: str) -> Namespace:
        space = Namespace(f"tt{os.getpid()}-{next(_numbers)}-{name}")
        subprocess.run(["ip", "netns", "add", space.name], check=True)
        made.append(space)
        space.ip("link set lo up")
        return space

    try:
        yield make
    finally:
        for space in made:
            space.end()
            subprocess.run(["ip", "netns", "del", space.name], check=True)


@pytest.fixture
def alone() -> Iterator[Namespace]:
    """One namespace with nothing in it."""
    require()
    with making() as make:
        yield make("alone")


@dataclass(frozen=True)
class Home:
    """The three namespaces, joined and routed; `reached` are the lines that the internet's servers wrote so far."""

    phone: Namespace
    gateway: Namespace
    internet: Namespace
    log: Path

    def reached(self) -> list[str]:
        return self.log.read_text().splitlines()

    def ask(self, server: str, name: str, rtype: str = "A", *options: str) -> list[str]:
        """What dig on the phone gets from a server; nothing when it gets no answer."""
        command = ["dig", "+short", "+time=2", "+tries=1", *options, f"@{server}", name, rtype]
        done = self.phone.run(*command, check=False)
        return done.stdout.split() if done.returncode == 0 else []

    def connect(self, address: str, port: int, kind: str = "tcp", wait: float = 4.0) -> str:
        """What the phone meets there: `open`, `refused` (at once: within half a second) or `silence`."""
        code = (
            "import socket, sys, time; a, p, k, w = sys.argv[1:]; v6 = ':' in a; begun = time.monotonic()\n"
            "s = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET,"
            " socket.SOCK_STREAM if k == 'tcp' else socket.SOCK_DGRAM); s.settimeout(float(w))\n"
            "try:\n s.connect((a, int(p)))\n"
            " if k == 'udp': s.send(b'x' * 64); s.recv(64)\n print('open')\n"
            "except ConnectionRefusedError: print('refused' if time.monotonic() - begun < 0.5 else 'refused late')\n"
            "except OSError as e: print('silence' if isinstance(e, TimeoutError) else e)"
        )
        return self.phone.run(sys.executable, "-c", code, address, str(port), kind, str(wait)).stdout.strip()


INTERNET = ("8.8.8.8", "9.9.9.9", "110.43.0.83", "198.41.0.4", "198.51.100.5", "198.51.100.6", "2001:4860:4860::8888",
            "2001:db8:8::8", "2001:db8:5::5")  # fmt: skip


@contextlib.contextmanager
def a_home(folder: Path) -> Iterator[Home]:
    """Phone, gateway and internet; the gateway forwards, and nothing filters yet."""
    with making() as make:
        phone, gateway, internet = make("phone"), make("gateway"), make("internet")
        for inner, outer, end in ((phone, gateway, "lan"), (gateway, internet, "wan")):
            outer.ip(f"link add name {end} type veth peer name eth0 netns {inner.name}")
            inner.ip("link set eth0 up")
            outer.ip(f"link set {end} up")
        for space, addresses in (
            (phone, ("192.168.77.10/24 dev eth0", "2001:db8:77::10/64 dev eth0 nodad")),
            (gateway, ("192.168.77.1/24 dev lan", "2001:db8:77::1/64 dev lan nodad")),
            (gateway, ("203.0.113.1/24 dev eth0", "2001:db8:ff::1/64 dev eth0 nodad")),
            (internet, ("203.0.113.2/24 dev wan", "2001:db8:ff::2/64 dev wan nodad")),
            (internet, tuple(f"{one} dev lo" for one in INTERNET)),
        ):
            for address in addresses:
                space.ip(f"address add {address}")
        phone.ip("route add default via 192.168.77.1")
        phone.ip("-6 route add default via 2001:db8:77::1")
        gateway.ip("route add default via 203.0.113.2")
        gateway.ip("-6 route add default via 2001:db8:ff::2")
        internet.ip("route add 192.168.77.0/24 via 203.0.113.1")
        internet.ip("-6 route add 2001:db8:77::/64 via 2001:db8:ff::1")
        gateway.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
        log = folder / "internet.log"
        with log.open("wb") as out:
            servers = internet.start(sys.executable, str(Path(__file__).parent / "internet.py"), stdout=out)
        wait_until(lambda: "ready" in log.read_text() or servers.poll() is not None)
        assert servers.poll() is None
        yield Home(phone, gateway, internet, log)


def wait_until(true: Callable[[], Any], seconds: float = 10.0) -> None:
    """Until something is so; fails when it is not within `seconds`."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not so within {seconds} s"
        time.sleep(0.05)


@pytest.fixture
def until() -> Callable[..., None]:
    """`wait_until`, for tests."""
    return wait_until


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home for the tests of one file: the kernel takes a second to find that its links are up."""
    require()
    with a_home(tmp_path_factory.mktemp("home")) as made:
        ends = ((made.phone, "eth0"), (made.gateway, "lan"), (made.gateway, "eth0"), (made.internet, "wan"))
        wait_until(lambda: all("state UP" in space.run("ip", "link", "show", link).stdout for space, link in ends))
        yield made


@pytest.fixture
def home(street: Home) -> Iterator[Home]:
    """The home without a wall and without anything that an earlier test started."""
    yield street
    for space in (street.phone, street.gateway):
        space.end()
    street.gateway.run("nft", "flush", "ruleset")
