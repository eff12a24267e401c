# SPDX-License-Identifier: GPL-3.0-or-later
"""Who waits for an upstream while there is an answer from before: given after a while, as RFC 8767 has it.

    begin(…) ─► 1.8 s pass, and no upstream has answered ─► `on_due(query)` gives what is there
             └► it did ─► `is_waiting` says that whoever asked still wants it; `over` ends the waiting

Software asks again, or gives up, after some two seconds (RFC 8767 section 5: the client response timer). The upstream
is still listened to: what it says late is kept for who asks next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from resolver.upstream.timeouts import Timeouts
from wire.response import extended_error
from wire.types import NXDOMAIN

CLIENT_SECONDS = 1.8  # RFC 8767 section 5
MAX_WAITING = 8192  # as many as exchanges; who is beyond waits for the upstream alone
EDE_STALE, EDE_STALE_NXDOMAIN = 3, 19  # RFC 8914

Q = TypeVar("Q", bound=Hashable)


class StaleTimer(Generic[Q]):
    """Those who wait; each at most once. `on_due(query)` is called for one whose time is over."""

    def __init__(self, loop: asyncio.AbstractEventLoop, on_due: Callable[[Q], None]) -> None:
        self._on_due = on_due
        self._slots: dict[Q, int] = {}
        self._timeouts: Timeouts[Q] = Timeouts(loop, self._due)

    def begin(self, query: Q, waited: float) -> None:
        """It waits from now on; the question that it joins was put `waited` seconds ago."""
        if len(self._slots) < MAX_WAITING:
            self._slots[query] = self._timeouts.add(CLIENT_SECONDS - waited, query)

    def over(self, query: Q) -> None:
        """It waits no more; nothing happens if it did not."""
        if (slot := self._slots.pop(query, None)) is not None:
            self._timeouts.discard(slot, query)

    def close(self) -> None:
        """Forget everything."""
        self._slots.clear()
        self._timeouts.close()

    def _due(self, query: Q) -> None:
        del self._slots[query]
        self._on_due(query)


def explained(rcode: int) -> bytes:
    """The EDNS option that says that an answer is old; to be sent to a client with EDNS alone."""
    if rcode == NXDOMAIN:
        return extended_error(EDE_STALE_NXDOMAIN, "no upstream answers; this was true a while ago")
    return extended_error(EDE_STALE, "no upstream answers; this was true a while ago")
