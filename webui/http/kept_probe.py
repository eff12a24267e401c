# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether DNS answers, asked now and then: the result is kept for a moment, however often it is wanted."""

from __future__ import annotations

import threading
import time

from resolver import probe
from store.config.endpoints import Endpoint

# /health is open to all: however often it is called, DNS is asked this seldom.
KEPT_SECONDS = 5.0


class KeptProbe:
    """One thread asks, the others wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._answered = False

    def answers(self, endpoint: Endpoint, own_name: str) -> bool:
        """Whether the appliance answered at `endpoint`, KEPT_SECONDS ago at most."""
        with self._lock:
            if time.monotonic() - self._asked_at > KEPT_SECONDS:
                self._answered = probe.ask(endpoint, own_name) is not None
                self._asked_at = time.monotonic()
            return self._answered
