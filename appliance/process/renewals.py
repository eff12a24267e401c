# SPDX-License-Identifier: GPL-3.0-or-later
"""Children that ask to be started anew, since they hold memory that they can give back in no other way.

A fork takes some 50 ms, on the same sockets. They are asked to end as in a rolling restart, so it is no fault, is not
counted as a restart and has no back-off.
"""

import logging
from collections.abc import Iterable

from appliance.process.children import Child
from appliance.process.rolling_restart import Rolling

HOUR = 3_600.0  # between two renewals of one child: what it forgets by it is worth more than memory

log = logging.getLogger("telltale.supervisor")


class Renewals:
    """One at a time, and none while children are restarted anyway; times are seconds of time.monotonic()."""

    def __init__(self, rolling: Rolling) -> None:
        self._rolling = rolling
        self._last: dict[str, float] = {}  # by role; bounded as roles are

    def look(self, children: Iterable[Child], now: float) -> None:
        """With each turn, after their pulses were felt. Whoever is not heeded asks again."""
        for child in children:
            if self._rolling.active or not _asks(child) or now - self._last.get(child.spec.role, -HOUR) < HOUR:
                continue
            self._last[child.spec.role] = now
            child.renewed = child.spec.stands_by
            level = logging.DEBUG if child.renewed else logging.INFO
            log.log(level, "%s is renewed, since it holds memory that it needs no more", child.spec.role)
            self._rolling.begin([child])


def _asks(child: Child) -> bool:
    return child.running and not child.wanted_exit and child.pulse is not None and child.pulse.asks_renewal
