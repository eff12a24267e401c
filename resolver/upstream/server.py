# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of an upstream: how quick it is, whether it has fallen silent, and how it wants to be asked.

Only silence and socket errors count against a server; an answer, even a wrong, a late or a forged one, never does.
After a few failures in a row it is probed, and it is down only when the probe stays unanswered too.

Names are asked in mixed letters (0x20) and with EDNS, until a server has shown that it cannot deal with either. What
it shows is evidence only where the question could show it: letters are mixed over datagrams alone, and an answer in
time to a question in mixed letters is the proof that it keeps them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from resolver.transport.endpoint import Endpoint
from resolver.transport.transport import Transport
from resolver.upstream.cookies import Cookies
from store.log.records import UNCHECKED

SUSPECT_AFTER = 3  # failures in a row before a probe is sent
PROBE_FIRST, PROBE_LAST = 1.0, 30.0  # seconds between probes: doubling
FOLDS_AFTER = 3  # questions in a row for which mixed letters were of no use, and no proof between: no more 0x20
STREAM_SECONDS = 60.0  # for which it is asked over a stream alone, once somebody guessed ids at one of its ports
AGAIN_SECONDS = 3600.0  # for which a server is asked without what it could not deal with
REFUSES_AFTER = 5  # answers in a row that help nobody, before a probe is sent to learn whether it is all that it does
RTT_WEIGHT, VAR_WEIGHT = 0.125, 0.25  # of the newest round trip, as TCP does it (RFC 6298)
LATE_AFTER = 2  # questions in a row that took longer than usual, before others are asked first
SLOW_TIMES, SLOW_VARS = 1.5, 2.0  # its usual time, or that and some of its variance: later than that is slow
SLOW_LEAST, SLOW_UNKNOWN = 0.03, 0.4  # seconds: what a home's line jitters, and while nothing is known

log = logging.getLogger(__name__)


