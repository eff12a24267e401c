"""A scripted upstream and a real worker process, as the tests of the resolver need them."""

from __future__ import annotations

import os
import queue
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dns.message
import dns.query
import pytest
from dnslib import QTYPE, RR, SOA, A, DNSRecord

from store.base import db, status
from store.config.watch import Watcher
from store.log import records
from store.log.records import Batch, Key


def bound_pair(address: str) -> tuple[socket.socket, socket.socket, int]:
    """A UDP socket and a listening TCP socket on one port that is free for both, and the port."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for _ in range(50):
        udp, tcp = socket.socket(family, socket.SOCK_DGRAM), socket.socket(family, socket.SOCK_STREAM)
        udp.bind((address, 0))
        port = udp.getsockname()[1]
        try:
            tcp.bind((address, port))
        except OSError:
            udp.close()
            tcp.close()
            continue
        tcp.listen(50)
        return udp, tcp, port
    raise RuntimeError("no free port for both UDP and TCP")


class ScriptedUpstream:
    """A DNS server on loopback that behaves as the second label of a name tells it: `x.silent.example` and so on.

    It answers anything else with 192.0.2.1 and a TTL of 300. `asked` counts names over both transports; `ports` holds
    the ports from which UDP queries came. A test may add to `behaviours`.
    """

    def __init__(self) -> None:
        self.behaviours = dict(BEHAVIOURS)
        self.asked: Counter[str] = Counter()
        self.over_tcp: Counter[str] = Counter()
        self.ports: list[int] = []
        self.packets: list[bytes] = []
        self.silent = False
        self._udp, self._tcp, self.port = bound_pair("127.0.0.1")
        self._running = True
        self._threads = [threading.Thread(target=serve, daemon=True) for serve in (self._serve_udp, self._serve_tcp)]
        for thread in self._threads:
            thread.start()

    @property
    def spec(self) -> str:
        return f"127.0.0.1:{self.port}"

    def close(self) -> None:
        self._running = False
        for thread in self._threads:
            thread.join(2)
        self._udp.close()
        self._tcp.close()

    def _serve_udp(self) -> None:
        while self._running:
            if not select.select([self._udp], [], [], 0.1)[0]:
                continue
            packet, address = self._udp.recvfrom(4096)
            self.ports.append(address[1])
            for delay, source, response in self._answers(packet, tcp=False):
                if delay:
                    threading.Timer(delay, self._send, (response, address)).start()
                elif source == "other port":
                    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as other:
                        other.sendto(response, address)
                else:
                    self._send(response, address)

    def _send(self, response: bytes, address: tuple[str, int]) -> None:
        if self._running:
            self._udp.sendto(response, address)

    def _serve_tcp(self) -> None:
        while self._running:
            if select.select([self._tcp], [], [], 0.1)[0]:
                connection, _ = self._tcp.accept()
                threading.Thread(target=self._serve_connection, args=(connection,), daemon=True).start()

    def _serve_connection(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        with connection:
            try:
                while head := connection.recv(2):
                    packet = connection.recv(int.from_bytes(head, "big"))
                    for _, _, response in self._answers(packet, tcp=True):
                        connection.sendall(len(response).to_bytes(2, "big") + response)
            except OSError:
                return

    def _answers(self, packet: bytes, *, tcp: bool) -> list[tuple[float, str, bytes]]:
        """(delay, "" or "other port", response) for one query."""
        try:
            query = DNSRecord.parse(packet)
            query.reply().pack()
        except Exception:  # a name that the library cannot read: it exists no more than others of its kind
            return [(0, "", packet[:2] + b"\x81\x83\0\1" + bytes(6) + packet[12:-11])]
        name = str(query.q.qname).rstrip(".").lower()
        self.asked[name] += 1
        self.packets.append(packet)
        self.over_tcp[name] += tcp
        if self.silent:
            return []
        labels = name.split(".")
        behave = self.behaviours.get(labels[1] if len(labels) > 1 else "", plain)
        return behave(packet, query, tcp)


Answers = list[tuple[float, str, bytes]]


def plain(packet: bytes, query: DNSRecord, tcp: bool, address: str = "192.0.2.1", ttl: int = 300) -> Answers:
    reply = query.reply()
    if query.q.qtype == QTYPE.A:
        reply.add_answer(RR(query.q.qname, QTYPE.A, rdata=A(address), ttl=ttl))
    else:
        reply.add_auth(RR("example", QTYPE.SOA, rdata=SOA("ns.example", "x.example", (1, 2, 3, 4, 60)), ttl=60))
    return [(0, "", bytes(reply.pack()))]


def _only(response: bytes) -> Answers:
    return [(0, "", response)]


def _wrong_id(packet: bytes, query: DNSRecord, tcp: bool) -> Answers:
    good = plain(packet, query, tcp, "203.0.113.66")[0][2]
    return _only(bytes([good[0] ^ 0xFF, good[1]]) + good[2:])


def _forged_first(packet: bytes, query: DNSRecord, tcp: bool) -> Answers:
    forged = plain(packet, query, tcp, "203.0.113.66")[0][2]
    other_case = forged.replace(_section(packet), _section(packet).swapcase(), 1)
    return [(0, "", other_case), (0.1, "", plain(packet, query, tcp)[0][2])]


def _other_question(packet: bytes, query: DNSRecord, tcp: bool) -> Answers:
    other = DNSRecord.question("evil.example")
    other.header.id = query.header.id
    return plain(packet, other, tcp, "203.0.113.66")


def _truncated(packet: bytes, query: DNSRecord, tcp: bool) -> Answers:
    good = plain(packet, query, tcp)[0][2]
    return _only(good if tcp else good[:2] + bytes([good[2] | 2]) + good[3:])


def _big(packet: bytes, query: DNSRecord, tcp: bool) -> Answers:
    if not tcp:
        return _truncated(packet, query, tcp)
    reply = query.reply()
    for number in range(200):
        reply.add_answer(RR(query.q.qname, QTYPE.A, rdata=A(f"192.0.2.{number}"), ttl=60))
    return _only(bytes(reply.pack()))


def _head(packet: bytes, ancount: int) -> bytes:
    """Header and question of a response that claims `ancount` answers."""
    return packet[:2] + b"\x81\x80\0\1" + ancount.to_bytes(2, "big") + bytes(4) + _section(packet)


def _section(packet: bytes) -> bytes:
    return packet[12 : 12 + packet[12:].index(b"\0") + 5]


def _pointer_loop(packet: bytes, query: DNSRecord, tcp: bool) -> Answers:
    head = _head(packet, 1)
    here = len(head) + 12  # where the CNAME's data begins: it points to itself
    return _only(head + b"\xc0\x0c\0\5\0\1\0\0\0\x3c\0\2" + (0xC000 | here).to_bytes(2, "big"))


def _bomb(packet: bytes, query: DNSRecord, tcp: bool) -> Answers:
    head = _head(packet, 5000)
    return _only((head + b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\1\2\3\4" * 5000)[: 65535 if tcp else 4000])


def _nx(packet: bytes, query: DNSRecord, tcp: bool) -> Answers:
    reply = query.reply()
    reply.header.rcode = 3
    reply.add_auth(RR("example", QTYPE.SOA, rdata=SOA("ns.example", "x.example", (1, 2, 3, 4, 90)), ttl=600))
    return _only(bytes(reply.pack()))


def _cloak(packet: bytes, query: DNSRecord, tcp: bool) -> Answers:
    return _only(
        _head(packet, 2)
        + b"\xc0\x0c\0\5\0\1\0\0\0\x3c\0\x11\4hide\7tracker\2xx\0"[:-1].ljust(29, b"\0")
        + b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\7"
    )


BEHAVIOURS: dict[str, Callable[[bytes, DNSRecord, bool], Answers]] = {
    "silent": lambda *_: [],
    "slow": lambda *given: [(0.3, "", plain(*given)[0][2])],
    "wrongid": _wrong_id,
    "otherport": lambda *given: [(0, "other port", plain(*given, "203.0.113.66")[0][2])],
    "forgedfirst": _forged_first,
    "otherquestion": _other_question,
    "truncated": _truncated,
    "big": _big,
    "loop": _pointer_loop,
    "bomb": _bomb,
    "chain": lambda packet, *_: _only(_head(packet, 40) + b"\xc0\x0c\0\5\0\1\0\0\0\x3c\0\2\xc0\x0c" * 40),
    "cut": lambda *given: _only(plain(*given)[0][2][:-3]),
    "servfail": lambda packet, *_: _only(packet[:2] + b"\x81\x82\0\1" + bytes(6) + _section(packet)),
    "nx": _nx,
    "cloak": _cloak,
    "short": lambda *given: plain(*given, ttl=1),
    "forever": lambda *given: plain(*given, ttl=2**31),
    "long": lambda *given: plain(*given, ttl=2**30),
    "zero": lambda *given: plain(*given, ttl=0),
}


class RunningWorker:
    """A worker process on loopback, with the test in the place of the recorder."""

    def __init__(self, state: Path, run: Path, environ: dict[str, str], address: str = "127.0.0.1") -> None:
        self.state, self.run = state, run
        self._udp, self._tcp, self.port = bound_pair(address)
        if address == "0.0.0.0":
            self._udp.setsockopt(socket.IPPROTO_IP, 8, 1)  # IP_PKTINFO
        elif address == "::":
            self._udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
        self._records, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._batches: queue.Queue[Batch] = queue.Queue()
        self.log: list[str] = []
        fds = [sock.fileno() for sock in (self._udp, self._tcp, theirs)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "resolver.worker", "--state", state, "--run", run, "--number", "1",
             "--udp", str(fds[0]), "--tcp", str(fds[1]), "--records", str(fds[2])],
            pass_fds=fds, env={**os.environ, **environ}, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        theirs.close()
        self._reader = threading.Thread(target=self._read_records, daemon=True)
        self._reader.start()
        self.address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)
        self.wait_until_up()

    def wait_until_up(self) -> None:
        assert self.process.stderr is not None
        while line := self.process.stderr.readline():
            self.log.append(line)
            if "answering" in line:
                self._logger = threading.Thread(target=self._read_log, daemon=True)
                self._logger.start()
                return
        raise AssertionError("the worker ended before it answered")

    def _read_log(self) -> None:
        assert self.process.stderr is not None
        self.log.extend(iter(self.process.stderr.readline, ""))

    def _read_records(self) -> None:
        while message := self._records.recv(records.MAX_BYTES):
            self._batches.put(records.unpack(message).batch())

    def ask(
        self, name: str, rdtype: str = "A", *, tcp: bool = False, source: str | None = None, **options: Any
    ) -> dns.message.Message:
        """Ask as a client does; dnspython checks id and question of what comes back."""
        query = dns.message.make_query(name, rdtype, **options)
        return (dns.query.tcp if tcp else dns.query.udp)(query, self.address, port=self.port, timeout=6, source=source)

    def raw(self, packet: bytes, wait: float = 1.0) -> bytes | None:
        """Send bytes over UDP, and what comes back within `wait` seconds."""
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        with closing(socket.socket(family, socket.SOCK_DGRAM)) as sock:
            sock.settimeout(wait)
            sock.connect((self.address, self.port))
            sock.send(packet)
            try:
                return sock.recv(65535)
            except TimeoutError:
                return None

    def rows(self, count: int, seconds: float = 5) -> list[tuple[str, Key, int]]:
        """The next `count` records at least: (client, key, duration in µs)."""
        found: list[tuple[str, Key, int]] = []
        end = time.monotonic() + seconds
        while len(found) < count and time.monotonic() < end:
            batch = self.batch()
            found += [(batch.clients[row[1]], batch.keys[row[2]], row[3]) for row in batch.rows]
        return found

    def batch(self) -> Batch:
        return self._batches.get(timeout=5)

    def status(self) -> dict[str, Any]:
        """What the worker said of itself last; after `stop`, its last word."""
        return status.read(self.run)["worker-1"]

    def wait_for_policy(self) -> None:
        """Wait until the worker has taken over the last edit, which is to be within a second."""
        watcher = Watcher(self.state / "config.db")
        end = time.monotonic() + 5
        while self.status()["policy_version"] != watcher.policy_version():
            assert time.monotonic() < end, "the edit was never taken over"
            time.sleep(0.02)
        watcher.close()

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(10)
        for thread in (self._logger, self._reader):
            thread.join(5)
        for sock in (self._udp, self._tcp, self._records):
            sock.close()
        if self.process.stderr is not None:
            self.process.stderr.close()
        return code


@pytest.fixture
def upstream() -> Iterator[ScriptedUpstream]:
    server = ScriptedUpstream()
    yield server
    server.close()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state directory with an empty, migrated config.db."""
    (path := tmp_path / "state").mkdir()
    db.open_config(path)
    return path


