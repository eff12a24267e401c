# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks at a fixed rate from many addresses, and looks at every answer: `python -m bench.edits.asker --port P …`.

It sends by the clock, so a server that stalls is asked on. An answer's time is the kernel's stamp, so what this process
is late with itself is not the server's; `late_ms` says how much that was. Prints one JSON object.
"""

import argparse
import json
import select
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

from bench.edits import drops
from bench.edits.questions import CLIENTS, Asked, outcome, question, source
from bench.prober import quantile

PATIENCE_NS = 3_000_000_000  # after which a question is lost; no device waits longer before it asks again
BUFFER = 8 << 20
EXAMPLES = 20  # of what went wrong, told whole
_SO_RCVBUFFORCE, _SO_TIMESTAMPNS = 33, 35  # not named by Python; the same on x86 and ARM
_TIMESPEC = struct.Struct("ll")
_STEADY = ("steady", "fresh", "local")


@dataclass(slots=True)
class Heard:
    """What came of a turn; times in milliseconds, by kind of question."""

    sent: int = 0
    lost: int = 0
    servfail: int = 0
    wrong: int = 0
    times: dict[str, list[float]] = field(default_factory=dict)
    late: list[float] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)

    def take(self, asked: Asked, said: str, taken_ms: float) -> None:
        """Note an answer."""
        self.times.setdefault(asked.kind, []).append(taken_ms)
        if said in asked.right:
            self.answers[f"{asked.kind} {'blocked' if said == '0.0.0.0' else 'answered'}"] += 1
            return
        self.servfail += said == "SERVFAIL"
        self.wrong += said != "SERVFAIL"
        self.example(f"{said or 'nothing'} instead of {'|'.join(sorted(asked.right))}", asked)

    def lose(self, asked: Asked, at_s: float) -> None:
        """Note a question that nobody answered; `at_s`: seconds from the begin of the turn."""
        self.lost += 1
        self.example(f"lost at {at_s:.2f} s", asked)

    def example(self, what: str, asked: Asked) -> None:
        if len(self.examples) < EXAMPLES:
            self.examples.append(f"{asked.packet[12:].split(bytes(1))[0]!r} of {source(asked.client)}: {what}")

    def told(self) -> dict[str, object]:
        """As JSON; quantiles of the time to an answer, over all and by kind."""
        late = sorted(self.late)
        return {
            "sent": self.sent, "answered": sum(map(len, self.times.values())), "lost": self.lost,
            "servfail": self.servfail, "wrong": self.wrong, "answers": dict(sorted(self.answers.items())),
            "ms": {kind: _quantiles(times) for kind, times in sorted(self._kinds().items())},
            "late_ms": {"p99": round(quantile(late, 0.99), 2), "most": round(late[-1], 2) if late else 0.0},
            "examples": self.examples,
        }  # fmt: skip

    def _kinds(self) -> dict[str, list[float]]:
        every = [ms for times in self.times.values() for ms in times]
        return {"all": every, **self.times}


def ask(port: int, rate: float, seconds: float, first: int) -> dict[str, object]:
    """A turn, beginning with question `first`; see the module's story."""
    socks = [wide_open(source(client)) for client in range(CLIENTS)]
    for sock in socks:
        sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        sock.connect(("127.0.0.1", port))
    ports = [sock.getsockname()[1] for sock in socks]
    try:
        before = drops.at(ports)
        heard = _Turn(socks, rate, seconds, first).run()
        return {**heard.told(), "dropped_here": drops.at(ports) - before}
    finally:
        for sock in socks:
            sock.close()


class _Turn:
    def __init__(self, socks: list[socket.socket], rate: float, seconds: float, first: int) -> None:
        self._socks, self._step, self._total = socks, 1e9 / rate, int(rate * seconds)
        self._heard = Heard()
        # By client, what waits for an answer by its id, in the order of sending: at most a rate times PATIENCE.
        self._open: list[dict[bytes, tuple[int, Asked]]] = [{} for _ in socks]
        self._idents = [count(1) for _ in socks]
        self._questions: Iterator[Asked] = map(question, count(first))
        self._poll = select.epoll()
        self._by_descriptor = {sock.fileno(): place for place, sock in enumerate(socks)}
        for sock in socks:
            self._poll.register(sock.fileno(), select.EPOLLIN)

    def run(self) -> Heard:
        begun = time.time_ns()
        end = begun + int(self._total * self._step) + PATIENCE_NS
        while True:
            now = time.time_ns()
            self._send_due(begun, now)
            done = self._heard.sent == self._total
            if done and (not any(self._open) or now >= end):
                break
            due = end if done else begun + int(self._heard.sent * self._step)
            for descriptor, _ in self._poll.poll(max(0.0, min(due - time.time_ns(), 5_000_000)) / 1e9):
                self._receive(self._by_descriptor[descriptor])
        for waiting in self._open:
            for sent_ns, asked in waiting.values():
                self._heard.lose(asked, (sent_ns - begun) / 1e9)
        self._poll.close()
        return self._heard

    def _send_due(self, begun: int, now: int) -> None:
        heard = self._heard
        while heard.sent < self._total and (due := begun + int(heard.sent * self._step)) <= now:
            asked = next(self._questions)
            ident = (next(self._idents[asked.client]) & 0xFFFF).to_bytes(2, "big")
            stamp = time.time_ns()
            self._open[asked.client][ident] = stamp, asked
            with suppress(OSError):  # a closed port or a full buffer: it counts as lost
                self._socks[asked.client].send(ident + asked.packet[2:])
            heard.late.append((stamp - due) / 1e6)
            heard.sent += 1

    def _receive(self, client: int) -> None:
        receive: Callable[..., tuple[bytes, list[tuple[int, int, bytes]], int, object]] = self._socks[client].recvmsg
        while True:
            try:
                response, control, _, _ = receive(1500, 64)
            except BlockingIOError:
                return
            except OSError:  # a refusal that came back
                continue
            sent = self._open[client].pop(response[:2], None)
            if sent is not None and control:
                seconds, nanoseconds = _TIMESPEC.unpack_from(control[0][2])
                taken = (seconds * 1_000_000_000 + nanoseconds - sent[0]) / 1e6
                self._heard.take(sent[1], outcome(response), max(0.0, taken))


def wide_open(address: str) -> socket.socket:
    """A socket for datagrams at an address, on a port of the kernel's choice, with room for what comes meanwhile."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    with suppress(OSError):  # takes CAP_NET_ADMIN
        sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, BUFFER)
    sock.setblocking(False)
    sock.bind((address, 0))
    return sock


def _quantiles(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    shares = {"p50": 0.5, "p99": 0.99, "p999": 0.999}
    found = {name: round(quantile(ordered, share), 3) for name, share in shares.items()}
    return {**found, "most": round(ordered[-1], 3) if ordered else 0.0}


def main() -> None:
    """Ask for one turn and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m bench.edits.asker", description="A turn of questions.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--first", type=int, default=0, help="the number of the first question")
    given = parser.parse_args()
    print(json.dumps(ask(given.port, given.rate, given.seconds, given.first)))


if __name__ == "__main__":
    main()
