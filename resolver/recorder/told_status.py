# SPDX-License-Identifier: GPL-3.0-or-later
"""What the recorder says of itself in its status, and when: soon after rows came, and now and then while none do."""

from __future__ import annotations

import time
from pathlib import Path

from resolver.recorder.config_looks import IDLE_SECONDS
from store.base import status
from store.base.process_status import RecorderStatus
from store.base.row_counts import RowCounts
from store.log.protocol import LogWriter

STATUS_SECONDS, SOON_SECONDS = 1.3, 0.3  # after records came; one that is due soon goes with what wakes it now


class ToldStatus:
    """What it says outlives the recorder: what the one before told of the log goes on being true.

    `due`: when to say it next, in seconds of time.monotonic(); `crowd_at`: what the one before said of a crowd.
    """

    def __init__(self, run: Path) -> None:
        before = status.read(run).recorder or RecorderStatus()
        self.due, self.crowd_at = 0.0, before.crowd_at
        self._begun_at, self._begun_why, self._last_commit = before.begun_at, before.begun_why, 0.0
        self._teller, self._news = status.Teller(run, "recorder"), False  # news: rows since the last one

    def arrived(self, now: float) -> None:
        """Rows have come."""
        self.due, self._news = min(self.due, now + STATUS_SECONDS), True

    def committed(self) -> None:
        """Rows are in the log."""
        self._last_commit = time.time()

    def begun(self, why: str) -> None:
        """Another file is the log now."""
        self._begun_at, self._begun_why = time.time(), why

    def is_due(self, now: float, ahead: float) -> bool:
        """Whether it is time to within `ahead` seconds; said once."""
        if now + (SOON_SECONDS if self._news else ahead) < self.due:
            return False
        self.due, self._news = now + IDLE_SECONDS, False
        return True

    def tell(self, log: LogWriter, counts: RowCounts, error: str, crowd_at: float) -> None:
        """Say it now."""
        self._teller.tell(RecorderStatus(
            rows=log.written, buffered=log.buffered, dropped=log.dropped, error=error, last_commit=self._last_commit,
            counts=counts, begun_at=self._begun_at, begun_why=self._begun_why, fallbacks=log.fallbacks,
            crowd_at=crowd_at), time.monotonic())  # fmt: skip