StartWorker = Callable[..., RunningWorker]


@pytest.fixture
def start_worker(state: Path, tmp_path: Path) -> Iterator[StartWorker]:
    """Starts workers over `state`; `environ` entries are settings in their variables."""
    running: list[RunningWorker] = []
    (run := tmp_path / "run").mkdir()

    def start(address: str = "127.0.0.1", **environ: str) -> RunningWorker:
        running.append(RunningWorker(state, run, environ, address))
        return running[-1]

    yield start
    for worker in running:
        worker.stop()


@pytest.fixture
def worker(start_worker: StartWorker, upstream: ScriptedUpstream) -> RunningWorker:
    return start_worker(TELLTALE_UPSTREAMS=upstream.spec)


@dataclass
class House:
    """What the tests of a file share where none of them stands in another's way."""

    worker: RunningWorker
    upstream: ScriptedUpstream
    state: Path


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One worker and its upstream for all tests of a file."""
    base = tmp_path_factory.mktemp("house")
    for name in ("state", "run"):
        (base / name).mkdir()
    db.open_config(base / "state")
    server = ScriptedUpstream()
    running = RunningWorker(base / "state", base / "run", {"TELLTALE_UPSTREAMS": server.spec})
    yield House(running, server, base / "state")
    running.stop()
    server.close()
