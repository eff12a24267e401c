# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong with the log, told once in a while: a disk that fails does so many times a second."""

from __future__ import annotations

import logging
import time

REPORT_SECONDS = 60.0  # one line a minute about a disk that fails

log = logging.getLogger(__name__)


class ToldErrors:
    """`last`: what the status says; "" once something works again."""

    def __init__(self) -> None:
        self.last, self._reported = "", -REPORT_SECONDS

    def tell(self, what: str, error: Exception) -> None:
        """Say in words what does not work."""
        self.last = f"{what} ({error})"
        now = time.monotonic()
        if now - self._reported >= REPORT_SECONDS:
            self._reported = now
            log.error("%s: %s", what, error)
