# SPDX-License-Identifier: GPL-3.0-or-later
"""Does DNS answer? Asks the name kept for that over UDP, as a device at home would ask any."""

from __future__ import annotations

import threading
import time

from resolver.answer import local_names
from store.config.settings import Settings, parse_endpoint
from wire.stub import ask

TIMEOUT_SECONDS = 1.0
# /health is open to all: however often it is called, DNS is asked this seldom.
KEPT_SECONDS = 5.0
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (the addresses to ask when we listen on all)


class Probe:
    """Remembers the last result for `KEPT_SECONDS`; one thread asks, the others wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._answered = False

    def answered(self, settings: Settings) -> bool:
        with self._lock:
            if time.monotonic() - self._asked_at > KEPT_SECONDS:
                name = local_names.health_name(settings.own_name)
                self._answered = any(answers(endpoint, name) for endpoint in settings.dns[:1])
                self._asked_at = time.monotonic()
            return self._answered


def answers(endpoint: str, name: str, timeout: float = TIMEOUT_SECONDS) -> bool:
    """Whether `endpoint` (ADDRESS:PORT) answers `name` A IN with NOERROR within `timeout` seconds."""
    host, port = parse_endpoint(endpoint, 53)
    found = ask(name, (_ANY.get(host, host), port), timeout=timeout)
    return found is not None and found[0] == 0
