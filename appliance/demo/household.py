# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated household: real DNS queries over UDP, each device from its own 127.0.0.x address.

`python -m appliance.demo.household --server 127.0.0.1:5300`. It starts with every name of every device once, so that
all pages are alive within a minute, and goes on at the pace of a home, with time running several times faster. After a
history it is `--settled`: it goes on as it did, without a first round.
"""

import argparse
import heapq
import itertools
import random
import selectors
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from appliance.demo.household_devices import DEVICES, DemoDevice
from store.base import logs
from store.config.settings import parse_endpoint
from wire.stub import build
from wire.types import AAAA, HTTPS, A

# Time runs so much faster than in a real home.
PACE = 6.0
# The first round is spread over so many seconds, without the pace.
BURST_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Ask:
    """One query of one device."""

    device: DemoDevice
    name: str
    qtype: int


def plan(
    devices: Sequence[DemoDevice], dice: random.Random, pace: float = PACE, settled: bool = False
) -> Iterator[tuple[float, Ask]]:
    """An endless schedule of queries: (seconds from the start, query), in the order of time. Pure but for the dice.

    `settled`: each is somewhere between two of its times, in place of the first round.
    """
    count = itertools.count()
    waiting: list[tuple[float, int, DemoDevice, int]] = []
    for device in devices:
        for number in range(-1 if device.browses else 0, len(device.beats)):
            mean = device.browses if number < 0 else device.beats[number].seconds
            within = mean / pace if settled else BURST_SECONDS
            heapq.heappush(waiting, (dice.uniform(0, within), next(count), device, number))
    queries: list[tuple[float, int, Ask]] = []
    while True:
        due, _, device, number = heapq.heappop(waiting)
        while queries and queries[0][0] <= due:
            moment, _, ask = heapq.heappop(queries)
            yield moment, ask
        asks, mean = (visit(device, dice), device.browses) if number < 0 else _beat(device, number)
        for delay, ask in asks:
            heapq.heappush(queries, (due + delay, next(count), ask))
        # A heap of beats: number -1 stands for the person who browses on it.
        heapq.heappush(waiting, (due + mean / pace * dice.uniform(0.7, 1.3), next(count), device, number))


def visit(device: DemoDevice, dice: random.Random) -> list[tuple[float, Ask]]:
    """A person opens a page: its own name first, then what it pulls in, each so many seconds later, in no order."""
    names = dice.choice(device.sites)
    asks: list[tuple[float, Ask]] = []
    for place, name in enumerate(names):
        moment = 0.0 if place == 0 else dice.uniform(0.1, 1.5)
        types = (A, AAAA, HTTPS) if place == 0 else (A, AAAA)
        asks += [(moment, Ask(device, name, qtype)) for qtype in types]
    return asks


def query(name: str, qtype: int, ident: int) -> bytes:
    """A query packet with recursion desired."""
    return build(name, qtype, ident)


def main(words: Sequence[str] | None = None) -> int:
    """Live until told to stop."""
    parser = argparse.ArgumentParser(prog="demo_household")
    parser.add_argument("--server", required=True, metavar="ADDR:PORT")
    parser.add_argument("--pace", type=float, default=PACE)
    parser.add_argument("--settled", action="store_true")
    args = parser.parse_args(words)
    logs.setup("demo-household")
    with suppress(KeyboardInterrupt):
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        live(parse_endpoint(args.server, 53), random.Random(), args.pace, args.settled)
    return 0


def live(server: tuple[str, int], dice: random.Random, pace: float, settled: bool) -> None:
    """Send the household's queries to the server for ever; responses are read and forgotten."""
    selector = selectors.DefaultSelector()
    socks: dict[str, socket.socket] = {}
    for device in DEVICES:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((device.address, 0))
        sock.setblocking(False)
        selector.register(sock, selectors.EVENT_READ)
        socks[device.address] = sock
    begun = time.monotonic()
    for moment, ask in plan(DEVICES, dice, pace, settled):
        while (left := begun + moment - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                _drain(key.fileobj)
        # While the appliance restarts, nobody listens: a device asks again later, and so does this one.
        with suppress(OSError):
            socks[ask.device.address].sendto(query(ask.name, ask.qtype, dice.getrandbits(16)), server)


def _beat(device: DemoDevice, number: int) -> tuple[list[tuple[float, Ask]], float]:
    beat = device.beats[number]
    asks = [(place * 0.004, Ask(device, beat.name, qtype)) for place, qtype in enumerate(beat.types)]
    return asks, beat.seconds


def _drain(sock: object) -> None:
    if isinstance(sock, socket.socket):
        with suppress(OSError):
            while True:
                sock.recv(4096)


if __name__ == "__main__":
    raise SystemExit(main())
