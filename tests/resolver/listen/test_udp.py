# SPDX-License-Identifier: GPL-3.0-or-later
"""The fast path: the same bytes as the slow path's but for the id, and nothing but memory touched for them."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import monotonic_ns
from typing import Any

import dns.edns
import dns.message
import pytest
from clock import Clock
from ports import needs_ipv6
from waiting import HANG_SECONDS

from resolver.answer import snapshot
from resolver.answer.pipeline import Resolver
from resolver.kept.cache import Cache
from resolver.listen import mmsg
from resolver.listen.udp import RELIEF_LOOKS, UdpSocket
from store.config import edit
from store.log.records import Key, Origin, RowKey
from wire import message
from wire.types import FORMERR

pytestmark = pytest.mark.process


class InstantForwarder:
    """Answers every question at once with 192.0.2.1; sixty times when its name begins with `big`."""

    all_down = False
    pending: Mapping[bytes, Any] = {}
    exchanges: Mapping[bytes, Any] = {}

    def ready(self, route: Any = None) -> None:
        """All goes the ordinary way."""

    def exchange(self, key: Any, question: message.Question, done: Any, route: Any = None) -> None:
        section = question.section
        count = 60 if question.name.startswith("big") else 1
        record = b"\xc0\x0c\0\1\0\1\0\0\1\x2c\0\4\xc0\0\2\1"
        packet = message.HEADER.pack(1, 0x8180, 1, count, 0, 0) + section + record * count
        done(message.parse_response(packet, section), "9.9.9.9")

    def poll(self) -> None:
        """Nothing is ever on its way."""


class Notes(list[tuple[int, str, Key, int]]):
    """A recorder that keeps what it is told."""

    def note(self, *noted: Any) -> None:
        self.append(noted)

    def note_all(self, now_us: int, clients: list[str], keys: list[RowKey], duration_us: int) -> None:
        self += [(now_us, client, key.key, duration_us) for client, key in zip(clients, keys, strict=True)]


class Bench:
    """One UDP socket of a resolver without a loop, and a client of it."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.notes: Any = Notes()
        forwarder: Any = InstantForwarder()
        self.resolver = Resolver(snapshot.build(state, {}), Cache(1000, 1 << 20), forwarder, self.notes)
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.udp = UdpSocket(self.sock, self.resolver)
        self.client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.client.connect(self.sock.getsockname())
        self.client.settimeout(HANG_SECONDS)

    def ask(self, packet: bytes) -> bytes:
        self.client.send(packet)
        self.udp.on_readable()
        return self.client.recv(65535)

    @property
    def origins(self) -> list[Origin]:
        return [Origin(noted[2].origin) for noted in self.notes]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, "resolver.listen.udp")


@pytest.fixture
def bench(state: Path) -> Iterator[Bench]:
    edit.add_rule(edit.engine(state), "block", "blocked.example")
    made = Bench(state)
    yield made
    made.sock.close()
    made.client.close()


def query(name: str, rdtype: str = "A", ident: int = 1, **options: Any) -> bytes:
    return dns.message.make_query(name, rdtype, id=ident, **options).to_wire()


KINDS: list[dict[str, Any]] = [{}, {"use_edns": 0}, {"use_edns": 0, "payload": 4096, "want_dnssec": True}, {"flags": 0}]


@pytest.mark.parametrize("options", KINDS)
@pytest.mark.parametrize(
    ("name", "rdtype"), [("blocked.example", "A"), ("Blocked.EXAMPLE", "HTTPS"), ("www.pass.example", "A")]
)
def test_a_memo_is_the_slow_answer_under_another_id(
    clock: Clock, bench: Bench, name: str, rdtype: str, options: dict[str, Any]
) -> None:
    slow = [bench.ask(query(name, rdtype, ident, **options)) for ident in (1, 2)]
    quick = [bench.ask(query(name, rdtype, ident, **options)) for ident in (3, 0xFFFF)]
    assert bench.origins[-2:] == [Origin.MEMO, Origin.MEMO] and Origin.MEMO not in bench.origins[:1]
    assert [packet[:2] for packet in quick] == [b"\0\3", b"\xff\xff"]
    assert {packet[2:] for packet in quick} == {slow[1][2:]}
    asked = {noted[2].name for noted in bench.notes}
    assert asked == {name.lower()}, "the record is whole on both paths"
    assert len(bench.notes) == 4


def test_letters_come_back_in_the_case_in_which_they_came(bench: Bench) -> None:
    for name in ("wWw.BlOcKeD.eXaMpLe", "www.blocked.example", "WWW.BLOCKED.EXAMPLE") * 2:
        assert name.split(".")[1].encode() in bench.ask(query(name))


