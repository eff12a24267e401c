# SPDX-License-Identifier: GPL-3.0-or-later
"""When lists are looked after: the process that does it sleeps until config.db or the index changed, or a list is due.

    config.db ──► ConfigEvents ──► its marks differ: about lists? ──┐
    the index was deleted or written over                           ├──► the updater wakes, works, says when it is due,
    the time that its status names, a clock set anew ───────────────┘    and sleeps

Of most edits it is found out here that they are not about lists (blocklists.update.concern): nobody wakes for them.
"""

from __future__ import annotations

import math
import time
from pathlib import Path

from appliance.process.children import Child
from appliance.process.signals import Signals
from appliance.runs.followed_settings import FollowedSettings
from blocklists.index import list_files
from blocklists.update.concern import concern
from store.base import status
from store.base.process_status import UpdaterStatus
from store.events.config_events import ConfigEvents
from store.events.config_marks import ConfigMarks

ROLE = "updater"
POLL_SECONDS = 2.5  # an edit is told by the kernel, where that does
LEAST_SECONDS = 5.0  # from the end of a run to the next, if nothing was edited
UNTOLD_SECONDS = 300.0  # after a run that could not say when something is due
MAX_LOOKS = 10  # at edits that go on: a second of them
CLOCK_SET_SECONDS = 60.0  # a clock that moved by so much may have made any list due


class ListRuns:
    """Of one appliance; the Waker of its updater."""

    role = ROLE

    def __init__(self, state: Path, run: Path, followed: FollowedSettings) -> None:
        self.due = math.inf
        self._state, self._run, self._followed = state, run, followed
        self._concern: int | None = None  # of the edit that it was woken for last
        self._events, self._marks = ConfigEvents(state), ConfigMarks(state)
        self._marks.changed()  # the first run reads what is there now
        self._started: float | None = None  # the run of which the end was not taken note of yet
        self._index: tuple[int, ...] | None = None  # its mark, as the last run left it
        self._index_from = 0.0  # no sooner than then another mark matters
        self._again = 0.0  # Unix seconds
        self._looks = 0  # at edits that go on, one after the other
        self._clock = 0.0  # by how much that clock was ahead of the one that never jumps
        self._heard_by: Signals | None = None
        self._heard_on = -1

    def turn(self, child: Child | None, signals: Signals, now: float) -> None:
        """Wake the child if there is something to do."""
        self._events.heard()
        if child is None or not child.asleep:
            self._started = child.started if child is not None and child.running else self._started
            self._listen(None)
            self.due = math.inf
            return
        if self._started is not None:
            self._take_note(self._started, now)
        if self._is_wanted(now):
            child.wake()
            self.due = now
            return
        self.due = now + self._events.wait(POLL_SECONDS)
        self._listen(signals if self._events.is_quiet else None)

    def close(self) -> None:
        """Look no more: the house ends."""
        self._listen(None)
        self._events.close()

    def _take_note(self, started: float, now: float) -> None:
        """A run has ended: what it left, and when it wants to be the next time."""
        updater, self._started = status.read_updater(self._run), None
        before = updater if updater is not None and updater.clock >= started else UpdaterStatus()
        unix = time.time()
        self._index, self._clock = before.index_mark or list_files.index_mark(self._state), unix - now
        self._index_from = now + LEAST_SECONDS
        self._again = max(before.due, unix + LEAST_SECONDS) if before.due else unix + UNTOLD_SECONDS

    def _is_wanted(self, now: float) -> bool:
        unix = time.time()
        clock_was_set = abs(unix - now - self._clock) > CLOCK_SET_SECONDS
        touched = now >= self._index_from and list_files.index_mark(self._state) != self._index
        return self._was_edited() or touched or clock_was_set or unix >= self._again

    def _was_edited(self) -> bool:
        """Edits that come together are one: the next look tells again of one that another may have followed."""
        edited = self._marks.changed()
        self._looks = self._looks + 1 if edited and not self._marks.sure else 0
        return edited and (self._marks.sure or self._looks >= MAX_LOOKS) and self._is_about_lists()

    def _is_about_lists(self) -> bool:
        """Also where that cannot be found out."""
        before, self._concern = self._concern, concern(self._state, self._followed.look())
        return self._concern is None or self._concern != before

    def _listen(self, signals: Signals | None) -> None:
        """Have the kernel's word on config.db end a wait of the supervisor, or not."""
        if signals is self._heard_by:
            return
        if self._heard_by is not None:
            self._heard_by.unwatch(self._heard_on)
        self._heard_by, self._heard_on = signals, self._events.fileno()
        if signals is not None:
            signals.watch(self._heard_on, self._hear)

    def _hear(self) -> None:
        self._events.heard()
