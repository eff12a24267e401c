# SPDX-License-Identifier: GPL-3.0-or-later
"""What the records of short gaps add up to: those parts of a stretch of time whose hours are not added up.

Mostly that is the running hour, which grows at its end while pages ask for it again and again. So what is older than
SETTLED_US is remembered. It holds while the same records are there, which their number and the sum of their times say,
ids mean the same, and the same is known of names; else it is read again. The numbers are the same either way.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from store.log import record_sums
from store.log.record_sums import MINUTE_US, RecordPass
from store.log.rollup_tables import HOUR_US
from store.sums.counts import Counts, Known
from store.sums.lookups import ROWS

Span = tuple[int, int]
_Key = tuple[int, str, int]
"""which log, and where a stretch begins"""
SHORT_US = 4 * HOUR_US  # all gaps of a stretch together: more are of a log that is being added up
SETTLED_US = 60_000_000  # records seldom come later while somebody reads: the recorder commits once a second then
STEP_ROWS = 20_000  # read at once
MAX_STRETCHES = 8  # the running hour, the one before, and where some ranges begin
MAX_NAMES = 150_000  # of devices, in all stretches, some 30 MB; a busy home's hour has 10,000. Of more it is read anew

_ROWS = f"{ROWS} WHERE time_us >= ? AND time_us < ? {{}} ORDER BY time_us"
_SAME = "SELECT count(*), coalesce(sum(time_us - ?1), 0) FROM records WHERE time_us >= ?1 AND time_us < ?2"


@dataclass(frozen=True, slots=True)
class GapSums:
    """A gap, or a part of it that lies within one hour: its sums as those of an hour are, by client and of the HOUSE.

    Where it was read for some clients, HOUSE stands for these. Nobody changes it.
    """

    span: Span
    counts: dict[int, Counts]
    known: dict[int, Known]

    @property
    def hour(self) -> int:
        return self.span[0] // HOUR_US

    def with_(self, later: "GapSums") -> "GapSums":
        """The sums of both, which are of one hour."""
        counts, known = {}, {}
        for client in self.counts.keys() | later.counts.keys():
            counts[client], known[client] = Counts(), Known()
            for part in (self, later):
                if client in part.counts:
                    counts[client].add(part.counts[client])
                    known[client].add(part.known[client])
        return GapSums((self.span[0], later.span[1]), counts, known)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Sums that are remembered; `proof`: of their records, `state`: of what those mean."""

    sums: GapSums
    proof: tuple[int, int]
    state: tuple[object, ...]

    @property
    def size(self) -> int:
        return sum(len(part.names) for part in self.sums.counts.values())


class GapMemory:
    """Of one process, for threads and for several logs."""

    def __init__(self, most: int = MAX_NAMES) -> None:
        self._most = most
        self._stretches: dict[_Key, _Stretch] = {}  # the last used one last
        self._lock = threading.Lock()

    def parts(
        self, con: sqlite3.Connection, gaps: Iterable[Span], clients: tuple[int, ...] | None
    ) -> list[GapSums] | None:  # fmt: skip
        """Of all clients or of these, which are all of one device; within a transaction. None where they are long, or
        the log is one from before, which its recorder has not brought up to date yet. Raises sqlite3.Error.
        """
        spans, log = list(gaps), _log(con)
        if log is None or sum(end - begin for begin, end in spans) > SHORT_US:
            return None
        return [part for span in spans for within in by_hour(span) for part in self._sums(con, log, within, clients)]

    @property
    def size(self) -> int:
        """How many names of devices are remembered."""
        with self._lock:
            return sum(stretch.size for stretch in self._stretches.values())

    def _sums(
        self, con: sqlite3.Connection, log: tuple[int, str], span: Span, clients: tuple[int, ...] | None
    ) -> Iterator[GapSums]:  # fmt: skip
        """What is remembered is of all clients; what is asked of some alone is not remembered."""
        key = (*log, span[0])
        with self._lock:
            stretch = self._stretches.get(key)
        if stretch is not None and (stretch.sums.span[1] > span[1] or not _holds(con, stretch)):
            stretch = None
        if clients is None:
            stretch = _settled(con, span, stretch)
            self._remember(key, stretch)
        begin = span[0]
        if stretch is not None:
            begin = stretch.sums.span[1]
            yield stretch.sums
        if begin < span[1]:
            yield read(con, (begin, span[1]), clients)

    def _remember(self, key: _Key, stretch: _Stretch) -> None:
        with self._lock:
            self._stretches.pop(key, None)
            self._stretches[key] = stretch
            size = sum(each.size for each in self._stretches.values())
            while self._stretches and (len(self._stretches) > MAX_STRETCHES or size > self._most):
                size -= self._stretches.pop(next(iter(self._stretches))).size


def by_hour(span: Span) -> Iterator[Span]:
    """A stretch of time, cut where hours end."""
    at, end = span
    while at < end:
        next_at = min(end, (at // HOUR_US + 1) * HOUR_US)
        yield at, next_at
        at = next_at


def read(con: sqlite3.Connection, span: Span, clients: tuple[int, ...] | None) -> GapSums:
    """The sums of a span within an hour, from the records alone."""
    where = "" if clients is None else "AND client_id IN (SELECT value FROM json_each(?))"
    values = () if clients is None else (str(list(clients)),)
    records = RecordPass(con, span[0], of=(where, values))
    rows = con.execute(_ROWS.format(where), (*span, *values))
    while part := rows.fetchmany(STEP_ROWS):
        records.add(part)
    moments = HOUR_US // MINUTE_US
    return GapSums(span, record_sums.summed(records, moments), record_sums.known(records, moments))


def _settled(con: sqlite3.Connection, span: Span, before: _Stretch | None) -> _Stretch:
    """All of a span that may be remembered, by whole minutes where it goes on; `before`: what is."""
    newest = con.execute("SELECT max(time_us) FROM records").fetchone()[0] or 0
    settled = newest - SETTLED_US
    to_us = span[1] if span[1] <= settled else max(span[0], settled - settled % MINUTE_US)
    if before is not None and before.sums.span[1] >= to_us:
        return before
    if before is None:
        sums = read(con, (span[0], to_us), None)
    else:
        sums = before.sums.with_(read(con, (before.sums.span[1], to_us), None))
    return _Stretch(sums, _proof(con, sums.span), _state(con))


def _holds(con: sqlite3.Connection, stretch: _Stretch) -> bool:
    return stretch.state == _state(con) and stretch.proof == _proof(con, stretch.sums.span)


def _proof(con: sqlite3.Connection, span: Span) -> tuple[int, int]:
    number, times = con.execute(_SAME, span).fetchone()
    return number, times


def _state(con: sqlite3.Connection) -> tuple[object, ...]:
    """What is another as soon as ids, devices or what is known of names are."""
    purged = con.execute("SELECT value FROM marks WHERE key = 'names_purged'").fetchone()
    return purged, *con.execute("SELECT * FROM facts").fetchall()


def _log(con: sqlite3.Connection) -> tuple[int, str] | None:
    """Which log this is; None of one from before."""
    row = con.execute("SELECT value FROM marks WHERE key = 'log_id'").fetchone()
    return (row[0], con.execute("PRAGMA database_list").fetchone()[2]) if row else None
