# SPDX-License-Identifier: GPL-3.0-or-later
"""Latency: quantiles, and what happens to questions that nobody answers."""

import select
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from waiting import HANG_SECONDS

from bench import packets, prober


def test_quantiles_are_by_nearest_rank() -> None:
    values = [float(number) for number in range(1, 1001)]
    assert [prober.quantile(values, share) for share in (0.5, 0.99, 0.999, 1.0)] == [500, 990, 999, 1000]
    assert prober.quantile([7.0], 0.5) == 7
    assert prober.quantile([], 0.5) == 0


def test_what_is_not_answered_took_the_longest() -> None:
    told = prober.summary([10.0] * 98, [0.0], sent=100)
    assert told["p50_us"] == 10
    assert told["p99_us"] == prober.TIMEOUT_US
    assert (told["sent"], told["answered"]) == (100, 98)


class Echo:
    """A server that answers every second question, and the clock of who asks it.

    The clock is real, but that the wait for answers is over soon after the last of `answers`.
    """

    port, answers, answered, looks = 0, 50, 0, 0

    def time_ns(self) -> int:
        self.looks += self.answered == self.answers  # and whoever looks at the clock has looked at the socket before
        return time.time_ns() + (prober.TIMEOUT_US * 1000 if self.looks > 5 else 0)

    def select(self, reading: list[socket.socket], *others: object) -> object:
        return select.select(reading, [], [], 0.005)


@pytest.fixture
def echo() -> Iterator[Echo]:
    made = Echo()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(0.2)
        made.port = sock.getsockname()[1]
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                try:
                    packet, client = sock.recvfrom(512)
                except TimeoutError:
                    continue
                if packet[1] % 2 == 0:
                    sock.sendto(packet, client)
                    made.answered += 1

        thread = threading.Thread(target=serve)
        thread.start()
        yield made
        stop.set()
        thread.join()


@pytest.mark.process
def test_a_silent_server_is_asked_on(echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    """It sends all it was told to, though half the answers never come, and counts those as the slowest."""
    monkeypatch.setattr(prober, "TIMEOUT_US", int(HANG_SECONDS * 1e6))
    for module in ("time", "select"):
        monkeypatch.setattr(prober, module, echo)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, prober.SO_TIMESTAMPNS, 1)
        sock.setblocking(False)
        sock.connect(("127.0.0.1", echo.port))
        told = prober.probe(sock, [packets.query("a.example.com")], rate=1000, seconds=0.1)
    assert (told["sent"], told["answered"]) == (100, 50)
    assert 0 < told["p50_us"] < prober.TIMEOUT_US == told["p99_us"]
