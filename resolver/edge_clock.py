# SPDX-License-Identifier: GPL-3.0-or-later
"""When time alone makes a snapshot old: at an edge of a schedule or a pause, and when the clock was set.

Looked at beside the queries, never for one of them.
"""

import time

from store.log.log_clock import ClockWatch

SET_SECONDS = 1.0  # a clock that a network keeps right is not set by more at once
AGAIN_SECONDS = 5.0  # until the next try, where the policy of an edge could not be read


class EdgeClock:
    """Compares the clock of this machine with the next edge.

    To be made before the first snapshot is built: a clock that is set meanwhile is then noticed.
    """

    def __init__(self) -> None:
        self._clock = ClockWatch(SET_SECONDS)
        self._edge_s: float | None = None

    def built(self, next_edge_s: int | None) -> None:
        """A snapshot stands that holds until then; an edge that is over already is tried again a little later."""
        now = time.time()
        over = next_edge_s is not None and next_edge_s <= now
        self._edge_s = now + AGAIN_SECONDS if over else next_edge_s

    def wait(self) -> float:
        """Seconds to the next edge, by the clock as it is now; infinite without one."""
        return float("inf") if self._edge_s is None else max(0.0, self._edge_s - time.time())

    def due(self) -> bool:
        """Whether a snapshot has to be built anew now; of a clock that was set, it says so once."""
        if self._clock.was_set():
            return True
        if self._edge_s is None or (now := time.time()) < self._edge_s:
            return False
        self._edge_s = now + AGAIN_SECONDS  # should nothing be built
        return True
