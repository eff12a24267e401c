# SPDX-License-Identifier: GPL-3.0-or-later
"""One client that sends more than can be answered costs itself its answers, and nobody else."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dns.message
import pytest
from clock import Clock
from waiting import HANG_SECONDS

from resolver.answer import snapshot
from resolver.answer.pipeline import Resolver
from resolver.kept.cache import Cache
from resolver.listen.mmsg import SLOTS
from resolver.listen.shares import FREE, LONG_BYTES, WINDOW_NS, Shares
from resolver.listen.udp import UdpSocket

pytestmark = pytest.mark.process


class Slots:
    """An inbox of which only the senders matter."""

    def __init__(self, clients: list[bytes]) -> None:
        self._clients = clients

    def client(self, slot: int) -> bytes:
        return self._clients[slot]


@pytest.fixture
def shares() -> Iterator[Shares]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        yield Shares(sock)


LOUD, QUIET = b"loud", [b"quiet%d" % number for number in range(4)]


def admitted(shares: Shares, clients: list[bytes], known: int = 9, now_ns: int = 1) -> list[bytes]:
    slots: Any = Slots(clients)
    return [clients[slot] for slot in shares.admitted(slots, len(clients), known, now_ns)]


def test_who_fills_the_queue_is_left_out_and_the_others_never(shares: Shares) -> None:
    loud = 0
    for _ in range(100):
        got = admitted(shares, [LOUD] * 60 + QUIET)
        assert got[-4:] == QUIET
        loud += got.count(LOUD)
    assert FREE <= loud <= FREE + 60 and shares.loudest == LOUD


def test_several_of_them_too(shares: Shares) -> None:
    loud = [b"loud%d" % number for number in range(3)]
    for _ in range(100):
        got = admitted(shares, loud * 20 + QUIET)
        assert got[-4:] == QUIET
    assert got == QUIET


@pytest.mark.parametrize("clients", [[LOUD] * SLOTS, [b"%d" % number for number in range(SLOTS)]])
def test_who_is_alone_and_who_asks_as_much_as_the_others_is_not_limited(shares: Shares, clients: list[bytes]) -> None:
    for _ in range(400):
        assert admitted(shares, clients, known=1 if clients[0] == LOUD else 99) == clients


def test_what_was_counted_is_forgotten_by_half_each_second(shares: Shares) -> None:
    for _ in range(40):
        admitted(shares, [LOUD] * 60 + QUIET)
    assert LOUD not in admitted(shares, [LOUD] * 60 + QUIET, now_ns=WINDOW_NS + 2), "just now it was too loud"
    for second in range(2, 14):
        admitted(shares, QUIET, now_ns=second * WINDOW_NS + 2)
    assert admitted(shares, [LOUD], now_ns=15 * WINDOW_NS) == [LOUD]


def test_a_queue_is_long_at_half_and_short_again_at_an_eighth() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, socket.socket(type=socket.SOCK_DGRAM) as client:
        sock.bind(("127.0.0.1", 0))
        client.connect(sock.getsockname())
        shares, sent = Shares(sock), 0
        assert not shares.crowded()
        while not shares.crowded():
            client.send(bytes(40))
            sent += 1
            assert sent < LONG_BYTES
        assert sent > SLOTS, "a batch is no queue"
        for _ in range(sent // 2):
            sock.recv(512)
        assert shares.crowded(), "not short yet"
        for _ in range(sent - sent // 2):
            sock.recv(512)
        assert not shares.crowded()


class Silent:
    """A forwarder whose upstream never answers."""

    all_down = False
    pending: Mapping[bytes, Any] = {}
    exchanges: Mapping[bytes, Any] = {}

    def ready(self) -> None:
        """All goes the ordinary way."""

    def exchange(self, key: Any, question: Any, done: Any) -> None:
        """Nothing comes."""

    def poll(self) -> None:
        """Nothing is ever on its way."""


class Forgetful:
    def note(self, *_: Any) -> None:
        """As the recorder."""

    note_all = note


def test_while_one_client_fills_the_queue_another_gets_all_its_answers(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Clock(monkeypatch, "resolver.listen.udp")  # all of it is within one second, however busy the machine is
    resolver = Resolver(snapshot.build(state, {}), Cache(1000, 1 << 20), Silent(), Forgetful())  # type: ignore[arg-type]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        udp, clients = UdpSocket(sock, resolver), []
        for address in ("127.0.0.50", "127.0.0.51"):
            clients.append(client := socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            client.bind((address, 0))
            client.connect(sock.getsockname())
            client.settimeout(HANG_SECONDS)
        loud, quiet = clients
        own = dns.message.make_query("telltale", "A").to_wire()
        for client in clients:  # both are known
            client.send(own)
            udp.on_readable()
            client.recv(512)
        before = 0
        for number in range(60):
            for inner in range(100):
                loud.send(dns.message.make_query(f"n{number}-{inner}.example", "A").to_wire())
            quiet.send(own)
            work = float(SLOTS)  # that can be done until the next come in; to leave out costs little
            while work > 0 and (count := udp._answer_batch()):
                limited, before = resolver.counters["limited"] - before, resolver.counters["limited"]
                work -= count - limited + limited / 20
        while udp._answer_batch():
            pass
        answered = 0
        quiet.settimeout(0)
        while answered < 60:
            quiet.recv(512)
            answered += 1
        assert resolver.counters["limited"] > 1000
        for client in clients:
            client.close()