def test_what_a_client_adds_that_makes_a_difference_makes_another_memo(bench: Bench) -> None:
    plain = bench.ask(query("blocked.example"))
    assert bench.ask(query("blocked.example", use_edns=0)) != plain
    assert dns.message.from_wire(bench.ask(query("blocked.example", "AAAA"))).question[0].rdtype == 28
    assert bench.ask(query("blocked.example", flags=0))[2] != plain[2], "RD comes back as it came"


def test_queries_with_options_are_answered_and_fill_no_memory(bench: Bench) -> None:
    for number in range(20):
        cookie = dns.edns.GenericOption(10, number.to_bytes(8, "big"))
        bench.ask(query("blocked.example", use_edns=0, options=[cookie]))
    assert not bench.resolver.snapshot.admit("127.0.0.1").memo
    assert Origin.MEMO not in bench.origins


@pytest.mark.parametrize("edns", [False, 0])
def test_a_memo_of_an_answer_grows_old_and_ends_with_it(clock: Clock, bench: Bench, edns: Any) -> None:
    asked = query("www.pass.example", use_edns=edns)
    for _ in range(2):
        bench.ask(asked)
    for waited, ttl in ((0, 300), (99.5, 200), (200, 0)):
        clock.now += waited
        got = dns.message.from_wire(bench.ask(asked))
        assert ttl <= got.answer[0].ttl <= ttl + 1 and got.answer[0][0].to_text() == "192.0.2.1"
        assert bench.origins[-1] == Origin.MEMO
    clock.now += 1
    bench.ask(asked)
    assert bench.origins[-1] == Origin.UPSTREAM, "the memo has ended, and so has the answer that was kept"


def test_a_memo_of_a_truncated_answer_grows_old_too(clock: Clock, bench: Bench) -> None:
    """It holds none of the records whose TTLs would go down."""
    asked = query("big.pass.example")
    held = [bench.ask(asked) for _ in range(3)]
    clock.now += 100
    assert bench.ask(asked) == held[0] and held[0][2] & 0x02
    assert bench.origins[-1] == Origin.MEMO


def test_a_memo_of_a_sinkhole_ends_with_its_snapshot(bench: Bench) -> None:
    for _ in range(3):
        bench.ask(query("blocked.example"))
    (rule,) = edit.rules(edit.engine(bench.state))
    assert rule.id is not None
    edit.remove_rule(edit.engine(bench.state), rule.id)
    bench.resolver.snapshot = snapshot.build(bench.state, {})
    assert dns.message.from_wire(bench.ask(query("blocked.example"))).answer[0][0].to_text() == "192.0.2.1"


WATCHED: set[str] = set()
WATCHING = [False]


def watch(event: str, arguments: Any) -> None:
    if WATCHING[0]:
        WATCHED.add(f"{event} {arguments!r:.80}")


def test_the_fast_path_opens_no_file_connects_nowhere_and_imports_nothing(bench: Bench) -> None:
    """Held by Python's own audit events; receiving and sending by the batch raise none."""
    for name in ("blocked.example", "www.pass.example"):
        for ident in range(3):
            bench.ask(query(name, ident=ident))
    packets = [
        query(name, ident=100 + number) for number in range(20) for name in ("blocked.example", "www.pass.example")
    ]
    bench.notes.clear()
    sys.addaudithook(watch)
    for packet in packets:
        bench.client.send(packet)
    WATCHING[0] = True
    bench.udp.on_readable()
    WATCHING[0] = False
    assert not WATCHED
    assert bench.origins == [Origin.MEMO] * 40


def test_what_memos_answer_waits_for_no_others_and_what_goes_to_an_upstream_may(bench: Bench) -> None:
    for name in ("blocked.example", "www.pass.example"):
        for ident in range(3):
            bench.ask(query(name, ident=ident))
    rests = list[float]()
    bench.udp.rest = rests.append
    for number in range(50):
        bench.udp._looked_ns = monotonic_ns()  # as close together as can be
        bench.client.send(query("blocked.example", ident=number))
        bench.client.send(query("www.pass.example", ident=number))
        bench.udp.on_readable()
    assert not rests and not bench.udp.lets_gather
    for number in range(5):
        bench.client.send(query(f"new{number}.pass.example", ident=number))
    bench.client.send(query("blocked.example"))
    bench.udp.on_readable()
    assert bench.udp.lets_gather


def test_a_worker_loads_no_library_of_packets() -> None:
    code = "import sys, resolver.worker; sys.exit('dnslib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], check=False).returncode == 0


class NoWayOut(mmsg.Outbox):
    """Whatever it is to send, nobody takes."""

    def flush(self, descriptor: int) -> int:
        return super().flush(-1)


