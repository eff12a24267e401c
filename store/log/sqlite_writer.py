# SPDX-License-Identifier: GPL-3.0-or-later
"""querylog.db as store.log.protocol.LogWriter: its rows, its hours and days, what is too old, and what waits for it."""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from store.base.bulk_insert import at_once
from store.base.sentences import Sentence, say, sentence_of
from store.base.store_errors import StoreError
from store.log import last_times, log_clock, querylog, retention
from store.log.batches import Batch, Columns, Reduce
from store.log.log_clock import LogClock
from store.log.name_facts import NameFacts
from store.log.open_file import Loss, OpenFile
from store.log.protocol import DeviceOf, LogDamaged, LogError
from store.log.querylog import FILE_NAME, WAITING_NAME, log_errors
from store.log.values import Retained
from store.log.writer import Inside, Writer

MAX_FALLBACKS = 8  # sentences kept: more files than there are went wrong


class SqliteWriter:
    """The sole writer of a state directory's log. `facts` say of a new name whose it is and what for.

    Where the log cannot be opened (a full or read-only disk, no right to), rows wait in memory as for any commit that
    fails, and each commit tries to open it again. `fallbacks`: a sentence for each file that had to be put aside.
    """

    def __init__(
        self,
        state: Path,
        facts: NameFacts,
        clock_us: Callable[[], int] = lambda: time.time_ns() // 1000,
        steady_us: Callable[[], int] = lambda: time.monotonic_ns() // 1000,
        between: Callable[[], object] = at_once,
    ) -> None:
        """clock_us may jump, steady_us never does; between: as `Writer`."""
        self._between = between
        self.path = state / FILE_NAME
        self.fallbacks: tuple[Sentence, ...] = ()
        self._facts, self._clock_us, self._steady_us = facts, clock_us, steady_us
        self._device_of: DeviceOf = lambda address: None
        self._reduce: Reduce | None = None
        self._titles: Mapping[str, str] = {}
        self._followed = querylog.NOT_FOLLOWED
        self.waits_for = ""
        try:
            self._open(None)
        except (LogError, StoreError, OSError) as error:
            self._wait(error)

    @property
    def buffered(self) -> int:
        return self._rows.buffered

    @property
    def written(self) -> int:
        return self._rows.written

    @property
    def dropped(self) -> int:
        return self._rows.dropped

    def restore(self, device_of: DeviceOf) -> int:
        self._device_of = device_of
        return self._rows.restore(device_of)

    def add(self, batch: Batch | Columns, device_of: DeviceOf) -> None:
        self._rows.add(batch, device_of)

    def follow_privacy(self, reduce: Reduce | None) -> None:
        self._reduce = reduce
        self._rows.follow_privacy(reduce)

    def gone(self, worker: int, started_us: int, noted: int, sent: int) -> None:
        self._rows.gone(worker, started_us, noted, sent)

    def save(self) -> None:
        self._rows.save()

    def commit(self, keep_days: int, seen: bool = True, imported_days: int | None = None) -> int:
        def make_room(rows: int) -> None:
            before, clock = self._clock.late, self._look_at_clock()
            if clock.late != before:  # a recorder that is killed now must not forget which rows are late
                log_clock.save(self._con, clock)
            retention.make_room(self._con, keep_days, rows, clock.oldest_now_us, clock.late, imported_days)

        if self.waits_for:
            self._open_again()
        with log_errors():
            return self._rows.commit(seen, make_room)

    def forget_cached(self) -> None:
        if not self.waits_for:
            self._rows.forget_cached()

    def roll(self) -> bool:
        with log_errors():
            return self._rows.roll()

    def follow_facts(self, facts: NameFacts) -> None:
        self._facts = facts
        self._rows.follow_facts(facts)

    def attribute(self) -> bool:
        if self.waits_for:
            return False
        with log_errors():
            return self._rows.attribute()

    def work(self, step: Callable[[Inside], bool]) -> bool:
        if self.waits_for:
            return False
        with log_errors():
            log_clock.save(self._con, self._look_at_clock())  # what is imported says nothing of how late it is
            return step(self._rows.inside())

    def retain(self, keep_days: int, max_mb: int, imported_days: int | None = None) -> Retained:
        with log_errors():
            clock = self._look_at_clock()
            log_clock.save(self._con, clock)
            last_times.heal(self._con, clock.newest_now_us)
            return retention.retain(
                self._con, keep_days, max_mb, clock.oldest_now_us, clock.newest_now_us, clock.late, imported_days
            )

    def merge_device(self, old: int, new: int) -> None:
        with log_errors():
            querylog.merge_device(self._con, old, new)

    def follow_merged(self, merged: Mapping[int, int]) -> None:
        with log_errors():
            self._followed = querylog.follow_merged(self._con, merged, self._followed)

    def copy_names(self, devices: Mapping[int, str], titles: Mapping[str, str]) -> None:
        with log_errors():
            self._titles = titles
            self._rows.follow_titles(titles)
            querylog.copy_names(self._con, devices, titles)

    def begin_anew(self, error: LogDamaged) -> None:
        before = self._rows
        lost = before.buffered + before.dropped
        with contextlib.suppress(sqlite3.Error):
            self._con.close()
        try:
            self._open(error.__cause__)
        except StoreError as fault:
            raise LogError(str(fault)) from fault
        before.close()
        self._rows.drop(lost)

    def follow_file(self) -> bool:
        if self.waits_for:
            return False
        loss = self._file.loss()
        if loss is Loss.NONE:
            return False
        before = self._rows
        with contextlib.suppress(sqlite3.Error):
            if loss is Loss.SIDE:  # this connection still has what was in them
                self._con.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        if not self.path.parent.is_dir():
            raise LogError(say("its directory {path} is gone", path=self.path.parent))
        self._file.give_up()
        with contextlib.suppress(sqlite3.Error):
            self._con.close()
        self._file.clear()
        try:
            self._open(None)
        except StoreError as fault:
            raise LogError(sentence_of(fault)) from fault
        self._rows.take_over(before)
        return True

    def close(self) -> None:
        self._con.close()
        self._rows.close()

    def _open(self, after: BaseException | None) -> None:
        """after: what an open log failed with, where that was its end."""
        damage = after if isinstance(after, sqlite3.Error) else None
        with log_errors():
            self._con = querylog.open_log(self.path, damage, self._tell)
            self._followed = querylog.NOT_FOLLOWED
            self._clock, self._looked_us = log_clock.load(self._con, self._clock_us()), self._steady_us()
            last_times.heal(self._con, self._clock.newest_now_us)
            spool = self.path.with_name(WAITING_NAME)
            self._rows = Writer(self._con, self._facts, self._clock_us, spool, self._tell, self._between)
            self._rows.follow_privacy(self._reduce)
            self._rows.follow_titles(self._titles)
            self._file = OpenFile.of(self.path)
        self.waits_for = ""

    def _wait(self, error: Exception) -> None:
        """Take rows without a log: into one in memory, which nothing is ever committed to."""
        self.waits_for = str(error) or type(error).__name__
        self._con = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        querylog.migrate(self._con)
        self._followed = querylog.NOT_FOLLOWED
        self._clock, self._looked_us = log_clock.load(self._con, self._clock_us()), self._steady_us()
        self._rows = Writer(self._con, self._facts, self._clock_us)
        self._rows.follow_privacy(self._reduce)
        self._rows.follow_titles(self._titles)

    def _open_again(self) -> None:
        """Raises LogError while it still cannot be; then all that waited waits in the log's own writer."""
        memory, waiting = self._con, self._rows
        try:
            self._open(None)
        except (LogError, StoreError, OSError) as error:
            self.waits_for = str(error) or type(error).__name__
            raise LogError(self.waits_for) from error
        self._rows.restore(self._device_of)
        self._rows.add_all_of(waiting)
        memory.close()

    def _tell(self, sentence: Sentence) -> None:
        self.fallbacks = (*self.fallbacks[1 - MAX_FALLBACKS :], sentence)

    def _look_at_clock(self) -> LogClock:
        looked_us = self._steady_us()
        self._clock = self._clock.after(self._clock_us(), looked_us - self._looked_us)
        self._looked_us = looked_us
        return self._clock
