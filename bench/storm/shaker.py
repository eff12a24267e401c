# SPDX-License-Identifier: GPL-3.0-or-later
"""Begins TLS connections at a fixed rate, none of which goes on with a session of before, or only opens and says
nothing: `python -m bench.storm.shaker --port P …`. Prints one JSON object.

Connections begin by the clock, each from the next of many addresses of loopback, so that no client's own limit ends
them. One that is through asks nothing, and is closed.
"""

import argparse
import json
import os
import resource
import selectors
import socket
import ssl
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

CLIENTS = 200  # addresses, of which each then begins one a second
PATIENCE_SECONDS = 8.0  # longer than a server waits for a handshake
_NICE = 10  # the storm comes from other machines: it takes no core from who asks in the clear


@dataclass(slots=True)
class _Begun:
    sock: socket.socket
    at: float
    tls: ssl.SSLSocket | None = None


class Shaker:
    """One run of it."""

    def __init__(self, port: int, speak: bool) -> None:
        self._port, self._speak = port, speak
        self._selector = selectors.DefaultSelector()
        self._open: dict[int, _Begun] = {}
        self.came: Counter[str] = Counter()
        self.shaken_ms: list[float] = []
        self.most_open = 0
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.check_hostname, self._context.verify_mode = False, ssl.CERT_NONE

    def run(self, rate: float, count: int) -> None:
        """Begin `count` connections, and see what becomes of each."""
        begun = time.monotonic()
        while self.came["begun"] < count or self._open:
            now = time.monotonic()
            while self.came["begun"] < count and begun + self.came["begun"] / rate <= now:
                self._begin(now)
            self.most_open = max(self.most_open, len(self._open))
            for key, _ in self._selector.select(0.002):
                self._go_on(key.data)
            if now - begun > count / rate:
                for each in [each for each in self._open.values() if now - each.at > PATIENCE_SECONDS]:
                    self._end(each, "left open")
        self._selector.close()

    def _begin(self, now: float) -> None:
        number = self.came["begun"]
        self.came["begun"] += 1
        sock = socket.socket()
        sock.setblocking(False)
        sock.bind((f"127.{20 + number % CLIENTS}.{1 + number // CLIENTS % 200}.1", 0))
        sock.connect_ex(("127.0.0.1", self._port))
        each = self._open[sock.fileno()] = _Begun(sock, now)
        self._selector.register(sock, selectors.EVENT_WRITE if self._speak else selectors.EVENT_READ, each)

    def _go_on(self, each: _Begun) -> None:
        try:
            if not self._speak:
                self._end(each, "answered" if each.sock.recv(1) else "closed")
                return
            if each.tls is None:
                fileno = each.sock.fileno()
                each.tls = self._context.wrap_socket(each.sock, do_handshake_on_connect=False, server_hostname="storm")
                each.sock = each.tls
                self._selector.modify(fileno, selectors.EVENT_READ, each)
            each.tls.do_handshake()
        except ssl.SSLWantReadError:
            return
        except (ssl.SSLError, OSError):
            self._end(each, "refused")
            return
        self.shaken_ms.append((time.monotonic() - each.at) * 1000)
        self._end(each, "shaken")

    def _end(self, each: _Begun, what: str) -> None:
        self.came[what] += 1
        with suppress(KeyError, ValueError):
            self._selector.unregister(each.sock)
        del self._open[each.sock.fileno()]
        each.sock.close()


def main() -> None:
    """One storm."""
    parser = argparse.ArgumentParser(prog="python -m bench.storm.shaker", description="Many TLS connections.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rate", type=float, default=200.0)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--idle", action="store_true", help="say nothing")
    given = parser.parse_args()
    os.nice(_NICE)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    shaker, begun = Shaker(given.port, not given.idle), time.monotonic()
    shaker.run(given.rate, given.count)
    times = sorted(shaker.shaken_ms)
    print(json.dumps({
        **shaker.came, "seconds": round(time.monotonic() - begun, 2), "most_open": shaker.most_open,
        "shaken_p50_ms": round(times[len(times) // 2], 1) if times else None,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
