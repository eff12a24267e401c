# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of HTTP/2's own talk a client may make us listen to. Pure; times are seconds of a clock that never jumps.

A stream that is opened and taken back at once (CVE-2023-44487), a SETTINGS, a PING, an empty frame: each is some bytes
for who sends it and work for who reads it. What a request needs of them is little; beyond that the connection ends.
"""

from __future__ import annotations

from resolver.encrypted.handshake_limits import Bucket

MOST, PER_SECOND = 300.0, 50.0
RESET = 3  # a stream taken back costs most
BYTES_FOR_ONE = 4096  # that were sent: a client that takes much says so often
EARNED_MAX = 2000.0


class FloodGuard:
    """Of one connection."""

    def __init__(self, now: float) -> None:
        self._bucket = Bucket(MOST, now)
        self._earned = 0.0

    def sent(self, size: int) -> None:
        """Bytes of bodies went out, which the client will tell us that it took."""
        self._earned = min(EARNED_MAX, self._earned + size / BYTES_FOR_ONE)

    def window(self, now: float) -> bool:
        """Whether one more word on how much may be sent is in order."""
        if self._earned >= 1.0:
            self._earned -= 1.0
            return True
        return self.talk(now)

    def talk(self, now: float, weight: int = 1) -> bool:
        """Whether one more frame that asks for nothing is in order."""
        return all(self._bucket.take(MOST, PER_SECOND, now) for _ in range(weight))
