# SPDX-License-Identifier: GPL-3.0-or-later
"""How many handshakes a second: of one client, and of all. Pure; times are seconds of a clock that never jumps.

A handshake costs half a millisecond to two of a core, a hundred times what a query does. Who makes more than a client
needs is told so by a closed connection, and comes again.
"""

from __future__ import annotations

from dataclasses import dataclass

from network.places import network_of

ALL = (400.0, 300.0)  # at once, and a second: three fifths of a small machine's core, which queries do not share
CLIENT = (40.0, 10.0)  # a browser opens six, a resolver that forwards some dozens when it starts
CLIENTS_MAX = 4096  # looked after at once, some 200 bytes each


@dataclass(slots=True)
class Bucket:
    """What is left, as of `at`."""

    left: float
    at: float

    def take(self, most: float, per_second: float, now: float) -> bool:
        """One more, if there is one left."""
        self.left = min(most, self.left + max(0.0, now - self.at) * per_second)
        self.at = now
        if self.left < 1.0:
            return False
        self.left -= 1.0
        return True


class HandshakeLimits:
    """Of one process."""

    def __init__(self, every: tuple[float, float] = ALL, client: tuple[float, float] = CLIENT) -> None:
        self._every, self._client = every, client
        self._all = Bucket(every[0], 0.0)
        self._clients: dict[str, Bucket] = {}

    def take(self, address: str, now: float) -> bool:
        """Whether a client may make one now; all addresses of a /64 of IPv6 are one."""
        who = network_of(address) or address
        bucket = self._clients.get(who)
        if bucket is None:
            if len(self._clients) >= CLIENTS_MAX:
                self._forget(now)
            bucket = self._clients[who] = Bucket(self._client[0], now)
        return bucket.take(*self._client, now) and self._all.take(*self._every, now)

    def _forget(self, now: float) -> None:
        """Those that have all of theirs again; where that is nobody, everybody."""
        most, per_second = self._client
        self._clients = {
            who: bucket for who, bucket in self._clients.items() if bucket.left + (now - bucket.at) * per_second < most
        }
        if len(self._clients) >= CLIENTS_MAX:
            self._clients.clear()
