# SPDX-License-Identifier: GPL-3.0-or-later
"""Drawn lives of a house: in whatever order things happen at its door, nobody who asks is lost, nor served twice."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress

import pytest
from door_house import PAGE, POST, House, all_of
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from waiting import HANG_SECONDS

from appliance.process.children import Child
from appliance.process.signals import Signals
from appliance.process.web_door import KEPT_SECONDS, LATE_SECONDS
from store.base import web_way
from store.base.web_way import HAVE_IT

pytestmark = pytest.mark.process


class Life:
    """What may happen to a house, in any order. `asking`: who asked what; `taken`: what children got, how often."""

    def __init__(self, house: House) -> None:
        self.house, self.number = house, 0
        self.asking: dict[socket.socket, bytes] = {}
        self.silent: list[socket.socket] = []
        self.taken: Counter[bytes] = Counter()

    def post(self) -> None:
        self._ask(POST)

    def page(self) -> None:
        self._ask(PAGE)

    def https(self) -> None:
        data = self._marked(POST)
        self.asking[self.house.over_https(data)] = data

    def say_nothing(self) -> None:
        self.silent.append(self.house.connect())

    def sleep(self) -> None:
        if self._child.running:
            self.house.sleeps()

    def crash(self) -> None:
        self._child.process = None

    def start(self) -> None:
        if not self._child.running:
            self.house.starts()

    def be_up(self) -> None:
        if self._child.running:
            self.house.is_up()
            self.taken.update(data for _, data in self.house.given() if data)

    def fall_asleep_with_messages(self) -> None:
        """What is handed over is not taken any more."""
        if self._child.running:
            self.house.is_up()
            self.house.sleeps()

    def pass_some_time(self) -> None:
        self.house.turn(LATE_SECONDS)

    def pass_long(self) -> None:
        self.house.turn(KEPT_SECONDS)

    def end(self) -> None:
        """With a child that takes all, also what waits where it can take it itself."""
        for event in (self.start, self.be_up, self.be_up):
            event()
            self.house.turn()
        with suppress(BlockingIOError):
            while True:
                with closing(self.house.listening.accept()[0]) as sock:
                    sock.setblocking(False)
                    with suppress(BlockingIOError):
                        self.taken.update([sock.recv(1000)])
        with suppress(BlockingIOError):
            while True:
                _, fds, _, _ = socket.recv_fds(self.house.handed, web_way.MAX_WORD, 1)
                with closing(socket.socket(fileno=fds[0])) as sock:
                    self.taken.update([sock.recv(1000)])
        self.house.close()
        for sock in self.silent:
            sock.close()

    @property
    def _child(self) -> Child:
        assert self.house.child is not None
        return self.house.child

    def _ask(self, request: bytes) -> None:
        data = self._marked(request)
        self.asking[self.house.connect(data)] = data

    def _marked(self, request: bytes) -> bytes:
        self.number += 1
        return request.replace(b"Host: telltale", b"Host: telltale%d" % self.number)


EVENTS = (Life.post, Life.page, Life.https, Life.say_nothing, Life.sleep, Life.crash, Life.start, Life.be_up,
          Life.fall_asleep_with_messages, Life.pass_some_time, Life.pass_long)  # fmt: skip


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.sampled_from(EVENTS), max_size=40))
def test_whatever_happens_each_who_asks_is_handed_over_once_or_answered(events: list[Callable[[Life], None]]) -> None:
    with Signals(lambda _: None) as signals:
        life = Life(House(signals))
        life.house.turn()
        for event in events:
            event(life)
            life.house.turn()
        life.end()
    for client, request in life.asking.items():
        with client:
            client.settimeout(HANG_SECONDS)
            answer = all_of(client)
            while answer.startswith(HAVE_IT):
                answer = answer.removeprefix(HAVE_IT)
            assert life.taken[request] == (0 if answer.startswith(b"HTTP/1.1 503 ") else 1), (request, answer)
