# SPDX-License-Identifier: GPL-3.0-or-later
"""Many clients at once: `python -m bench.crowd --port P --clients N --seconds S --queries FILE`.

dnsperf asks from one address. Here every packet leaves from the next of N addresses in 127.0.0.0/8, which are all this
machine's own: IP_PKTINFO names the source of each packet, so one socket is enough. As many questions are open as
OUTSTANDING allows; one that is not answered in time is lost. Prints one JSON object.
"""

import argparse
import contextlib
import json
import select
import socket
import struct
import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

from bench import packets

OUTSTANDING = 100
TIMEOUT_NS = 1_000_000_000
MAX_CLIENTS = 200 * 200 * 200
_IP_PKTINFO = 8  # not named by Python's socket module before 3.14
_BURST = 32  # sent before looking for answers again


def source(number: int) -> bytes:
    """The address of client `number`: 127.1.1.1 and on, never 127.0.x.x, where others listen."""
    high, rest = divmod(number, 40_000)
    return bytes((127, 1 + high, 1 + rest // 200, 1 + rest % 200))


def ask(
    sock: socket.socket, to: tuple[str, int], clients: int, queries: Sequence[bytes], seconds: float
) -> dict[str, float]:
    """Ask as fast as answers come, each time as the next client."""
    controls = cycle([[(socket.IPPROTO_IP, _IP_PKTINFO, struct.pack("=i4s4s", 0, source(n), bytes(4)))]
                      for n in range(clients)])  # fmt: skip
    texts = cycle([query[2:] for query in queries])
    open_: dict[int, int] = {}  # id → when it was sent, at most OUTSTANDING
    sent = answered = lost = 0
    begun = time.monotonic_ns()
    end = begun + int(seconds * 1e9)
    while (now := time.monotonic_ns()) < end or (open_ and now < end + TIMEOUT_NS):
        for _ in range(min(_BURST, OUTSTANDING - len(open_)) if now < end else 0):
            ident = sent & 0xFFFF
            open_[ident] = now
            with contextlib.suppress(OSError):  # a full buffer or a closed port: it counts as unanswered
                sock.sendmsg([ident.to_bytes(2, "big") + next(texts)], next(controls), 0, to)
            sent += 1
        answered += _take(sock, open_)
        lost += _give_up(open_, now)
        if len(open_) >= OUTSTANDING or now >= end:
            select.select([sock], [], [], 0.01)
    lost += len(open_)
    return {"sent": sent, "answered": answered, "lost": lost, "seconds": (time.monotonic_ns() - begun) / 1e9}


def _take(sock: socket.socket, open_: dict[int, int]) -> int:
    taken = 0
    while True:
        try:
            response = sock.recv(512)
        except BlockingIOError:
            return taken
        except OSError:  # a refusal that came back
            continue
        taken += open_.pop(int.from_bytes(response[:2], "big"), None) is not None


def _give_up(open_: dict[int, int], now: int) -> int:
    """Ids stand in the order of sending, so the oldest is the first."""
    gone = 0
    while open_:
        ident = next(iter(open_))
        if now - open_[ident] < TIMEOUT_NS:
            break
        del open_[ident]
        gone += 1
    return gone


def main() -> None:
    """Ask one server and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m bench.crowd", description="Queries from many addresses.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--clients", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--queries", type=Path, required=True, help="lines of NAME TYPE")
    options = parser.parse_args()
    queries = [packets.of_line(line) for line in options.queries.read_text().splitlines()]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        sock.setblocking(False)
        print(json.dumps(ask(sock, ("127.0.0.1", options.port), options.clients, queries, options.seconds)))


if __name__ == "__main__":
    main()
