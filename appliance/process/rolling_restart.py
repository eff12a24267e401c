# SPDX-License-Identifier: GPL-3.0-or-later
"""The rolling restart: children one after another, so that the others go on answering meanwhile."""

import signal
from collections import deque
from collections.abc import Sequence

from appliance.process.children import Child
from appliance.process.heartbeat import Heartbeats

# A worker that is asked to end answers what is in flight first; one that takes longer hangs.
END_SECONDS = 6.0
DRAIN_SECONDS = 60.0  # one that drains writes what it holds, and to a slow disk that takes its time
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
        self._old: tuple[int | None, ...] = ()
        self._since = 0.0

    @property
    def active(self) -> bool:
        """Whether a restart is in progress."""
        return bool(self._waiting) or self._current is not None

    def begin(self, children: Sequence[Child]) -> None:
        """Put them in line."""
        self._waiting.extend(children)

    def step(self, now: float) -> None:
        """Ask the next one to end when the one before it is back."""
        child = self._current
        if child is not None:
            if child.running and child.pid == self._old_pid:
                if now - self._since > _patience(child):
                    child.send(signal.SIGKILL)
                return
            if not self._is_back(child, now):
                return
        self._current = self._waiting.popleft() if self._waiting else None
        if self._current is not None:
            self._old_pid, self._since = self._current.pid, now
            self._old = self._old_pid, self._heartbeats.speaker(self._current)
            self._current.ask_to_end()

    def _is_back(self, child: Child, now: float) -> bool:
        return now - self._since > _patience(child) + BACK_SECONDS or (
            child.running and self._heartbeats.speaker(child) not in (None, *self._old)
        )


def _patience(child: Child) -> float:
    return DRAIN_SECONDS if child.spec.drains else END_SECONDS