def test_a_network_that_takes_no_more_loses_a_packet_and_nothing_else(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.ask(query("blocked.example"))
    with monkeypatch.context() as patch:
        patch.setattr(bench.udp, "_outbox", NoWayOut(bench.udp._inbox))
        for name in ("blocked.example", "new.blocked.example"):
            bench.client.send(query(name))
        bench.udp.on_readable()
    assert bench.resolver.counters["unsent"] == 2 and bench.resolver.counters["faults"] == 0
    assert bench.ask(query("blocked.example"))


def test_a_burst_is_answered_whole_each_client_with_its_own(bench: Bench) -> None:
    """Hits, sinkholes and answers of upstreams in one batch, from several sockets."""
    clients = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(5)]
    for number, client in enumerate(clients):
        client.connect(bench.sock.getsockname())
        client.settimeout(HANG_SECONDS)
        for ident, name in enumerate(("blocked.example", f"pass{number}.example", f"big{number}.example")):
            client.send(query(name, ident=100 * number + ident))
    while len(bench.notes) < 15:
        bench.udp.on_readable()
    for number, client in enumerate(clients):
        got = [dns.message.from_wire(client.recv(4096)) for _ in range(3)]
        assert [each.id for each in got] == [100 * number + ident for ident in range(3)]
        assert [each.question[0].name.to_text() for each in got][1] == f"pass{number}.example."
        client.close()


def test_a_response_that_no_datagram_holds_is_counted(bench: Bench) -> None:
    bench.udp.send(bytes(2000), mmsg.Sender(b"", b""))
    assert bench.resolver.counters["unsent"] == 1


@pytest.mark.parametrize("packet", [b"", b"\0", bytes(11), bytes(2) + b"\x80" + bytes(30)])
def test_what_cannot_be_a_query_gets_no_word(bench: Bench, packet: bytes) -> None:
    bench.client.send(packet)
    bench.udp.on_readable()
    bench.client.setblocking(False)
    with pytest.raises(BlockingIOError):  # on loopback, what is sent is there
        bench.client.recv(100)
    assert bench.resolver.counters["ignored"] == 1


def test_the_longest_datagram_is_answered_with_an_error(bench: Bench) -> None:
    got = bench.ask(query("blocked.example") + bytes(60_000))
    assert len(got) == 12 and got[3] & 0xF == FORMERR


@pytest.mark.parametrize(
    ("bound", "asked"),
    [("0.0.0.0", "127.0.0.5"), ("0.0.0.0", "127.0.0.1"), pytest.param("::", "::1", marks=needs_ipv6),
     ("::", "127.0.0.5")],
)
def test_a_wildcard_socket_answers_from_the_address_that_was_asked(
    start_worker: Any, upstream: Any, bound: str, asked: str
) -> None:
    """dnspython takes an answer from that address alone. Three times: from upstream, from the cache, from the memo."""
    worker = start_worker(bound, TELLTALE_UPSTREAMS=upstream.spec)
    worker.address = asked
    for _ in range(3):
        assert worker.ask("www.plain.example").answer
    assert worker.raw(query("x.example") + b"left over"), "an error too"
    clients = {client for client, _, _ in worker.rows(3)}
    assert len(clients) == 1 and clients <= {"127.0.0.1", "127.0.0.5", "::1", "::ffff:127.0.0.1", "::ffff:127.0.0.5"}


def test_the_kind_of_socket_follows_its_address(bench: Bench) -> None:
    assert not bench.udp.wildcard
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
        sock.bind(("::", 0))
        assert UdpSocket(sock, bench.resolver).wildcard


def test_a_client_that_never_sent_a_query_takes_no_memory(bench: Bench) -> None:
    bench.client.send(bytes(2) + b"\x80" + bytes(30))
    bench.udp.on_readable()
    assert not bench.resolver.snapshot.by_address
    bench.ask(query("blocked.example"))
    assert list(bench.resolver.snapshot.by_address) == [bytes([127, 0, 0, 1])]


def test_a_sibling_that_lives_keeps_its_queries(bench: Bench) -> None:
    for ident in range(5):
        bench.client.send(query("blocked.example", ident=ident))
        bench.udp.relieve()
        assert not bench.notes
        bench.sock.recv(4096)  # by its owner
    bench.udp.relieve()
    assert not bench.notes


def test_a_sibling_that_leaves_a_query_lying_is_relieved_of_all_of_them(bench: Bench) -> None:
    for ident in range(100):
        bench.client.send(query("blocked.example", ident=ident))
    bench.udp.relieve()
    assert not bench.notes
    bench.udp.relieve()
    assert len(bench.notes) == 100
    for number in range(RELIEF_LOOKS - 1):
        bench.client.send(query("blocked.example", ident=200 + number))
        bench.udp.relieve()
    assert len(bench.notes) == 100 + RELIEF_LOOKS - 1, "taken to be silent, it is no more waited for"
    bench.client.send(query("blocked.example", ident=7))
    bench.udp.relieve()
    assert len(bench.notes) == 100 + RELIEF_LOOKS - 1, "but not for ever"
