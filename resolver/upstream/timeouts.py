# SPDX-License-Identifier: GPL-3.0-or-later
"""Time-outs by the thousand for the price of one timer: items fall into slots of 50 ms, one call sweeps a slot.

What is over is taken out at once: nearly every exchange is answered long before its time-out, and thousands of them
kept until then would push what is in use out of the processor's caches. The timer stands for the first slot that there
is, so that a question now and then costs one wake-up, and not one for each slot that passes until it would be over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

SECOND_NS = 1_000_000_000
SLOT_SECONDS = 0.05  # what a time-out may come late
_ROUNDING_SECONDS = 0.001  # loops wake up so much too soon
_NEVER = 1 << 62

T = TypeVar("T")


class Timeouts(Generic[T]):
    """Items are hashable, each at most once in a slot. `add` and `discard` cost a dict's look-up."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, on_time_out: Callable[[T], None], slot_seconds: float = SLOT_SECONDS
    ) -> None:
        self._loop, self._on_time_out, self._slot_seconds = loop, on_time_out, slot_seconds
        self._slots: dict[int, dict[T, None]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._next = _NEVER  # the slot that it stands for: none comes before it

    def add(self, seconds: float, item: T) -> int:
        """Call `on_time_out(item)` in `seconds` or up to a slot later; returns the slot, for `discard`."""
        slot = int((self._loop.time() + seconds) / self._slot_seconds) + 1
        items = self._slots.get(slot)
        if items is None:
            items = self._slots[slot] = {}
            if slot < self._next:
                self._wait_for(slot)
        items[item] = None
        return slot

    def discard(self, slot: int, item: T) -> None:
        """Do not call for `item` any more; nothing happens when it is gone already."""
        items = self._slots.get(slot)
        if items is not None:
            items.pop(item, None)

    def close(self) -> None:
        """Forget everything."""
        self._slots.clear()
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._next = None, _NEVER

    def _wait_for(self, slot: int) -> None:
        if self._timer is not None:
            self._timer.cancel()
        seconds = slot * self._slot_seconds - self._loop.time() + _ROUNDING_SECONDS
        self._timer, self._next = self._loop.call_later(max(0.0, seconds), self._sweep), slot

    def _sweep(self) -> None:
        self._timer, self._next = None, _NEVER
        now = int(self._loop.time() / self._slot_seconds)
        try:
            for slot in sorted(slot for slot in self._slots if slot <= now):
                items = self._slots[slot]
                while items:  # a call may discard others
                    self._on_time_out(items.popitem()[0])
                del self._slots[slot]
        finally:  # a call that fails must not be the end of all others
            self._slots = {slot: items for slot, items in self._slots.items() if items}
            first = min(self._slots, default=_NEVER)
            if first < self._next:  # a call may have added one that is waited for by now
                self._wait_for(first)
