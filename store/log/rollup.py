# SPDX-License-Identifier: GPL-3.0-or-later
"""Adding up the hours and days of the query log in small steps, between two commits of the recorder.

An hour is added up some minutes after its end, the newest first; after an upgrade, or where late rows came in, the
rest follows as there is time. Until then its records are read: slower, and the same numbers. Where only what is known
of names is another than it was, only that is added up anew. A day of few records of which no hour is added up, as a
history from elsewhere has them, is added up at once, and its hours are left to their records.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from store.base.db import transaction
from store.log import record_sums, rollup_tables
from store.log.record_sums import MINUTE_US, RecordPass
from store.log.rollup_tables import HOUR_US, HOURS, KNOWN_HOURS
from store.sums.counts import Counts, Known
from store.sums.lookups import ROWS, TOGETHER_US

GRACE_US = 250_000_000  # after its end an hour is left alone while rows of it may still wait: two commits and a bit
STEP_ROWS = 20_000  # read at once: some 20 ms, on a small board 100
MAX_BACK = 2  # hours that a clock may be set back without a second look at all of them
MAX_GROUPS = 150_000  # different (client, name, outcome) of an hour, some 40 MB; a busy home has a tenth of it

_STEP = f"{ROWS} WHERE time_us >= ? AND time_us < ? ORDER BY time_us LIMIT ?"


class Rollup:
    """The recorder's: `step` now and then, `invalidate` within each of its commits."""

    def __init__(self, con: sqlite3.Connection) -> None:
        self._con = con
        self._missing: list[int] = []  # hours to be added up, the newest last; bounded by the days that the log keeps
        self._listed_to: int | None = None  # every hour before this one is listed, missing, or the log's first
        self._purges = -1
        self._sum: _BlockSum | None = None

    def invalidate(self, earliest_us: int, times: Iterable[int]) -> None:
        """Rows are being written: where they belong to hours that are added up, those hold no longer."""
        newest = self._con.execute("SELECT max(block) FROM rolled WHERE level = 0").fetchone()[0] or 0
        listed_to = max(newest + 1, self._listed_to or 0)
        if earliest_us >= listed_to * HOUR_US:
            return
        late = [at for at in times if at < listed_to * HOUR_US]
        with_days = rollup_tables.invalidate(self._con, late)
        ends = {(at + TOGETHER_US) // HOUR_US for at in late}
        self._miss(*{at // HOUR_US for at in late}, *(hour for hour in ends if hour < listed_to), *with_days)

    def look_again(self) -> None:
        """What is known of names, or whose a client is, has changed: hours that held may hold no longer."""
        self._miss()
        self._listed_to = None

    def step(self, now_us: int) -> bool:
        """Do a little of what is due; whether there was any. Raises sqlite3.Error, and begins anew after it."""
        try:
            self._list_missing(now_us)
            if self._sum is None:
                # Hours that are not over, or that a clock which was ahead has written, stay until they are.
                due = bisect_left(self._missing, (now_us - GRACE_US) // HOUR_US)
                if not due:
                    return False
                hours = self._next(due)
                del self._missing[due - len(hours) : due]
                whole = len(hours) > 1 or not rollup_tables.holds(self._con, HOURS, hours[0])
                self._sum = _BlockSum(self._con, hours, whole)
            if self._sum.read():
                self._write(self._sum)
                self._sum = None
        except sqlite3.Error:
            self.look_again()
            raise
        return True

    def _miss(self, *hours: int) -> None:
        """Do these again, and what was begun."""
        self._missing = sorted({*self._missing, *hours, *(self._sum.hours if self._sum else ())})
        self._sum = None

    def _next(self, due: int) -> range:
        """The hours that are added up next, of so many that are due: the newest one, or a day of few records."""
        hour = self._missing[due - 1]
        day = range(hour // 24 * 24, hour // 24 * 24 + 24)
        if self._missing[max(0, due - 24) : due] == list(day) and rollup_tables.is_sparse(self._con, day.start // 24):
            return day
        return range(hour, hour + 1)

    def _list_missing(self, now_us: int) -> None:
        """Find hours that are over but do not hold. The first of the log is left to its records: they are going."""
        over, purges = (now_us - GRACE_US) // HOUR_US, _purges(self._con)
        if purges != self._purges:  # ids have changed, or records another owner, and hours may hold no longer
            self._purges = purges
            self.look_again()
        if self._listed_to is not None and over < self._listed_to - MAX_BACK:
            self._listed_to = None  # the clock was ahead
        if self._listed_to is not None and over <= self._listed_to:
            return
        oldest, newest = self._con.execute(rollup_tables.ENDS).fetchone()
        if oldest is None:
            return
        begin = max(oldest // HOUR_US + 1, self._listed_to or 0)
        over = min(over, newest // HOUR_US + 1)
        if over < begin:
            return  # the log has only just begun: the hour that is not over yet has no late rows
        both = "SELECT block FROM rolled WHERE level IN (0, 2) AND block >= ? GROUP BY block HAVING count(*) = 2"
        rolled = self._con.execute(both, (begin,))
        missing = {*range(begin, over)} - {hour for (hour,) in rolled}
        self._missing = sorted({*self._missing, *missing} - set(self._sum.hours if self._sum else ()))
        self._listed_to = max(over, self._listed_to or 0)

    def _write(self, done: "_BlockSum") -> None:
        with transaction(self._con):
            oldest = self._con.execute("SELECT min(time_us) FROM records").fetchone()[0]
            hour, day = done.hours[0], done.hours[0] // 24
            if oldest is None or oldest >= hour * HOUR_US:
                return  # its records are going
            if _purges(self._con) != done.purges:
                self._missing = sorted({*self._missing, *done.hours})
                return
            if len(done.hours) > 1:
                rollup_tables.put_sparse_day(self._con, day, done.counts().items(), done.known().items())
                return
            if done.whole:
                rollup_tables.put(self._con, HOURS, hour, done.counts().items() if done.kept else (), done.kept)
                rollup_tables.put_day(self._con, day)
            known = done.known().items() if done.kept else ()
            rollup_tables.put_known(self._con, KNOWN_HOURS, hour, known, done.kept)
            rollup_tables.put_known_day(self._con, day)


class _BlockSum:
    """An hour, or the hours of a day, as far as they are added up; where not `whole`, only what is known of names."""

    def __init__(self, con: sqlite3.Connection, hours: Sequence[int], whole: bool) -> None:
        self.hours, self.whole = hours, whole
        self.purges = _purges(con)  # ids mean something else after the next
        self._con = con
        self._at_us, self._end_us = hours[0] * HOUR_US, (hours[-1] + 1) * HOUR_US
        self._moment_us = MINUTE_US if len(hours) == 1 else HOUR_US
        self._pass = RecordPass(con, self._at_us, self._moment_us, whole)

    @property
    def kept(self) -> bool:
        """False when there is too much of a variety in it."""
        return self._pass.sums.size <= MAX_GROUPS

    def read(self) -> bool:
        """Count the next STEP_ROWS rows; whether that was all."""
        rows = self._con.execute(_STEP, (self._at_us, self._end_us, STEP_ROWS)).fetchall()
        self._pass.add(rows)
        if len(rows) < STEP_ROWS or not self.kept:
            return True
        self._at_us = rows[-1][4] + 1
        return False

    def counts(self) -> dict[int, Counts]:
        """Client id → sums, HOUSE → those of all; once."""
        return record_sums.summed(self._pass, len(self.hours) * HOUR_US // self._moment_us)

    def known(self) -> dict[int, Known]:
        """The same of what is known of names."""
        return record_sums.known(self._pass, len(self.hours) * HOUR_US // self._moment_us)


def _purges(con: sqlite3.Connection) -> int:
    return int(con.execute("SELECT value FROM marks WHERE key = 'names_purged'").fetchone()[0])
