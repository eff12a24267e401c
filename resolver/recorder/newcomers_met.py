# SPDX-License-Identifier: GPL-3.0-or-later
"""How many new addresses become devices in a while: as many as a home, or a school, brings. A crowd is made up.

Whoever has a MAC address that the kernel or a router knows is let through: there are no more of those than their tables
hold. All others are answered and recorded by their address as ever; they are devices only as far as there is room, and
the rest when they ask again later. So nobody who makes addresses up fills the table of devices, pushes a home's own out
of it, or keeps config.db busy.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Set
from dataclasses import dataclass

AT_ONCE = 2_000  # a school in the morning
LATER, LATER_SECONDS = 100, 30.0  # and so many more each time, all at once: an edit of config.db wakes many
FEW, FEW_SECONDS = 20, 1.0  # beside those, where so few come in a batch: a phone just after a crowd


@dataclass(slots=True)
class _Room:
    """For `most`, and for `more` again each time that `seconds` went by."""

    most: int
    more: int
    seconds: float
    left: int = 0
    since: float = float("-inf")

    def take(self, count: int, now: float) -> int:
        if now - self.since >= self.seconds:
            whiles = min((now - self.since) / self.seconds, self.most)
            self.left = min(self.most, self.left + self.more * int(whiles))
            self.since = now
        self.left -= (taken := min(count, self.left))
        return taken


class NewcomersMet:
    """Of one recorder. `is_sure`: whether a MAC address is known of an address, so that somebody is there."""

    def __init__(self, is_sure: Callable[[str], bool], clock: Callable[[], float] = time.time) -> None:
        self._is_sure, self._clock = is_sure, clock
        self._crowd, self._few = _Room(AT_ONCE, LATER, LATER_SECONDS), _Room(FEW, 1, FEW_SECONDS)
        self.crowd_at = 0.0  # Unix seconds at which there was last somebody of whom no device was made, 0: never

    def among(self, addresses: Set[str], now: float) -> set[str]:
        """Those of these new addresses that become devices now; `now`: seconds of time.monotonic()."""
        count = self._crowd.take(len(addresses), now)
        if count < len(addresses) <= FEW:
            count += self._few.take(len(addresses) - count, now)
        every = list(addresses)
        met = {*every[:count], *filter(self._is_sure, every[count:])}
        if len(met) < len(addresses):
            self.crowd_at = self._clock()
        return met
