# SPDX-License-Identifier: GPL-3.0-or-later
"""Time-outs by the thousand for the price of one timer: items fall into slots of 50 ms, one call sweeps a slot.

What is over is taken out at once: nearly every exchange is answered long before its time-out, and thousands of them
kept until then would push what is in use out of the processor's caches.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

SECOND_NS = 1_000_000_000
SLOT_SECONDS = 0.05  # what a time-out may come late

T = TypeVar("T")


class Timeouts(Generic[T]):
    """Items are hashable, each at most once in a slot. `add` and `discard` cost a dict's look-up."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, on_time_out: Callable[[T], None], slot_seconds: float = SLOT_SECONDS
    ) -> None:
        self._loop, self._on_time_out, self._slot_seconds = loop, on_time_out, slot_seconds
        self._slots: dict[int, dict[T, None]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def add(self, seconds: float, item: T) -> int:
        """Call `on_time_out(item)` in `seconds` or up to a slot later; returns the slot, for `discard`."""
        slot = int((self._loop.time() + seconds) / self._slot_seconds) + 1
        items = self._slots.get(slot)
        if items is None:
            items = self._slots[slot] = {}
        items[item] = None
        if self._timer is None:
            self._timer = self._loop.call_later(self._slot_seconds, self._sweep)
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
            self._timer = None

    def _sweep(self) -> None:
        self._timer = None
        now = int(self._loop.time() / self._slot_seconds)
        for slot in sorted(slot for slot in self._slots if slot <= now):
            items = self._slots[slot]
            while items:  # a call may discard others
                self._on_time_out(items.popitem()[0])
            del self._slots[slot]
        if self._slots and self._timer is None:
            self._timer = self._loop.call_later(self._slot_seconds, self._sweep)
