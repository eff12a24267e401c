# SPDX-License-Identifier: GPL-3.0-or-later
"""Wakes the keepalive, which sleeps as a shell (keepalive_sleep), once there is something for it to do.

What it is wanted for is found out here while it sleeps, from config.db and a few files, and by itself while it is
awake. It falls asleep by its own word (store.base.pulse), and each time gets one line for that.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from appliance.powers.keepalive import ROLE
from appliance.process.children import Child
from appliance.process.signals import Signals
from store.events.config_events import ConfigEvents

LOOK_SECONDS = 2.5  # behind what the kernel tells


class KeepaliveDoor:
    """`is_wanted`: whether there is something to do; asked with each look while it sleeps, so it costs microseconds.
    `wake`: the end of the pipe that it waits at, which must not block; `events` tell when to look."""

    role = ROLE

    def __init__(self, wake: int, is_wanted: Callable[[], bool], events: ConfigEvents) -> None:
        self.due = 0.0
        self._wake, self._is_wanted, self._events = wake, is_wanted, events
        self._watched: tuple[Signals, int] | None = None

    def turn(self, child: Child | None, signals: Signals, now: float) -> None:
        """Wake it where it sleeps and is wanted, also where somebody has stopped it."""
        self._events.heard()
        pulse = child.pulse if child is not None and child.running else None
        if child is not None and pulse is not None and pulse.rests and self._is_wanted():
            pulse.wake()
            child.send(signal.SIGCONT)
            with suppress(BlockingIOError):  # it is full of lines: one of them wakes it
                os.write(self._wake, b"\n")
        self.due = now + self._events.wait(LOOK_SECONDS)
        self._listen(signals)

    def close(self) -> None:
        """Hear nothing more."""
        self._leave()
        self._events.close()

    def _listen(self, signals: Signals) -> None:
        """Wait for the kernel's word where nothing has happened of late: else there is a look soon anyway."""
        if not self._events.is_quiet:
            self._leave()
        elif self._watched is None:
            fd = self._events.fileno()
            signals.watch(fd, self._heard)
            self._watched = signals, fd

    def _leave(self) -> None:
        if self._watched is not None:
            signals, fd = self._watched
            self._watched = None
            signals.unwatch(fd)

    def _heard(self, *_: Any) -> None:
        self._events.heard()
