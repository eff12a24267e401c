# SPDX-License-Identifier: GPL-3.0-or-later
"""Time-outs by the thousand for the price of one timer: items fall into slots of 50 ms, one call sweeps a slot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

SLOT_SECONDS = 0.05  # what a time-out may come late

T = TypeVar("T")


class Wheel(Generic[T]):
    """`add` costs a list append; nothing is taken out early: `on_time_out` checks whether the item still counts."""

    def __init__(self, loop: asyncio.AbstractEventLoop, on_time_out: Callable[[T], None]) -> None:
        self._loop, self._on_time_out = loop, on_time_out
        self._slots: dict[int, list[T]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def add(self, seconds: float, item: T) -> None:
        """Call `on_time_out(item)` in `seconds` or up to a slot later."""
        slot = int((self._loop.time() + seconds) / SLOT_SECONDS) + 1
        self._slots.setdefault(slot, []).append(item)
        if self._timer is None:
            self._timer = self._loop.call_later(SLOT_SECONDS, self._sweep)

    def close(self) -> None:
        """Forget everything."""
        self._slots.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _sweep(self) -> None:
        self._timer = None
        now = int(self._loop.time() / SLOT_SECONDS)
        for slot in sorted(slot for slot in self._slots if slot <= now):
            for item in self._slots.pop(slot):
                self._on_time_out(item)
        if self._slots and self._timer is None:
            self._timer = self._loop.call_later(SLOT_SECONDS, self._sweep)
