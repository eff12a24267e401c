# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection that waits is looked at and not touched, until it is answered here or handed over whole."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from appliance.process.guests import Guest, Guests
from appliance.process.signals import Signals
from network.places import Bounds

pytestmark = pytest.mark.process


class Door:
    """Notes what came."""

    def __init__(self, signals: Signals) -> None:
        self.came: list[bytes] = []
        self.signals = signals
        self.guests = Guests(lambda _, first: self.came.append(first), Bounds(connections=9, client=4, network=6))
        self.guests.watch_by(signals)

    def enter(
        self, *, watched: bool = True, data: bytes = b"", address: str = "192.168.1.9"
    ) -> tuple[Guest, socket.socket]:
        ours, theirs = socket.socketpair()
        theirs.sendall(data)
        guest = Guest(ours, b"tcp", address, 0.0)
        if not self.guests.take(guest, watched=watched):
            self.guests.answer(guest, b"HTTP/1.1 503 \r\n\r\n")
        return guest, theirs


@pytest.fixture
def door() -> Iterator[Door]:
    with Signals(lambda _: None) as signals:
        made = Door(signals)
        yield made
        for guest in made.guests:
            made.guests.drop(guest)


def test_what_comes_over_one_is_seen_and_left_where_it_is(door: Door) -> None:
    guest, client = door.enter()
    with client:
        client.sendall(b"GET /")
        door.signals.wait(0.0)
        door.signals.wait(0.0)  # it is watched no more: nothing is taken, so it would be told of for ever
        assert door.came == [b"GET /"] and guest.asks and guest.sock.recv(100) == b"GET /"


def test_who_leaves_is_let_go_of(door: Door) -> None:
    _, client = door.enter()
    client.close()
    door.signals.wait(0.0)
    assert not len(door.guests) and door.came == []


def test_all_are_handed_over_in_their_order(door: Door) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    clients = [door.enter(watched=False)[1] for _ in range(3)]
    with ours, theirs:
        for number, client in enumerate(clients):
            client.sendall(str(number).encode())
        door.guests.hand_over(ours)
        assert not len(door.guests)
        for number, client in enumerate(clients):
            word, fds, _, _ = socket.recv_fds(theirs, 100, 1)
            with socket.socket(fileno=fds[0]) as there, client:
                assert word == b"tcp" and there.recv(10) == str(number).encode()


def test_whom_the_way_has_no_room_for_waits_on(door: Door) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    guest, client = door.enter()
    theirs.close()
    with ours, client:
        door.guests.hand_over(ours)
        assert list(door.guests) == [guest]


def test_an_answer_is_read_to_its_end(door: Door) -> None:
    guest, client = door.enter()
    with client:
        client.sendall(b"x" * 60_000)
        door.guests.answer(guest, b"HTTP/1.1 503 \r\n\r\n")
        assert client.recv(100) == b"HTTP/1.1 503 \r\n\r\n" and client.recv(100) == b""


def test_one_device_has_its_share_and_another_still_its_own(door: Door) -> None:
    asking = [door.enter(data=b"GET /") for _ in range(4)]
    beyond, client = door.enter(data=b"GET /")
    assert beyond not in door.guests and client.recv(100) == b"HTTP/1.1 503 \r\n\r\n"
    other, elsewhere = door.enter(data=b"GET /", address="192.168.1.10")
    assert [*(guest for guest, _ in asking), other] == list(door.guests)
    door.guests.drop(asking[0][0])
    again, here = door.enter(data=b"GET /")
    assert again in door.guests
    for sock in (client, elsewhere, here, *(each for _, each in asking)):
        sock.close()


def test_beyond_its_share_one_that_says_nothing_gives_way_to_another_of_the_same_device(door: Door) -> None:
    entered = [door.enter(data=data) for data in (b"GET /", b"", b"", b"GET /")]
    newest, client = door.enter(data=b"GET /")
    assert list(door.guests) == [entered[0][0], entered[2][0], entered[3][0], newest]
    assert entered[1][1].recv(100) == b""
    for sock in (client, *(each for _, each in entered)):
        sock.close()
