# SPDX-License-Identifier: GPL-3.0-or-later
"""When to look whether config.db changed: the kernel says so, and nobody looks ten times a second for nothing.

    somebody commits ──► config.db-wal ──► ConfigEvents (inotify) ──► a look, and a few more until it is quiet
                                           behind it: a look now and then, for disks of which the kernel tells nothing

A write is told before its commit can be seen, by how long the disk takes; hence more than one look. Where the kernel
does not tell at all, looks come as often as they do after an event.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable
from pathlib import Path

from store.events.inotify import (
    ATTRIB,
    CLOSE_WRITE,
    CREATE,
    DELETE,
    DELETE_SELF,
    MODIFY,
    MOVE_SELF,
    MOVED_FROM,
    MOVED_TO,
    OVERFLOW,
    Event,
    Inotify,
)

FIRST_SECONDS = 0.015  # from an event to the first look: the pages of a commit are mostly written by then
BUSY_SECONDS = 0.1  # between two looks while there may be more; a look costs some 5 µs
STAY_SECONDS = 1.0  # after an event; a disk that takes longer is looked at every
SLOW_SECONDS = 2.0  # … so many seconds

_LATE = 4  # of a file that was replaced, the kernel tells once more when its last reader is done
_FILE = MODIFY | ATTRIB | DELETE_SELF | MOVE_SELF
_FOLDER = CREATE | DELETE | MOVED_FROM | MOVED_TO | CLOSE_WRITE
_NAMES = frozenset({"config.db", "config.db-wal", "config.db-journal", "telltale.toml"})


class ConfigEvents:
    """Of one state directory. `also`: files elsewhere that matter to whoever looks, replaced whole by who writes them,
    so that one look sees all; `folders`: where it matters that something comes in.

    `fileno` is readable once something happened, and is to be waited for while `is_quiet`; `heard` is to be called
    before each look, `wait` after it.
    """

    def __init__(self, state: Path, also: Iterable[Path] = (), folders: Iterable[Path] = ()) -> None:
        self._folder, self._files, self._also = state, (state / "config.db", state / "config.db-wal"), tuple(also)
        self._folders = tuple(folders)
        self._names = _NAMES.union(folder.name for folder in self._folders)
        self._inotify = Inotify()
        self._heard_at = float("-inf")
        self._woken: asyncio.Event | None = None
        self._fresh = False  # whether nobody has looked since the last event
        self._folder_watch = -1
        self._whole = deque[int](maxlen=_LATE * len(self._also))  # watches of files that are replaced whole
        self._watch()

    def fileno(self) -> int:
        """-1 where the kernel tells nothing."""
        return self._inotify.fileno() if self._folder_watch >= 0 else -1

    def heard(self) -> bool:
        """Take what the kernel tells; whether any of it matters."""
        events = [event for event in self._inotify.read() if self._matters(event)]
        if not events:
            return False
        self._fresh = True
        if any(event.watch not in self._whole for event in events):
            self._heard_at = time.monotonic()
        return True

    def wait(self, slow: float = SLOW_SECONDS) -> float:
        """Seconds until the next look, `slow` at most; one look is made for each call."""
        self._watch()
        if self._fresh:
            self._fresh = False
            return min(FIRST_SECONDS, slow)
        return slow if self.is_quiet else min(BUSY_SECONDS, slow)

    @property
    def is_quiet(self) -> bool:
        """Whether the kernel is to be waited for: it tells, and nothing has happened of late."""
        return self.fileno() >= 0 and not self._fresh and time.monotonic() - self._heard_at >= STAY_SECONDS

    async def next_look(self, slow: float = SLOW_SECONDS) -> None:
        """Wait on a loop for the next look, `slow` seconds at most."""
        loop, woken, seconds = asyncio.get_running_loop(), asyncio.Event(), self.wait(slow)
        self._woken = woken
        listens, timer = self.is_quiet, loop.call_later(seconds, woken.set)
        if listens:
            loop.add_reader(self.fileno(), woken.set)
        try:
            await woken.wait()
        finally:
            timer.cancel()
            if listens:
                loop.remove_reader(self.fileno())
        self.heard()

    def look_now(self) -> None:
        """Have who waits for the next look make it: this process is awake for something else just now."""
        if self._woken is not None:
            self._woken.set()

    def close(self) -> None:
        """Hear nothing more."""
        self._inotify.close()

    def _matters(self, event: Event) -> bool:
        return bool(event.mask & OVERFLOW) or event.watch != self._folder_watch or event.name in self._names

    def _watch(self) -> None:
        """Watch the files that have these names now; those that are watched already stay so, at the cost of a look."""
        self._folder_watch = self._inotify.add(self._folder, _FOLDER)
        for path in self._files:
            self._inotify.add(path, _FILE)
        for path in self._also:
            if (watch := self._inotify.add(path, _FILE)) >= 0 and watch not in self._whole:
                self._whole.append(watch)
        for path in self._folders:
            self._inotify.add(path, CREATE | MOVED_TO)
