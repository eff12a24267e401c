# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages sleep once nobody has asked for a while, and not before; nothing that is open then is lost."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from clock import Clock

from webui.serving.idleness import LOOK_SECONDS, MAX_GIVEN_BACK, Idleness, Visits


class Silent:
    """A connection on which nothing has come."""

    def __init__(self, entrance: Entrance) -> None:
        self.silent, self._entrance, self.given = True, entrance, False

    def give_away(self, way: socket.socket) -> None:
        assert self._entrance.shut
        if self._entrance.way_is_full:
            raise BlockingIOError
        self.given = True


class Entrance:
    """Notes whether it is shut, and has somebody come in just then."""

    def __init__(self) -> None:
        self.shut, self.opened, self.way_is_full = False, 0, False
        self.comes: list[object] = []
        self.tasks: set[object] = set()

    def open(self) -> None:
        self.shut = False
        self.opened += 1

    def close(self) -> None:
        self.shut = True

    async def settled(self) -> None:
        self.tasks.update(self.comes)
        self.comes = []


class House:
    """What `Idleness` looks at; `pages_sleep_seconds` is `seconds`."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.loop = clock, clock.loop(1e6)
        self.visits, self.entrance = Visits(clock.now), Entrance()
        self.seconds, self.busy = 600.0, False
        self.connections: list[Silent] = []
        self.begun = clock.now

    def falls_asleep(self) -> int:
        """After how long, in whole seconds."""
        with self._way() as way:
            idleness = Idleness(
                self.visits, self.entrance, way, lambda: self.seconds, lambda: self.busy, self.entrance.tasks,
                self.connections,
            )  # fmt: skip
            self.loop.run_until_complete(idleness.wait())
        return round(self.clock.now - self.begun)

    def later(self, seconds: float, name: str, value: object) -> None:
        self.loop.call_later(seconds, setattr, self, name, value)

    @contextmanager
    def _way(self) -> Iterator[socket.socket]:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            yield ours


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    made = House(Clock(monkeypatch))
    yield made
    made.loop.close()


def test_it_sleeps_when_nobody_has_asked_for_as_long_as_the_setting_says(house: House) -> None:
    assert 600 <= house.falls_asleep() <= 601
    assert house.entrance.shut


def test_each_visit_keeps_it_awake_for_as_long_again(house: House) -> None:
    house.loop.call_later(500, lambda: setattr(house.visits, "last", house.clock.now))
    assert 1100 <= house.falls_asleep() <= 1102


def test_a_request_that_runs_keeps_it_awake_as_a_live_view_does(house: House) -> None:
    house.entrance.tasks.add("live view")
    house.loop.call_later(5000, house.entrance.tasks.clear)
    assert 5000 <= house.falls_asleep() <= 5000 + LOOK_SECONDS + 1


def test_what_lives_in_memory_alone_keeps_it_awake(house: House) -> None:
    house.busy = True
    house.later(900, "busy", False)
    assert 900 <= house.falls_asleep() <= 900 + LOOK_SECONDS + 1


def test_with_zero_it_never_sleeps_and_the_setting_may_change_meanwhile(house: House) -> None:
    house.seconds = 0
    house.later(10_000, "seconds", 60)
    assert 10_000 <= house.falls_asleep() <= 10_000 + LOOK_SECONDS + 1


def test_silent_connections_are_given_back_and_do_not_keep_it_awake(house: House) -> None:
    house.connections = [Silent(house.entrance) for _ in range(MAX_GIVEN_BACK)]
    assert house.falls_asleep() <= 601
    assert all(connection.given for connection in house.connections)


def test_of_a_request_that_has_come_in_part_the_rest_is_waited_for(house: House) -> None:
    half = Silent(house.entrance)
    half.silent = False
    house.connections = [half]
    house.loop.call_later(700, setattr, half, "silent", True)
    assert 700 <= house.falls_asleep() <= 700 + LOOK_SECONDS + 1


def test_more_connections_than_can_be_given_back_are_waited_for(house: House) -> None:
    house.connections = [Silent(house.entrance) for _ in range(MAX_GIVEN_BACK + 1)]
    house.loop.call_later(700, house.connections.pop)
    assert 700 <= house.falls_asleep() <= 700 + LOOK_SECONDS + 1


def test_who_comes_in_while_it_falls_asleep_is_served_first(house: House) -> None:
    house.entrance.comes = ["a request"]
    house.loop.call_later(1000, house.entrance.tasks.clear)
    assert 1000 <= house.falls_asleep() <= 1000 + LOOK_SECONDS + 1
    assert house.entrance.opened == 1 and house.entrance.shut


def test_when_the_way_is_full_it_stays_awake(house: House) -> None:
    house.connections = [Silent(house.entrance)]
    house.entrance.way_is_full = True
    house.loop.call_later(900, setattr, house.entrance, "way_is_full", False)
    assert 900 <= house.falls_asleep() <= 900 + LOOK_SECONDS + 1
    assert house.connections[0].given
