# SPDX-License-Identifier: GPL-3.0-or-later
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from ipaddress import ip_address

import pytest
from waiting import HANG_SECONDS, until

from firewall.answer_listener import AnswerListener
from firewall.answered_addresses import Answers
from network.neighbours import Neighbours
from store.wall import answer_codec
from wire.addresses import Address

PHONE, WEB = "192.168.77.10", "203.0.113.5"
MAC = "02:00:00:00:00:01"


class Told:
    """A listener thread with one worker; `kernel` is what it put into sets."""

    def __init__(self, read: Callable[[], dict[Address, str]]) -> None:
        self.worker, ours = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.answers, self.kernel = Answers(), list[tuple[str, bytes, int]]()
        self.listener = AnswerListener([ours], self.answers, Neighbours(read), lambda: True)
        self.listener._tell_kernel = self.kernel.extend  # type: ignore[method-assign]
        self.listener.extra = 100
        self.may_read = threading.Event()
        self._ours = ours

    def tell(self, client: str, address: str) -> None:
        self.worker.send(answer_codec.pack([(answer_codec.packed(client), answer_codec.packed(address), 60)]))

    def has_heard(self) -> bool:
        """Whether nothing waits for it to read."""
        return not select.select([self._ours], [], [], 0)[0]

    def is_heeded(self) -> bool:
        """Whether the listener still looks at the worker; its thread may change that in the middle of this look."""
        with suppress(RuntimeError):
            return self._ours in [key.fileobj for key in dict(self.listener._selector.get_map()).values()]
        return True

    def end(self) -> None:
        self.listener.stop()
        self.worker.close()
        self._ours.close()


@pytest.fixture
def slow() -> Iterator[Told]:
    """Reading the neighbour table takes until the test lets it go on."""

    def read() -> dict[Address, str]:
        assert told.may_read.wait(HANG_SECONDS)
        return {ip_address(PHONE): MAC}

    told = Told(read)
    yield told
    told.may_read.set()
    told.end()


def test_the_address_is_told_before_the_neighbours_are_looked_at(slow: Told) -> None:
    slow.listener.start()
    slow.tell(PHONE, WEB)
    until(lambda: slow.kernel)
    assert [(name, seconds) for name, _, seconds in slow.kernel] == [("answers4", 160)]
    slow.may_read.set()
    until(lambda: len(slow.kernel) == 2)
    assert slow.kernel[1][0] == "answers_mac4"
    slow.tell(PHONE, "203.0.113.6")  # now the device is known
    until(lambda: len(slow.kernel) == 4)
    with slow.answers.lock:
        assert slow.answers.known(ip_address("192.168.77.99"), MAC, ip_address("203.0.113.6"), time.monotonic())


def test_nothing_is_told_while_the_table_is_replaced(slow: Told) -> None:
    slow.listener.start()
    with slow.answers.lock:
        slow.tell(PHONE, WEB)
        until(slow.has_heard)
        assert slow.kernel == [] and list(slow.answers.lines(0)) == []
    until(lambda: slow.kernel)


def test_nonsense_and_a_worker_that_is_gone(slow: Told) -> None:
    slow.may_read.set()
    slow.listener.start()
    slow.worker.send(b"nonsense")
    slow.tell(PHONE, WEB)
    until(lambda: slow.kernel)
    slow.worker.close()
    until(lambda: not slow.is_heeded())
