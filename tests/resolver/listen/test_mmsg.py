# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches of datagrams against real sockets: what goes in comes out, from and to whom it should."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from waiting import HANG_SECONDS

from resolver.listen.mmsg import CONTROL, MAX_QUERY, MAX_RESPONSE, SLOTS, Inbox, Outbox, Sender, name_of

pytestmark = pytest.mark.process

IPV6_RECVPKTINFO, IP_PKTINFO = 49, 8


class Pair:
    """A socket with its boxes, and some clients."""

    def __init__(self, bound: str, asked: str, clients: int = 3) -> None:
        family = socket.AF_INET6 if ":" in bound else socket.AF_INET
        wildcard = bound in ("0.0.0.0", "::")
        self.sock = socket.socket(family, socket.SOCK_DGRAM)
        if wildcard and family == socket.AF_INET6:
            self.sock.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
        elif wildcard:
            self.sock.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
        self.sock.bind((bound, 0))
        self.inbox = Inbox(family, wildcard=wildcard)
        self.outbox = Outbox(self.inbox)
        self.clients = [socket.socket(family, socket.SOCK_DGRAM) for _ in range(clients)]
        for client in self.clients:
            client.connect((asked, self.sock.getsockname()[1]))  # takes answers from that address alone
            client.settimeout(HANG_SECONDS)

    def receive(self) -> int:
        return self.inbox.receive(self.sock.fileno())

    def flush(self) -> int:
        return self.outbox.flush(self.sock.fileno())

    def close(self) -> None:
        for sock in (self.sock, *self.clients):
            sock.close()


@pytest.fixture
def pair() -> Iterator[Callable[..., Pair]]:
    made: list[Pair] = []

    def make(*options: str) -> Pair:
        made.append(Pair(*options))
        return made[-1]

    yield make
    for each in made:
        each.close()


ADDRESSES = [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("0.0.0.0", "127.0.0.7"), ("::", "::1")]


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


def control_of(family: int, data: bytes) -> tuple[Inbox, bytes]:
    """An inbox in whose first slot this control message came, and the control message of the answer."""
    inbox = Inbox(family, wildcard=True)
    head = socket.CMSG_LEN(0)
    inbox._controls.view[head : head + len(data)] = data
    assert head + len(data) <= CONTROL
    return inbox, inbox.sender(0).control[head : head + len(data)]


def test_control_data_is_turned_round_once_and_for_all() -> None:
    asked, interface = bytes([10, 0, 0, 2]), b"\7\0\0\0"
    inbox, turned = control_of(socket.AF_INET, interface + bytes([10, 0, 0, 1]) + asked)
    assert turned[:8] == bytes(4) + asked
    assert inbox.sender(0) == inbox.sender(0), "turned twice it stays the same"
    for address, kept in (("2001:db8::1", bytes(4)), ("fe80::1", interface)):
        packed = socket.inet_pton(socket.AF_INET6, address)
        inbox, turned = control_of(socket.AF_INET6, packed + interface)
        assert turned == packed + kept and inbox.sender(0) == inbox.sender(0)


def test_a_link_local_client_is_named_with_its_interface() -> None:
    packed = socket.inet_pton(socket.AF_INET6, "fe80::1")
    assert name_of(packed + bytes([3, 0, 0, 0])) == "fe80::1%3"
    assert name_of(packed + bytes(4)) == "fe80::1"
    assert name_of(bytes([192, 168, 1, 2])) == "192.168.1.2"
