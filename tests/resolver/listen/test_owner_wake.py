# SPDX-License-Identifier: GPL-3.0-or-later
"""A query wakes the owner of its socket; who stands by is woken by those alone that find the owner awake or gone."""

import asyncio
import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from waiting import HANG_SECONDS, until

from resolver.listen.inherited import loop_factory
from resolver.listen.owner_wake import Arrivals, wake_alone

pytestmark = pytest.mark.process


class Owner:
    """A loop in a thread of its own that reads a socket; each query keeps it busy until `free` is set."""

    def __init__(self, sock: socket.socket, factory: Callable[[], asyncio.AbstractEventLoop]) -> None:
        self.sock, self.free, self.begun = sock, threading.Event(), threading.Event()
        self.free.set()
        self.taken = 0
        self.loop = factory()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self.begun.wait(HANG_SECONDS)

    def _run(self) -> None:
        self.loop.add_reader(self.sock.fileno(), self._take)
        wake_alone(self.loop, [self.sock.fileno()])
        self.loop.call_later(0.3, self.begun.set)
        self.loop.run_forever()

    def _take(self) -> None:
        self.free.wait()
        self.sock.recv(100)
        self.taken += 1

    def close(self) -> None:
        self.free.set()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


class Bed:
    """A socket, who asks it, and who stands by."""

    def __init__(self) -> None:
        self.sock, self._asker = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        for end in (self.sock, self._asker):
            end.setblocking(False)
        self.arrivals = Arrivals([self.sock.fileno()])

    def ask(self) -> None:
        """One query more; none where as many lie there as there is room for."""
        with suppress(BlockingIOError):
            self._asker.send(b"query")

    def hears(self) -> bool:
        return bool(select.select([self.arrivals], [], [], 0)[0])

    def close(self) -> None:
        self.arrivals.close()
        self.arrivals.close()
        self._asker.close()
        self.sock.close()


@pytest.fixture
def bed() -> Iterator[Bed]:
    made = Bed()
    yield made
    made.close()


def heard_while_busy(bed: Bed, owner: Owner) -> bool:
    """Whether who stands by hears of a query that the owner is woken for, and is then kept from taking."""
    bed.arrivals.listen()
    taken = owner.taken
    owner.free.clear()
    bed.ask()
    hears = bed.hears()
    owner.free.set()
    until(lambda: owner.taken > taken)
    return hears


@pytest.mark.parametrize("factory", [loop_factory(), asyncio.new_event_loop])
@pytest.mark.parametrize("stands_by_first", [True, False])
def test_an_owner_that_sleeps_is_woken_alone(
    bed: Bed, factory: Callable[[], asyncio.AbstractEventLoop], stands_by_first: bool
) -> None:
    if stands_by_first:
        bed.arrivals.listen()
    owner = Owner(bed.sock, factory)
    try:
        bed.ask()
        until(lambda: owner.taken == 1)  # whoever came first takes no wake-up from it
        until(lambda: not heard_while_busy(bed, owner))  # it may not sleep again yet
    finally:
        owner.close()


def test_of_what_finds_its_owner_busy_who_stands_by_hears(bed: Bed) -> None:
    owner = Owner(bed.sock, loop_factory())
    try:
        bed.arrivals.listen()
        until(lambda: not heard_while_busy(bed, owner))
        owner.free.clear()
        bed.ask()
        until(lambda: bed.ask() or bed.hears())
        bed.arrivals.deafen()
        assert not bed.hears()
    finally:
        owner.close()


def test_of_what_nobody_owns_who_stands_by_hears(bed: Bed) -> None:
    bed.arrivals.listen()
    assert not bed.hears()
    bed.ask()
    assert bed.hears()


def test_what_lies_there_already_is_heard(bed: Bed) -> None:
    bed.ask()
    assert not bed.hears()
    bed.arrivals.listen()
    assert bed.hears()


def test_a_reader_that_its_loop_gave_up_meanwhile_is_left_alone(bed: Bed) -> None:
    async def inside() -> None:
        loop = asyncio.get_running_loop()
        called = asyncio.Event()
        loop.add_reader(bed.sock.fileno(), called.set)
        wake_alone(loop, [bed.sock.fileno()])
        loop.remove_reader(bed.sock.fileno())
        bed.ask()
        await asyncio.sleep(0.3)
        assert not called.is_set()
        loop.add_reader(bed.sock.fileno(), called.set)
        await called.wait()

    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(inside())
