# SPDX-License-Identifier: GPL-3.0-or-later
"""The clock of this process, turned back: what the household of the demo did in the past is done at its time.

Edits, samples of devices, the log's writer and the process of evidence all read `time.time`. Nothing of them knows
about a demo, and each notes the moment at which it is done.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

US = 1_000_000


class TurnedClock:
    """`now_us`: what the clock of this process shows, µs since 1970. It stands still until it is turned."""

    def __init__(self, now_us: int) -> None:
        self.now_us = now_us

    def seconds(self) -> float:
        """As `time.time`."""
        return self.now_us / US

    def nanoseconds(self) -> int:
        """As `time.time_ns`."""
        return self.now_us * 1000


@contextmanager
def turned(now_us: int) -> Iterator[TurnedClock]:
    """A clock of this process to be turned; at the end it is the machine's again. For one thread."""
    real = time.time, time.time_ns
    clock = TurnedClock(now_us)
    time.time, time.time_ns = clock.seconds, clock.nanoseconds
    try:
        yield clock
    finally:
        time.time, time.time_ns = real
