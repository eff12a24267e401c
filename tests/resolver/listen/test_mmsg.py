# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches of datagrams against real sockets: what goes in comes out, from and to whom it should.

Both ways of doing it are taken through the same tests: by ctypes, and by machine code where that runs (`native`).
"""

from __future__ import annotations

import errno
import importlib.util
import os
import socket
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ports import needs_ipv6
from source_files import HOUSE
from waiting import HANG_SECONDS

from native import finder
from resolver.listen import mmsg as running
from resolver.listen.mmsg import CONTROL, MAX_QUERY, MAX_RESPONSE, SLOTS, Sender
from resolver.listen.senders import name_of

pytestmark = pytest.mark.process

IPV6_RECVPKTINFO, IP_PKTINFO = 49, 8


@cache
def by_ctypes() -> ModuleType:
    """The file itself, whatever runs."""
    spec = importlib.util.spec_from_file_location("plain_mmsg", HOUSE / "resolver/listen/mmsg.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=["ctypes", "machine code"])
def mmsg(request: pytest.FixtureRequest) -> ModuleType:
    if request.param == "ctypes":
        return by_ctypes()
    if not finder.running().datagrams:
        pytest.skip("no machine code runs here (make compiled)")
    return running


class Pair:
    """A socket with its boxes, and some clients."""

    def __init__(self, mmsg: Any, bound: str, asked: str, clients: int = 3) -> None:
        family = socket.AF_INET6 if ":" in bound else socket.AF_INET
        wildcard = bound in ("0.0.0.0", "::")
        self.sock = socket.socket(family, socket.SOCK_DGRAM)
        if wildcard and family == socket.AF_INET6:
            self.sock.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
        elif wildcard:
            self.sock.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
        self.sock.bind((bound, 0))
        self.inbox = mmsg.Inbox(family, wildcard=wildcard)
        self.outbox = mmsg.Outbox(self.inbox)
        self.clients = [socket.socket(family, socket.SOCK_DGRAM) for _ in range(clients)]
        for client in self.clients:
            client.connect((asked, self.sock.getsockname()[1]))  # takes answers from that address alone
            client.settimeout(HANG_SECONDS)

    def receive(self) -> int:
        return int(self.inbox.receive(self.sock.fileno()))

    def flush(self) -> int:
        return int(self.outbox.flush(self.sock.fileno()))

    def close(self) -> None:
        for sock in (self.sock, *self.clients):
            sock.close()


@pytest.fixture
def pair(mmsg: ModuleType) -> Iterator[Callable[..., Pair]]:
    made: list[Pair] = []

    def make(*options: str) -> Pair:
        made.append(Pair(mmsg, *options))
        return made[-1]

    yield make
    for each in made:
        each.close()


ADDRESSES: list[Any] = [
    ("127.0.0.1", "127.0.0.1"), pytest.param("::1", "::1", marks=needs_ipv6), ("0.0.0.0", "127.0.0.7"),
    pytest.param("::", "::1", marks=needs_ipv6),
]  # fmt: skip


@pytest.mark.parametrize(("bound", "asked"), ADDRESSES)
@pytest.mark.parametrize("later", [False, True])
def test_each_sender_gets_its_answer_from_the_address_that_it_asked(
    pair: Callable[..., Pair], bound: str, asked: str, later: bool
) -> None:
    held = pair(bound, asked)
    for turn in range(3):  # slots are used again
        for number, client in enumerate(held.clients):
            client.send(bytes([turn, number]) * (number + 1))
        assert held.receive() == 3
        senders = [held.inbox.sender(slot) for slot in range(3)]
        for slot in (2, 0, 1):
            answer = b"to " + held.inbox.packet(slot)
            if later:
                held.outbox.send(answer, senders[slot])
            else:
                held.outbox.answer(slot, answer)
        assert held.flush() == 0
        for number, client in enumerate(held.clients):
            assert client.recv(100) == b"to " + bytes([turn, number]) * (number + 1)


class Seated(NamedTuple):
    """As much of a seat as batches look at."""

    memo: dict[bytes, Any]


@pytest.mark.parametrize(("bound", "asked"), ADDRESSES)
def test_what_a_memo_holds_is_answered_at_once_and_all_else_is_left(
    pair: Callable[..., Pair], bound: str, asked: str
) -> None:
    held = pair(bound, asked)
    client = held.clients[0]
    for packet in (b"12known", b"34other", b"56known", b"78old", b"9", b"", b"00fresh"):
        client.send(packet)
    held.clients[1].send(b"ab" + b"known")
    assert held.receive() == 8
    memo = {
        b"known": (b" answer", 100, "key", None), b"old": (b" late", 99, "", None), b"fresh": (b"", 101, "new", None)
    }  # fmt: skip
    seats = {held.inbox.client(0): ("here", Seated(memo))}
    clients, keys = ["before"], ["first"]
    assert held.outbox.answer_known([0, 1, 2, 3, 4, 5, 6], seats, 100, clients, keys) == [1, 3, 4, 5]
    assert held.outbox.answer_known(range(7, 8), {}, 100, clients, keys) == [7]
    assert (clients, keys) == (["before", *["here"] * 3], ["first", "key", "key", "new"])
    held.outbox.answer(7, b"by hand")
    assert held.flush() == 0
    assert [client.recv(100) for _ in range(3)] == [b"12 answer", b"56 answer", b"00"]
    assert held.clients[1].recv(100) == b"by hand"


def test_each_of_a_batch_is_answered_from_its_own_memo(pair: Callable[..., Pair]) -> None:
    """Whoever comes between two queries of another; who has no seat changes nothing for the next."""
    held = pair("127.0.0.1", "127.0.0.1")
    homes = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3)]
    for number, home in enumerate(homes):
        home.bind((f"127.0.0.{2 + number}", 0))
        home.connect(held.sock.getsockname())
        home.settimeout(HANG_SECONDS)
    order = [0, 0, 1, 2, 1, 1, 0, 2, 0]
    for number in order:
        homes[number].send(b"12name")
    assert held.receive() == len(order)
    seats = {
        socket.inet_aton(f"127.0.0.{2 + number}"): (text, Seated({b"name": (b" of " + text.encode(), 9, text, None)}))
        for number, text in enumerate(("first", "second"))
    }
    clients, keys = list[str](), list[str]()
    assert held.outbox.answer_known(range(len(order)), seats, 1, clients, keys) == [3, 7]
    assert clients == keys == [("first", "second")[number] for number in order if number < 2]
    assert held.flush() == 0
    assert [homes[number].recv(100) for number in order if number < 2] == [b"12 of " + key.encode() for key in keys]
    for home in homes:
        home.close()


def test_a_memo_finds_no_more_room_than_others(pair: Callable[..., Pair]) -> None:
    held = pair("127.0.0.1", "127.0.0.1")
    held.clients[0].send(b"12name")
    assert held.receive() == 1
    for size in (MAX_RESPONSE - 1, MAX_RESPONSE):
        seats = {held.inbox.client(0): ("here", Seated({b"name": (bytes(size), 1, "key", None)}))}
        with pytest.raises(IndexError):
            held.outbox.answer_known([0], seats, 0, [], [])
    seats = {held.inbox.client(0): ("here", Seated({b"name": (bytes(MAX_RESPONSE - 2), 1, "key", None)}))}
    for _ in range(SLOTS):
        assert held.outbox.answer_known([0], seats, 0, [], []) == []
    with pytest.raises(IndexError):
        held.outbox.answer_known([0], seats, 0, [], [])
    assert held.flush() == 0


@pytest.mark.parametrize(("bound", "asked"), ADDRESSES)
def test_a_client_is_its_address_and_not_its_port(pair: Callable[..., Pair], bound: str, asked: str) -> None:
    held = pair(bound, asked)
    for client in held.clients:
        client.send(b"x")
    assert held.receive() == 3
    (address,) = {held.inbox.client(slot) for slot in range(3)}
    assert name_of(address) == held.clients[0].getsockname()[0]


def test_more_than_the_slots_hold_waits_for_the_next_look(pair: Callable[..., Pair]) -> None:
    held = pair("127.0.0.1", "127.0.0.1")
    for number in range(SLOTS + 5):
        held.clients[0].send(bytes([number]))
    assert held.receive() == SLOTS
    assert [held.inbox.packet(slot) for slot in range(SLOTS)] == [bytes([number]) for number in range(SLOTS)]
    assert held.receive() == 5 and held.inbox.packet(4) == bytes([SLOTS + 4])
    assert held.receive() == 0


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(packets=st.lists(st.binary(max_size=MAX_QUERY), min_size=1, max_size=SLOTS))
def test_bytes_come_as_they_were_sent(pair: Callable[..., Pair], packets: list[bytes]) -> None:
    held = pair("127.0.0.1", "127.0.0.1")
    for packet in packets:
        held.clients[0].send(packet)
    assert [held.inbox.packet(slot) for slot in range(held.receive())] == packets


def test_a_longer_datagram_is_cut(pair: Callable[..., Pair]) -> None:
    held = pair("127.0.0.1", "127.0.0.1")
    held.clients[0].send(b"x" * (MAX_QUERY + 100))
    assert held.receive() == 1 and held.inbox.packet(0) == b"x" * MAX_QUERY


def test_what_cannot_be_sent_is_counted_and_keeps_nothing_else_back(pair: Callable[..., Pair]) -> None:
    held = pair("127.0.0.1", "127.0.0.1")
    held.clients[0].send(b"q")
    held.receive()
    good = held.inbox.sender(0)
    nowhere = Sender(good.name[:2] + bytes(2) + good.name[4:], b"")  # port 0
    for response, sender in ((b"1", good), (b"2", nowhere), (b"3", nowhere), (b"4", good)):
        held.outbox.send(response, sender)
    assert held.flush() == 2
    assert [held.clients[0].recv(10) for _ in range(2)] == [b"1", b"4"]
    assert held.flush() == 0


def test_the_outbox_has_room_for_a_batch_and_no_more(pair: Callable[..., Pair]) -> None:
    held = pair("127.0.0.1", "127.0.0.1")
    held.clients[0].send(b"q")
    held.receive()
    with pytest.raises(IndexError):
        held.outbox.answer(0, bytes(MAX_RESPONSE + 1))
    for number in range(SLOTS):
        held.outbox.answer(0, bytes([number]) * MAX_RESPONSE)
    with pytest.raises(IndexError):
        held.outbox.answer(0, b"one too many")
    assert held.flush() == 0
    assert [held.clients[0].recv(4096) for _ in range(SLOTS)] == [bytes([n]) * MAX_RESPONSE for n in range(SLOTS)]


def control_of(mmsg: Any, family: int, data: bytes) -> tuple[Any, bytes]:
    """An inbox in whose first slot this control message came, and the control message of the answer."""
    inbox = mmsg.Inbox(family, wildcard=True)
    head = socket.CMSG_LEN(0)
    inbox.came_with(0, data)
    assert head + len(data) <= CONTROL
    return inbox, inbox.sender(0).control[head : head + len(data)]


def test_control_data_is_turned_round_once_and_for_all(mmsg: ModuleType) -> None:
    asked, interface = bytes([10, 0, 0, 2]), b"\7\0\0\0"
    inbox, turned = control_of(mmsg, socket.AF_INET, interface + bytes([10, 0, 0, 1]) + asked)
    assert turned[:8] == bytes(4) + asked
    assert inbox.sender(0) == inbox.sender(0), "turned twice it stays the same"
    for address, kept in (("2001:db8::1", bytes(4)), ("fe80::1", interface)):
        packed = socket.inet_pton(socket.AF_INET6, address)
        inbox, turned = control_of(mmsg, socket.AF_INET6, packed + interface)
        assert turned == packed + kept and inbox.sender(0) == inbox.sender(0)


def test_both_ways_offer_the_same(mmsg: ModuleType) -> None:
    plain: Any = by_ctypes()
    for name in ("SLOTS", "MAX_QUERY", "MAX_RESPONSE", "SENDER", "CONTROL", "Sender", "name_of"):
        assert getattr(mmsg, name) == getattr(plain, name), name
    for box in ("Inbox", "Outbox"):
        public = {name for name in dir(getattr(plain, box)) if not name.startswith("_")}
        assert public <= set(dir(getattr(mmsg, box))) | {"waiting"}


def test_nothing_waits_where_nothing_came_and_on_what_is_no_socket(pair: Callable[..., Pair]) -> None:
    held = pair("127.0.0.1", "127.0.0.1")
    assert held.receive() == 0
    held.clients[0].send(b"q")
    assert held.receive() == 1
    gone = os.open(os.devnull, os.O_RDONLY)
    os.close(gone)
    for descriptor in (gone, -1):
        held.outbox.answer(0, b"a")
        assert held.outbox.flush(descriptor) == 1 and held.outbox.waiting == 0
        assert held.inbox.receive(descriptor) == 0
    held.clients[0].send(b"q")
    assert held.receive() == 1, "the next look finds its slots in order"


def test_an_empty_datagram_is_one(pair: Callable[..., Pair]) -> None:
    held = pair("127.0.0.1", "127.0.0.1")
    held.clients[0].send(b"longer than nothing")
    held.receive()
    held.clients[0].send(b"")
    assert held.receive() == 1 and held.inbox.packet(0) == b""
    held.outbox.answer(0, b"")
    assert held.flush() == 0 and held.clients[0].recv(10) == b""


@pytest.mark.parametrize("bound", ["127.0.0.1", "0.0.0.0"])
def test_what_does_not_fit_the_boxes_is_refused_and_nothing_written(pair: Callable[..., Pair], bound: str) -> None:
    held = pair(bound, "127.0.0.1")
    held.clients[0].send(b"q")
    held.receive()
    good = held.inbox.sender(0)
    held.outbox.send(b"first", good)
    for slot in (SLOTS, SLOTS + 1, 1 << 20):
        with pytest.raises(IndexError):
            held.outbox.answer(slot, b"a")
    for sender in (Sender(good.name + bytes(100), good.control), Sender(b"", good.control)):
        with pytest.raises(ValueError):
            held.outbox.send(b"a", sender)
    if good.control:
        with pytest.raises(ValueError):
            held.outbox.send(b"a", Sender(good.name, good.control[:-1]))
    assert held.outbox.waiting == 1 and held.flush() == 0
    assert held.clients[0].recv(10) == b"first"


def test_what_the_kernel_does_not_take_now_is_lost_and_the_rest_goes(pair: Callable[..., Pair]) -> None:
    """A batch of which the first half may be sent, and the second would need a broadcast that nobody allowed."""
    held = pair("127.0.0.1", "127.0.0.1")
    held.clients[0].send(b"q")
    held.receive()
    good = held.inbox.sender(0)
    broadcast = Sender(good.name[:4] + b"\xff" * 4 + good.name[8:], b"")
    for number in range(SLOTS):
        held.outbox.send(bytes([number]), good if number % 3 else broadcast)
    assert held.flush() == len(range(0, SLOTS, 3))
    assert [held.clients[0].recv(10)[0] for number in range(SLOTS) if number % 3] == [n for n in range(SLOTS) if n % 3]
    assert held.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) in (0, errno.EACCES)


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_no_control_message_reaches_beyond_its_slot(mmsg: Any, data: bytes) -> None:
    for family in (socket.AF_INET, socket.AF_INET6):
        inbox = mmsg.Inbox(family, wildcard=True)
        before = inbox.sender(1)
        inbox.came_with(0, data)
        assert len(inbox.sender(0).control) == inbox.control_size
        assert inbox.sender(1) == before and inbox.client(0) == inbox.client(1)


def test_boxes_go_with_who_held_them(mmsg: Any) -> None:
    """Thousands of boxes, each used once: memory that they kept would be a gigabyte."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    sock.connect(sock.getsockname())
    with sock:
        before = resident_kib()
        for _ in range(2000):
            inbox = mmsg.Inbox(socket.AF_INET, wildcard=False)
            outbox = mmsg.Outbox(inbox)
            for _ in range(4):
                sock.send(bytes(4000))
            assert inbox.receive(sock.fileno()) == 4
            kept = [inbox.packet(slot) for slot in range(4)]
            outbox.send(kept[0][:1000], inbox.sender(0))
        assert outbox.waiting == 1, "an outbox keeps its inbox"
        assert resident_kib() - before < 20_000


def resident_kib() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * (os.sysconf("SC_PAGE_SIZE") // 1024)
