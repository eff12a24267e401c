# SPDX-License-Identifier: GPL-3.0-or-later
"""The rolling restart: workers one after another, so that the others go on answering meanwhile."""

import signal
from collections import deque
from collections.abc import Sequence

from appliance.process.children import Child
from appliance.process.heartbeat import Heartbeats

# A worker that is asked to end answers what is in flight first; one that takes longer hangs.
END_SECONDS = 6.0
# How long to wait for a new worker's first status before going on with the next.
BACK_SECONDS = 5.0
# More children than any machine has workers for.
_MAX_WAITING = 256


class Rolling:
    """A restart in progress, or none; `step` is called on every turn of the supervisor's loop."""

    def __init__(self, heartbeats: Heartbeats) -> None:
        self._heartbeats = heartbeats
        self._waiting: deque[Child] = deque(maxlen=_MAX_WAITING)
        self._current: Child | None = None
        self._old_pid: int | None = None
        self._stamp = 0
        self._since = 0.0

    @property
    def active(self) -> bool:
        """Whether a restart is in progress."""
        return bool(self._waiting) or self._current is not None

    def begin(self, workers: Sequence[Child]) -> None:
        """Put the workers in line."""
        self._waiting.extend(workers)

    def step(self, now: float) -> None:
        """Ask the next worker to end when the one before it is back."""
        child = self._current
        if child is not None:
            if child.running and child.pid == self._old_pid:
                if now - self._since > END_SECONDS:
                    child.send(signal.SIGKILL)
                return
            if not self._is_back(child, now):
                return
        self._current = self._waiting.popleft() if self._waiting else None
        if self._current is not None:
            self._old_pid, self._since = self._current.pid, now
            self._stamp = self._heartbeats.stamp(self._current)
            self._current.ask_to_end()

    def _is_back(self, child: Child, now: float) -> bool:
        return now - self._since > END_SECONDS + BACK_SECONDS or (
            child.running and self._heartbeats.stamp(child) != self._stamp
        )
