# SPDX-License-Identifier: GPL-3.0-or-later
"""Guessing passwords is made slow: one token bucket an address, and one for all addresses that nobody came in from.

What needs no log-in has its own buckets of the same kind, see `webui.http.state`.
"""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network

from wire.addresses import parse

# Five tries at once, then one every twenty seconds: nobody at home notices, and a guesser gets 4,300 a day.
ADDRESS_BURST = 5
ADDRESS_REFILL_SECONDS = 20.0
# For all addresses together, so that taking many addresses gains little.
HOUSE_BURST = 30
HOUSE_REFILL_SECONDS = 3.0
# More addresses than a home has; the one that was idle longest makes room, and the common bucket still counts.
MAX_ADDRESSES = 1024
KEY_BYTES = 12


@dataclass(frozen=True, slots=True)
class Count:
    """A bucket as a file has it: its tokens at a moment of the throttle's clock. What is not known counts as none."""

    tokens: float = 0.0
    updated: float = math.inf


@dataclass(frozen=True, slots=True)
class Counts:
    """What a throttle has counted; `addresses` by their keys, the one that was idle longest first."""

    house: Count = Count()
    addresses: Mapping[str, Count] = field(default_factory=dict)


class Bucket:
    """Tokens that come back at a steady rate, up to `burst`."""

    __slots__ = ("burst", "refill_seconds", "tokens", "updated")

    def __init__(self, burst: int, refill_seconds: float, now: float) -> None:
        self.burst = burst
        self.refill_seconds = refill_seconds
        self.tokens = float(burst)
        self.updated = now

    def wait(self, now: float) -> float:
        """Seconds until a token is there; 0.0 when one is there now. Takes none."""
        gained = max(0.0, now - self.updated) / self.refill_seconds
        self.tokens = min(float(self.burst), self.tokens + gained)
        self.updated = now
        return 0.0 if self.tokens >= 1.0 else (1.0 - self.tokens) * self.refill_seconds

    def set(self, count: Count, now: float) -> None:
        """As it was counted, and never better than it could be."""
        self.tokens = min(max(count.tokens, 0.0), float(self.burst))
        self.updated = min(count.updated, now)


class Throttle:
    """Thread-safe. `take` before a password or a code is looked at, `forgive` when it was right."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        own: tuple[int, float] = (ADDRESS_BURST, ADDRESS_REFILL_SECONDS),
        house: tuple[int, float] = (HOUSE_BURST, HOUSE_REFILL_SECONDS),
    ) -> None:
        """`own`, `house`: how many at once, and seconds until the next: of one address, and of all together."""
        self._clock, self._own = clock, own
        self._lock = threading.Lock()
        self._house = Bucket(*house, clock())
        self._addresses: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, address: str, *, known: bool = False) -> float:
        """0.0 and one token is spent: go on. Else the seconds to wait, and nothing is spent.

        `known`: who has logged in from there before, or has a session. It waits for its own tries alone: what others
        guess from many addresses must not lock the owner out.
        """
        with self._lock:
            now = self._clock()
            own = self._bucket(address, now)
            wait = own.wait(now) if known else max(own.wait(now), self._house.wait(now))
            if wait == 0.0:
                own.tokens -= 1.0
                self._house.tokens -= 0.0 if known else 1.0
            return wait

    def forgive(self, address: str, *, known: bool = False) -> None:
        """The try was right: give its token back, and clear what the address had run up. `known`: as it was taken."""
        with self._lock:
            self._addresses.pop(_key(address), None)
            back = 0.0 if known else 1.0
            self._house.tokens = min(float(self._house.burst), self._house.tokens + back)

    def counts(self) -> Counts:
        """What was counted so far."""
        with self._lock:
            addresses = {key: Count(each.tokens, each.updated) for key, each in self._addresses.items()}
            return Counts(Count(self._house.tokens, self._house.updated), addresses)

    def go_on(self, counts: Counts) -> None:
        """Count on from there; `Counts()`, of what is not known any more, leaves the house not one try at first."""
        with self._lock:
            now = self._clock()
            self._house.set(counts.house, now)
            for key, count in list(counts.addresses.items())[-MAX_ADDRESSES:]:
                bucket = self._addresses[key[: 2 * KEY_BYTES]] = Bucket(*self._own, now)
                bucket.set(count, now)

    def __len__(self) -> int:
        return len(self._addresses)

    def _bucket(self, address: str, now: float) -> Bucket:
        key = _key(address)
        bucket = self._addresses.get(key)
        if bucket is None:
            if len(self._addresses) >= MAX_ADDRESSES:
                self._addresses.popitem(last=False)
            bucket = self._addresses[key] = Bucket(*self._own, now)
        self._addresses.move_to_end(key)
        return bucket


def _key(address: str) -> str:
    """A digest, so that a file of them names nobody, and no secret. An IPv6 client owns a whole /64, so that is what
    counts; anything that is no address counts as itself."""
    try:
        parsed = parse(address)
        whose = str(parsed if parsed.version == 4 else ip_network((parsed, 64), strict=False))
    except ValueError:
        whose = address
    return hashlib.blake2b(whose.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).hexdigest()

