# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection that waits is looked at and not touched, until it is answered here or handed over whole."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from appliance.process.guests import Guest, Guests
from appliance.process.signals import Signals

pytestmark = pytest.mark.process


class Door:
    """Notes what came."""

    def __init__(self, signals: Signals) -> None:
        self.came: list[bytes] = []
        self.signals = signals
        self.guests = Guests(lambda _, first: self.came.append(first))
        self.guests.watch_by(signals)

    def enter(self, *, watched: bool = True) -> tuple[Guest, socket.socket]:
        ours, theirs = socket.socketpair()
        guest = Guest(ours, b"tcp", "192.168.1.9", 0.0)
        self.guests.take(guest, watched=watched)
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