class Server:
    """A server that we forward to; `probe(self)` is called when it should be asked whether it lives.

    `first` is the transport over which it is asked, `stream` where to go on when that is not enough.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        transports: tuple[Transport, ...],
        probe: Callable[[Server], None],
        *,
        mixed_case: bool = True,
        cookies: bool = False,
        subnet: bytes = b"",
    ) -> None:
        self.endpoint, self._transports, self._probe = endpoint, transports, probe
        self.first, self.stream = transports[0], transports[-1]
        self.rtt = self.rtt_var = 0.0
        self.late_in_row = 0
        self.answers = self.failures = self.failed_in_row = 0
        self.down = False
        self.vouches = False  # its word that it checked signatures (AD) is passed on
        self.unsigned = UNCHECKED  # what is known of an answer of which it does not say so
        self.keeps_case = self._mixes = mixed_case and self.first.datagrams
        self.cookies = Cookies(endpoint.spec, subnet, on=cookies and self.first.datagrams)
        self.takes_edns = True
        self.case_proven = not self.first.datagrams  # it did once what it is asked to; a stream has nothing to prove
        self.edns_proven = False
        self._refused = self._refused_at = 0
        self._next_look = 0.0
        self._refuses = False
        self._folded = 0
        self._stream_until = 0.0
        self._plain_until = self._bare_until = 0.0
        self._next_probe, self._probe_gap = 0.0, PROBE_FIRST

    def rank(self) -> tuple[bool, bool, bool, float]:
        """Lower is better."""
        return self.down, self.refuses, self.late_in_row >= LATE_AFTER, self.rtt

    @property
    def slow_seconds(self) -> float:
        """How long it takes when it takes longer than usual."""
        rtt = self.rtt
        return max(SLOW_LEAST, SLOW_TIMES * rtt, rtt + SLOW_VARS * self.rtt_var) if rtt else SLOW_UNKNOWN

    @property
    def is_open(self) -> bool:
        """Whether it can be asked without a handshake."""
        return self.first.is_open

    @property
    def fault(self) -> str:
        """Why it cannot be reached, as a sentence, where that is known."""
        return self.first.fault

    def good(self, seconds: float, *, timed: bool = True) -> None:
        """It answered after `seconds`; `timed`: no handshake was in them."""
        self.answers += 1
        self.failed_in_row, self.late_in_row, self._probe_gap, self.down = 0, 0, PROBE_FIRST, False
        rtt = self.rtt
        if not rtt:
            self._measure(seconds)
        elif timed:  # as `_measure`, without the call: each answer pays for it
            off = seconds - rtt
            self.rtt = rtt + RTT_WEIGHT * off
            self.rtt_var += VAR_WEIGHT * ((off if off > 0 else -off) - self.rtt_var)

    def late(self) -> None:
        """It takes longer than usual; twice in a row, and it is asked whether it lives."""
        self.late_in_row += 1
        if self.late_in_row == LATE_AFTER:
            self._probe(self)

    def outrun(self, seconds: float) -> None:
        """Another was quicker; this one has said nothing for `seconds`, so it takes longer than that."""
        if seconds > self.rtt:
            self._measure(seconds)

    def _measure(self, seconds: float) -> None:
        if not self.rtt:
            self.rtt, self.rtt_var = seconds, seconds / 2
            return
        off = seconds - self.rtt
        self.rtt += RTT_WEIGHT * off
        self.rtt_var += VAR_WEIGHT * (abs(off) - self.rtt_var)

    def bad(self) -> None:
        """It kept silent, or its socket failed."""
        self.failures += 1
        self.failed_in_row += 1
        self.check()

    def probe_failed(self, answers_before: int) -> None:
        """Even the probe was not answered; that says nothing where something else was since it left.

        Nor does it where there was no suspicion before (`look`): one packet may be lost.
        """
        suspect = self.failed_in_row >= SUSPECT_AFTER or self.late_in_row >= LATE_AFTER
        self.failures += 1
        self.failed_in_row += 1
        self.down = self.down or (suspect and self.answers == answers_before)

    @property
    def refuses(self) -> bool:
        """Whether it answers, and all it says is that it will not or cannot: its probe was refused, and nothing since
        was answered."""
        return self._refuses and self._refused_at == self.answers

    def said(self, useless: bool, *, probe: bool = False) -> None:
        """Whether the answer that `good` has just counted helps nobody (REFUSED, SERVFAIL, NOTIMP, FORMERR)."""
        if not useless:
            return
        if self.answers != self._refused_at + 1:
            self._refused, self._refuses = 0, False
        self._refused, self._refused_at = self._refused + 1, self.answers
        now = time.monotonic()
        if probe:
            self._refuses = True
        elif self._refused >= REFUSES_AFTER and now >= self._next_look:
            self._next_look = now + PROBE_LAST
            self._probe(self)

    def look(self) -> None:
        """Find out how quick it is now, at the cost of nobody who waits."""
        self._probe(self)

    @property
    def wants_stream(self) -> bool:
        """Whether somebody forges its answers over datagrams just now."""
        return bool(self._stream_until) and time.monotonic() < self._stream_until

    def guessed(self) -> None:
        """Somebody guesses ids at one of its ports: whatever letters came back there are no sign of how it is."""
        self._folded, self._stream_until = 0, time.monotonic() + STREAM_SECONDS

    def streamless(self) -> None:
        """No stream to it stands: it is asked over datagrams, come what may."""
        self._stream_until = 0.0

    def kept_case(self) -> None:
        """It answered a question in mixed letters, and gave it back to the letter."""
        self._folded, self.case_proven = 0, True

    def lost_case(self, strays: int = 0) -> None:
        """Mixed letters were of no use: they came back folded, or plain ones were answered where those were not.

        No sign of that where `strays` came before by the same port: a forger sends many until it guesses an id.
        """
        if strays:
            return
        self._folded += 1
        if self._folded >= FOLDS_AFTER and self.keeps_case:
            self.keeps_case, self.case_proven = False, False
            self._plain_until = time.monotonic() + AGAIN_SECONDS
            log.warning("upstream %s does not keep the case of letters; it is asked without 0x20", self.endpoint.spec)

    def refused_edns(self) -> None:
        """It answered without EDNS what it would not with it."""
        if self.takes_edns:
            self.takes_edns, self.edns_proven = False, False
            self._bare_until = time.monotonic() + AGAIN_SECONDS
            log.warning("upstream %s knows no EDNS; it is asked without", self.endpoint.spec)

    def check(self) -> None:
        """Probe a suspect server when its time has come; called on each failure and by the worker's clock."""
        now = time.monotonic()
        self.cookies.check()
        if not self.keeps_case and self._mixes and now >= self._plain_until:
            self.keeps_case, self._folded = True, FOLDS_AFTER - 1  # one question tells
        if not self.takes_edns and now >= self._bare_until:
            self.takes_edns = True
        if (self.down or self.failed_in_row >= SUSPECT_AFTER) and now >= self._next_probe:
            self._next_probe = now + self._probe_gap
            self._probe_gap = min(self._probe_gap * 2, PROBE_LAST)
            self._probe(self)

    def close(self) -> None:
        """Close all sockets to it."""
        for transport in self._transports:
            transport.close()
