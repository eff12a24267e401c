# SPDX-License-Identifier: GPL-3.0-or-later
"""What the recorder does for the log between its commits, in small steps: hours that are over are added up, what is too
old is deleted, histories are taken in, what a person deletes goes, and names follow what is known of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue

from store.config.settings import Settings
from store.imports.log_tasks import LogTasks
from store.log.protocol import LogError, LogWriter

ROLL_SECONDS = 5.0  # between two looks for hours that are over
ROLL_AGAIN_SECONDS = 0.2  # between two steps, which take some 0.1 s: the workers' batches come first
RETAIN_SECONDS = 600.0  # between two looks for what is too old; at once when a setting says of more that it is
RETAIN_AGAIN_SECONDS = 1.0  # when one call could not delete all that is due
TASK_SECONDS = 5.0  # between two looks for a history to take in, or records to delete, of which the kernel tells
TASK_AGAIN_SECONDS = 0.02  # between two steps, of some 50 ms
FACTS_SECONDS = 5.0  # between two looks for names whose facts changed; at once when config.db did
FACTS_AGAIN_SECONDS = 0.02  # between two steps, of some 10 ms


class LogUpkeep:
    """One per recorder. `report` hears in words what does not work."""

    def __init__(
        self, log: LogWriter, state: Path, settings: Callable[[], Settings], report: Callable[[str, Exception], None]
    ) -> None:
        self._log, self._settings, self._report = log, settings, report
        self._tasks = LogTasks(state)
        self._next_roll = self._next_retain = self._next_task = self._next_facts = 0.0
        self._limits = _limits(settings())

    @property
    def due(self) -> float:
        """When there may be something to do next, by time.monotonic(); what is too old can wait a second."""
        return min(self._next_roll, self._next_task, self._next_facts)

    def do_what_is_due(self, now: float, ahead: float = 0.0) -> None:
        """One step of each that is due, or will be within `ahead` seconds."""
        until = now + ahead
        if until >= self._next_facts:
            self._attribute(now)
        if until >= self._next_roll:
            self._roll(now)
        if until >= self._next_task:
            self._work(now)
        if now >= self._next_retain or self._limits != _limits(self._settings()):
            self._retain(now)

    def wake(self, now: float) -> None:
        """There may be a task, or names whose facts changed."""
        self._next_task, self._next_facts = min(self._next_task, now), min(self._next_facts, now)

    def merge(self, merged: SimpleQueue[tuple[int, int]]) -> None:
        """Follow devices that turned out to be others: (old, new)."""
        while not merged.empty():
            with suppress(LogError):
                self._log.merge_device(*merged.get())

    def clock_was_set(self, now: float) -> None:
        """What the clock said before is put right at once."""
        self._next_retain = now

    def close(self) -> None:
        self._tasks.close()

    def _roll(self, now: float) -> None:
        self._next_roll = now + ROLL_SECONDS
        try:
            if self._log.roll():
                self._next_roll = time.monotonic() + ROLL_AGAIN_SECONDS
        except LogError as error:
            self._report("hours of the query log cannot be added up", error)

    def _attribute(self, now: float) -> None:
        self._next_facts = now + FACTS_SECONDS
        try:
            if self._log.attribute():
                self._next_facts = time.monotonic() + FACTS_AGAIN_SECONDS
                self._next_roll = max(self._next_roll, now + ROLL_AGAIN_SECONDS)  # what changes is added up once
        except LogError as error:
            self._report("names of the query log cannot be brought up to what is known of them", error)

    def _work(self, now: float) -> None:
        self._next_task = now + TASK_SECONDS
        try:
            if self._tasks.any_waits and self._log.work(self._tasks.step):
                self._next_task = time.monotonic() + TASK_AGAIN_SECONDS
        except (LogError, OSError) as error:
            self._report("a history cannot be taken in, or records cannot be deleted", error)

    def _retain(self, now: float) -> None:
        self._next_retain = now + RETAIN_SECONDS
        self._limits = _limits(self._settings())
        try:
            done = self._log.retain(*self._limits)
        except LogError as error:
            self._report("old records cannot be deleted", error)
            return
        if done.more:
            self._next_retain = now + RETAIN_AGAIN_SECONDS


def _limits(settings: Settings) -> tuple[int, int, int]:
    """Days, MiB, and days of imported history: who lowers one wants what is beyond it gone."""
    return settings.log_keep_days, settings.log_max_mb, settings.log_keep_imported_days
