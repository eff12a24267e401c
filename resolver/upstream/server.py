# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of an upstream's health: how quick it is, and whether it has fallen silent.

Only silence and socket errors count against a server; an answer, even a wrong or a forged one, never does. After a few
failures in a row it is probed, and it is down only when the probe stays unanswered too.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from resolver.upstream.endpoint import Endpoint
from resolver.upstream.transport import Transport

SUSPECT_AFTER = 3  # failures in a row before a probe is sent
PROBE_FIRST, PROBE_LAST = 1.0, 30.0  # seconds between probes: doubling
FOLDS_AFTER = 5  # answers in a row with the letters' case lost: this server folds it, and 0x20 cannot be used with it
RTT_WEIGHT = 0.125  # of the newest round trip, as TCP does it (RFC 6298)

log = logging.getLogger(__name__)


class Server:
    """A server that we forward to; `probe(self)` is called when it should be asked whether it lives.

    `first` is the transport over which it is asked, `stream` where to go on when that is not enough.
    """

    def __init__(
        self, endpoint: Endpoint, transports: tuple[Transport, ...], probe: Callable[[Server], None]
    ) -> None:  # fmt: skip
        self.endpoint, self._transports, self._probe = endpoint, transports, probe
        self.first, self.stream = transports[0], transports[-1]
        self.rtt = 0.0
        self.answers = self.failures = self.failed_in_row = 0
        self.down, self.keeps_case = False, True
        self._folded = 0
        self._next_probe, self._probe_gap = 0.0, PROBE_FIRST

    def rank(self) -> tuple[bool, float]:
        """Lower is better."""
        return self.down, self.rtt

    def good(self, seconds: float) -> None:
        """It answered after `seconds`."""
        self.answers += 1
        self.failed_in_row, self._probe_gap, self.down = 0, PROBE_FIRST, False
        self.rtt = seconds if not self.rtt else self.rtt + RTT_WEIGHT * (seconds - self.rtt)

    def bad(self) -> None:
        """It kept silent, or its socket failed."""
        self.failures += 1
        self.failed_in_row += 1
        self.check()

    def probe_failed(self) -> None:
        """Even the probe was not answered."""
        self.failures += 1
        self.down = True

    def kept_case(self) -> None:
        """It gave the question back to the letter."""
        self._folded = 0

    def folded_case(self) -> None:
        """It, or a forger, gave the question back in other letters; one that always does so is asked in plain ones."""
        self._folded += 1
        if self._folded >= FOLDS_AFTER:
            self.keeps_case = False
            log.warning("upstream %s does not keep the case of letters; it is asked without 0x20", self.endpoint.spec)

    def check(self) -> None:
        """Probe a suspect server when its time has come; called on each failure and by the worker's clock."""
        now = time.monotonic()
        if self.failed_in_row >= SUSPECT_AFTER and now >= self._next_probe:
            self._next_probe = now + self._probe_gap
            self._probe_gap = min(self._probe_gap * 2, PROBE_LAST)
            self._probe(self)

    def close(self) -> None:
        """Close all sockets to it."""
        for transport in self._transports:
            transport.close()
