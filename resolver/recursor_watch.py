# SPDX-License-Identifier: GPL-3.0-or-later
"""What the keeper of our own resolver says, as it changes: RUN/recursor.json, looked at some times a second."""

from __future__ import annotations

from pathlib import Path

from store.base import status
from store.base.process_status import RecursorStatus


class RecursorWatch:
    """`status`: its last word; None: there is none."""

    def __init__(self, run: Path) -> None:
        self._run, self._path = run, run / "recursor.json"
        self._mark = self._look()
        self.status = status.read_recursor(run) if self._mark else None

    def changed(self) -> bool:
        """Whether it says something else than at the last look that matters to who asks it; one stat(2) mostly."""
        mark = self._look()
        if mark == self._mark:
            return False
        self._mark, before = mark, _told(self.status)
        self.status = status.read_recursor(self._run) if mark else None
        return _told(self.status) != before

    def _look(self) -> tuple[int, ...]:
        try:
            info = self._path.stat()
        except OSError:
            return ()
        return info.st_ino, info.st_mtime_ns


def _told(status_: RecursorStatus | None) -> object:
    return status_ and (status_.state, status_.port, status_.relay_port, status_.validates, status_.insecure)
