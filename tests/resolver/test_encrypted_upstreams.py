# SPDX-License-Identifier: GPL-3.0-or-later
"""Two servers over TLS and two over HTTPS, each of which fails in every way while a home goes on asking.

No query is lost, none is slow, nothing leaves in the clear, and handshakes are few. `ENCRYPTED_SECONDS=60` makes each
trouble as long as a minute, on a calm machine: how long each query took is then looked at, too. That none waits for
longer than a worker lets it holds on any: it would be answered with an error.
"""

from __future__ import annotations

import os
import select
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import dns.message
import encrypted_servers
import pytest
from encrypted_servers import EncryptedServer
from namespaces import Namespace, making, require
from own_authority import Authority
from running_worker import RunningWorker
from waiting import HANG_SECONDS, until

from resolver.upstream.hedging import STALE_SECONDS

SECONDS = float(os.environ.get("ENCRYPTED_SECONDS", "1.5"))
pytestmark = [pytest.mark.netns, pytest.mark.slow, pytest.mark.timeout(900 + 40 * SECONDS)]
RATE = 50
SLOWEST = 2.5 if SECONDS >= 10 else HANG_SECONDS
TROUBLES: dict[str, tuple[Callable[[EncryptedServer], None], Callable[[EncryptedServer], None]]] = {
    # First, since whose turn it is then is asked for sure: a connection at rest is not reset.
    "reset": (EncryptedServer.reset_now_and_then, EncryptedServer.let_be),
    "restart": (EncryptedServer.stop, EncryptedServer.start),
    "silence": (EncryptedServer.pause, EncryptedServer.resume),
    "expired": (EncryptedServer.expire, EncryptedServer.renew),
}
SERVERS = (("unbound", "tls"), ("dnsdist", "tls"), ("unbound", "https"), ("dnsdist", "https"))


@dataclass
class Watch:
    """Counts what enters a namespace by port, from a socket that sees every packet."""

    sock: socket.socket
    ports: dict[int, int] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.over.is_set():
            if not select.select([self.sock], [], [], 0.1)[0]:
                continue
            packet = self.sock.recv(2048)
            if packet[:1] == b"\x45" and packet[9] in (socket.IPPROTO_TCP, socket.IPPROTO_UDP):
                port = int.from_bytes(packet[22:24], "big")
                self.ports[port] = self.ports.get(port, 0) + 1


@dataclass
class Street:
    """The home with its worker, the servers, and what was seen between them."""

    home: Namespace
    worker: RunningWorker
    servers: list[EncryptedServer]
    watch: Watch
    asked: int = 0
    answers: list[int] = field(default_factory=list)  # of each server, when `busiest` looked last

    def ask(self, seconds: float, label: str) -> dict[str, float]:
        """Ask fifty new names a second; how long each took. All have to be answered with the address."""
        sent: dict[bytes, tuple[float, str]] = {}
        times: dict[str, float] = {}
        with self.home.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect((self.worker.address, self.worker.port))
            begun, number = time.monotonic(), 0
            while sent or number < seconds * RATE:
                now = time.monotonic()
                oldest = min(sent.values())[0] if sent else now
                assert now - oldest < HANG_SECONDS, f"{label}: {len(sent)} of {number} are lost"
                if number < seconds * RATE and now >= begun + number / RATE:
                    name = f"{label}-{number}.streets.net"
                    query = dns.message.make_query(name, "A", id=number % 65_536)
                    sent[query.to_wire()[:2]] = now, name
                    sock.send(query.to_wire())
                    number += 1
                if select.select([sock], [], [], 0.005)[0]:
                    packet = sock.recv(2048)
                    assert packet[3] & 0xF == 0 and packet[-4:] == b"\xcb\0\x71\7", f"{label}: {packet!r}"
                    sent_at, name = sent.pop(packet[:2])
                    times[name] = time.monotonic() - sent_at
        self.asked += number
        return times

    def ask_alone(self, number: int) -> None:
        """Ask while all other servers are stopped, until this one answers: it may have been stopped until just now."""
        others = self.servers[:number] + self.servers[number + 1 :]
        for other in others:
            other.stop()
        until(lambda: self._resolves(f"alone-{number}-{self.asked}.streets.net"))
        for other in others:
            other.start()

    def _resolves(self, name: str) -> bool:
        self.asked += 1
        with self.home.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect((self.worker.address, self.worker.port))
            sock.send(dns.message.make_query(name, "A").to_wire())
            return bool(select.select([sock], [], [], 10)[0]) and sock.recv(2048)[-4:] == b"\xcb\0\x71\7"

    def busiest(self) -> EncryptedServer:
        """The server that was asked most since this was asked last."""
        answers = [upstream.answers for upstream in self.worker.status().upstreams]
        gained = [now - before for now, before in zip(answers, self.answers or [0] * len(answers), strict=True)]
        self.answers = answers
        return self.servers[gained.index(max(gained))]

    def told(self, names: Collection[str]) -> list[str]:
        """How long the worker says that these took, and who answered: whoever runs late is not always the worker."""
        rows: list[str] = []
        while len(rows) < len(names):
            rows += [f"{key.name}: {took / 1e6:.3f} s by {key.upstream}" for _, key, took in self.worker.rows(1)
                     if key.name in names]  # fmt: skip
        return rows

    def handshakes(self) -> int:
        return sum(upstream.handshakes for upstream in self.worker.status().upstreams)


