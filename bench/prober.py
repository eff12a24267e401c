# SPDX-License-Identifier: GPL-3.0-or-later
"""How long each answer takes at a fixed rate: `python -m bench.prober --port P --rate R --seconds S --queries FILE`.

It sends by the clock and never waits for an answer before the next question, so a server that stalls is asked on and
its stall is seen in every question of that time (no coordinated omission). Arrival is the kernel's time stamp, so what
this process is late with itself is not the server's; `late_p99_us` says how far sending was behind its schedule. A
question without an answer counts with TIMEOUT_US. Prints one JSON object.
"""

import argparse
import json
import select
import socket
import struct
import time
from collections.abc import Sequence
from itertools import cycle
from math import ceil
from pathlib import Path

from bench import packets

TIMEOUT_US = 1_000_000
SO_TIMESTAMPNS = 35  # not named by Python's socket module; the same on x86 and ARM
_TIMESPEC = struct.Struct("ll")
_QUANTILES = {"p50_us": 0.5, "p99_us": 0.99, "p999_us": 0.999, "worst_us": 1.0}


def quantile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank quantile of sorted values."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0


def summary(answered_us: Sequence[float], late_us: Sequence[float], sent: int) -> dict[str, float]:
    """Quantiles over all questions sent; those without an answer took TIMEOUT_US."""
    ordered = sorted(answered_us) + [float(TIMEOUT_US)] * (sent - len(answered_us))
    shares = {key: quantile(ordered, share) for key, share in _QUANTILES.items()}
    return {"sent": sent, "answered": len(answered_us), "late_p99_us": quantile(sorted(late_us), 0.99), **shares}


def probe(sock: socket.socket, queries: Sequence[bytes], rate: float, seconds: float) -> dict[str, float]:
    """Send round robin through a connected, non-blocking socket; see the module's story for what is measured."""
    open_: dict[int, int] = {}  # id → when it was sent, at most 65,536
    answered: list[float] = []
    late: list[float] = []
    step, begun = 1e9 / rate, time.time_ns()
    total, sent, texts = int(rate * seconds), 0, cycle([query[2:] for query in queries])
    end = begun + int(seconds * 1e9) + TIMEOUT_US * 1000
    while True:
        now = time.time_ns()
        while sent < total and (due := begun + int(sent * step)) <= now:
            ident, stamp = sent & 0xFFFF, time.time_ns()
            open_[ident] = stamp
            _send(sock, ident.to_bytes(2, "big") + next(texts))
            late.append((stamp - due) / 1000)
            sent += 1
        _receive(sock, open_, answered)
        now = time.time_ns()
        if now >= end or (sent == total and not open_):
            return summary(answered, late, sent)
        next_ns = begun + int(sent * step) if sent < total else end
        select.select([sock], [], [], max(0, next_ns - now) / 1e9)


def _send(sock: socket.socket, packet: bytes) -> None:
    try:
        sock.send(packet)
    except OSError:  # a full buffer or a closed port: it counts as unanswered
        return


def _receive(sock: socket.socket, open_: dict[int, int], answered: list[float]) -> None:
    while True:
        try:
            response, control, _, _ = sock.recvmsg(512, 64)
        except BlockingIOError:
            return
        except OSError:
            continue
        sent = open_.pop(int.from_bytes(response[:2], "big"), None)
        if sent is not None and control:
            seconds, nanoseconds = _TIMESPEC.unpack_from(control[0][2])
            taken = (seconds * 1_000_000_000 + nanoseconds - sent) / 1000
            answered.append(min(max(0.0, taken), float(TIMEOUT_US)))


def main() -> None:
    """Measure one server and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m bench.prober", description="Latency at a fixed rate.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--queries", type=Path, required=True, help="lines of NAME TYPE")
    options = parser.parse_args()
    queries = [packets.of_line(line) for line in options.queries.read_text().splitlines()]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        sock.setblocking(False)
        sock.connect(("127.0.0.1", options.port))
        print(json.dumps(probe(sock, queries, options.rate, options.seconds)))


if __name__ == "__main__":
    main()
