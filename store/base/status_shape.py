# SPDX-License-Identifier: GPL-3.0-or-later
"""What every process says of itself in its RUN/<role>.json, and how long that is believed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

# A status older than this is not believed: each process writes its own every second to five, the updater alone when it
# works. The supervisor kills a worker that is silent for half as long (appliance.process.heartbeat).
STALE_SECONDS = 30.0


class Moment(NamedTuple):
    """Now, by the clock of the wall (Unix seconds) and by the one that never jumps (time.monotonic)."""

    time: float
    clock: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What stands in every file; whoever writes it fills these three in."""

    pid: int = 0
    time: float = 0.0  # Unix seconds
    clock: float = 0.0  # CLOCK_MONOTONIC, the same for all processes of a machine; 0 from one that does not say it

    def is_live(self, now: Moment) -> bool:
        """Whether it was written within STALE_SECONDS of now, before or after.

        A Pi without a clock of its own jumps by years when it first hears the time, which says nothing of a process.
        """
        age = now.clock - self.clock if self.clock else now.time - self.time
        return abs(age) <= STALE_SECONDS