@pytest.fixture
def street(trusted: Authority, state: Path, tmp_path: Path) -> Iterator[Street]:
    require()
    if tool := encrypted_servers.missing():
        pytest.skip(f"needs {tool}")
    with making() as make:
        home, outside = make("home"), make("outside")
        outside.ip("link add name wan type veth peer name eth0 netns " + home.name, "link set wan up")
        outside.ip("address add 198.51.100.1/24 dev wan", *(
            f"address add 198.51.100.{11 + n}/24 dev wan" for n in range(len(SERVERS))
        ))  # fmt: skip
        home.ip("link set eth0 up", "address add 198.51.100.2/24 dev eth0", "route add default via 198.51.100.1")
        servers = [
            EncryptedServer(program, scheme, f"198.51.100.{11 + n}", outside, tmp_path, trusted)
            for n, (program, scheme) in enumerate(SERVERS)
        ]
        for server in servers:
            server.start()
        with outside.inside():
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.ntohs(0x0800))
        watch = Watch(sock)
        watching = threading.Thread(target=watch.run)
        watching.start()
        # In memory, as an appliance has it: on a disk that others write to, a worker waits seconds for its status.
        run = Path(tempfile.mkdtemp(dir="/dev/shm"))
        specs = ",".join(server.spec for server in servers)
        with home.inside():
            worker = RunningWorker(state, run, {"TELLTALE_UPSTREAMS": specs, "SSL_CERT_FILE": str(trusted.certificate)})
        try:
            yield Street(home, worker, servers, watch)
        finally:
            worker.stop()
            watch.over.set()
            watching.join()
            sock.close()
            shutil.rmtree(run)


def test_each_server_fails_in_every_way_and_nobody_notices(street: Street) -> None:
    slowest = max(street.ask(SECONDS, "well").values())
    left = [(server, trouble) for server in street.servers for trouble in TROUBLES]
    rounds, struck = len(left), 0  # of which: whose server was the one asked
    while left:
        busiest = street.busiest()
        server, trouble = next((pair for pair in left if pair[0] is busiest), left[0])
        left.remove((server, trouble))
        struck += server is busiest
        begin, end = TROUBLES[trouble]
        begin(server)
        times = street.ask(SECONDS / 2, label := f"{trouble}-{server.program}-{server.scheme}")
        end(server)
        times |= street.ask(SECONDS / 2, f"after-{label}")
        slowest = max(slowest, *times.values())
        late = {name: seconds for name, seconds in times.items() if seconds >= SLOWEST}
        assert not late, f"{late}; of which the worker says {street.told(late)}"
    until(lambda: street.worker.status().queries >= street.asked)
    handshakes, broken = street.handshakes(), sum(server.broken for server in street.servers)
    troubles = f"{struck} of {rounds} troubles befell the server that was asked most"
    print(f"{street.asked} asked, slowest {slowest:.3f} s, {handshakes} handshakes; {troubles}, {broken} resets")
    # A trouble costs a few, of others, too, that are asked meanwhile, and of all that a busy machine keeps from
    # answering; one for each query were a thousand.
    assert 0 < handshakes <= street.asked / 4, street.worker.status().upstreams
    assert broken and struck
    for number in range(len(street.servers)):  # whoever is slower than the others may not have been asked yet
        street.ask_alone(number)
    assert not street.watch.ports.get(53), street.watch.ports
    assert street.watch.ports[853] and street.watch.ports[443]


@pytest.mark.parametrize("idle_seconds", [0.0, STALE_SECONDS + 1])
@pytest.mark.parametrize("number", [1, 2])
def test_a_lone_server_is_reached_again_when_the_router_has_forgotten_the_connection(
    street: Street, state: Path, trusted: Authority, tmp_path: Path, number: int, idle_seconds: float
) -> None:
    """After a night's new address of the line, or a nap: nobody waits out a whole question's time."""
    server = street.servers[number]
    environ = {"TELLTALE_UPSTREAMS": server.spec, "SSL_CERT_FILE": str(trusted.certificate)}
    (run := tmp_path / "lone").mkdir()
    with street.home.inside():
        lone = RunningWorker(state, run, environ, number=2)
    try:
        alone = replace(street, worker=lone)
        alone.ask(0.5, f"before-{number}")
        server.forget(street.home)
        threading.Event().wait(idle_seconds)  # the subject: what was silent for long is given up sooner
        times = alone.ask(1.0, f"after-{number}")
        server.let_be()
        print(f"{server.scheme} after {idle_seconds} s: slowest {max(times.values()):.3f} s")
        assert server.broken, "packets were dropped"
        assert max(times.values()) < SLOWEST, sorted(times.values())[-5:]
    finally:
        lone.stop()
