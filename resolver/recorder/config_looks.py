# SPDX-License-Identifier: GPL-3.0-or-later
"""When the recorder looks whether config.db changed, or a task came: soon after the kernel says so, or now and then."""

from __future__ import annotations

from pathlib import Path

from store.config.watch import Watcher
from store.events.config_events import FIRST_SECONDS, ConfigEvents
from store.imports.log_tasks import FOLDER

IDLE_SECONDS = 2.5  # between two looks while the kernel tells nothing
FOLLOW_SECONDS = 0.5  # between two changes that are told of, while there is one edit after the other


class ConfigLooks:
    """Of one state directory; seconds are of time.monotonic(). `due`: when to look next."""

    def __init__(self, state: Path) -> None:
        self.due, self._changed_at = 0.0, float("-inf")
        self._watcher, self._events = Watcher(state / "config.db"), ConfigEvents(state, (), (state / FOLDER,))

    def fileno(self) -> int:
        """Readable once something happened; -1 where the kernel tells nothing."""
        return self._events.fileno()

    def woken(self, now: float) -> bool:
        """Whether something happened since the last call, so that there is a look soon."""
        if not self._events.heard():
            return False
        self.due = min(self.due, max(now + FIRST_SECONDS, self._changed_at + FOLLOW_SECONDS))
        return True

    def changed(self, now: float, ahead: float = 0.0) -> bool:
        """Look, if it is time to within `ahead` seconds; whether config.db is another than at the last look."""
        if now + ahead < self.due:
            return False
        self.due = now + self._events.wait(IDLE_SECONDS)
        if not self._watcher.changed():
            return False
        self._changed_at, self.due = now, max(self.due, now + FOLLOW_SECONDS)
        return True

    def close(self) -> None:
        """Look no more."""
        self._events.close()
        self._watcher.close()
