# SPDX-License-Identifier: GPL-3.0-or-later
"""An unbound that runs, what it is asked to see how it is, and since when it is there."""

from __future__ import annotations

import socket

from recursor.recursor_plan import RecursorPlan
from recursor.unbound_child import UnboundChild
from recursor.unbound_probe import Probe
from store.base.pulse import Source

FIRST_SECONDS = 0.1  # between two looks whether it lives, until it does …
PROBE_SECONDS = 3.0  # … and after that
REACH_SECONDS = 2.0  # between two looks whether it gets answers, until it does …
STILL_SECONDS = 60.0  # … and after that


class Running:
    """An unbound, what it is asked to see how it is, and since when it is there."""

    def __init__(self, child: UnboundChild, now: float) -> None:
        self.child, self.since, self.probe = child, now, Probe(child.port)
        self.next_probe = self.next_reach = self.end_at = 0.0
        self._root_next = False

    def look(self, now: float, *, reach: bool = False, root: bool = False) -> None:
        """See what it answered, and ask the next thing that is due: whether it lives; `reach`: whether it gets
        answers; `root`: what the root's signatures say of the time."""
        if not self.probe.turn(now):
            return
        if now >= self.next_probe and not (reach and self.well and now >= self.next_reach):
            self.next_probe = now + (PROBE_SECONDS if self.probe.alive else FIRST_SECONDS)
            self.probe.ask("alive", now)
        elif now >= self.next_reach and self.probe.alive and reach:
            known = self.probe.reaches and (self.probe.root is not None or not root)
            self.next_reach = now + (STILL_SECONDS if known else REACH_SECONDS)
            self._root_next = (root or self.probe.reaches is False) and not self._root_next
            self.probe.ask("root" if self._root_next else "reaches", now)

    @property
    def well(self) -> bool:
        """Whether it lived and got answers when it was asked last: what it answers next can wait for the next look."""
        return bool(self.probe.alive and self.probe.reaches)

    def rest(self, now: float) -> float:
        """Seconds until there is something to ask; what it says, and answers unless it is well, `sources` tell."""
        until = self.probe.until
        return max(FIRST_SECONDS, (min(self.next_probe, self.next_reach) if until is None else until) - now)

    def sources(self) -> list[Source]:
        """What is readable once it says or answers something."""
        return [*self.child.sources(), *([] if self.well else self.probe.sources())]

    @property
    def stuck(self) -> bool:
        """Whether the root is heard, and what it signs is not believed."""
        return self.probe.reaches is False and self.probe.root is not None

    def stop(self) -> None:
        self.probe.close()
        self.child.stop()


def relayed(plan: RecursorPlan) -> bool:
    """Whether the workers take its questions by now, where it has any for them."""
    if plan.recursive:
        return True
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", plan.relay_port)) == 0
