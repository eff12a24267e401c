# SPDX-License-Identifier: GPL-3.0-or-later
"""One pass: evidence.db is made equal to the closed hours of the query log, an hour at a time, the newest first.

    hours of the log ── digest differs ──► read (one grouped SELECT) ──► put (one transaction) ──► rest ──► the next
    hours that left  ───────────────────► dropped

It may be killed at any moment, and the next one goes on. Nothing is written to the log, and no transaction on it is
longer than one hour of records takes to read.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from blocklists.rules.public_suffixes import PublicSuffixes
from evidence.base import evidence_file, first_asked, grouping, hours_table, log_hours
from store.base.db import transaction
from store.base.store_errors import CorruptDatabase
from store.log import querylog
from store.log.rollup_tables import HOUR_US

GRACE_US = 300_000_000  # after its end an hour is left to the recorder, which writes late rows and adds it up
MAX_REST_S = 2.0  # after an hour's work as long a rest, but no longer than this
MAX_PAIRS = 24_000  # of an hour's devices and names, held at once: more than a busy home has, some 12 MB
BUSY_S = 1.0  # one look at the load
MAX_BUSY_S = 20.0  # an hour is never put off for longer: a machine that is always busy gets there too


@dataclass(frozen=True, slots=True)
class Passed:
    """What a pass did; `left`: hours that it was stopped before."""

    read: int = 0
    dropped: int = 0
    left: int = 0


def run(
    state: Path,
    now_us: int,
    rest: Callable[[float], None] = lambda seconds: None,
    go_on: Callable[[], bool] = lambda: True,
) -> Passed:
    """Do one pass. `rest` is called with what each hour's work took; once `go_on` says False, the rest is left.

    Without a log there is nothing to do, and what is there stays. Raises sqlite3.Error and StoreError.
    """
    try:
        log = log_hours.open_log(state)
    except sqlite3.OperationalError:
        if not (state / querylog.FILE_NAME).exists():
            return Passed()
        raise
    with closing(log), closing(evidence_file.open_writer(state)) as con:
        return _passed(log, con, now_us, rest, go_on)


def rest_as_long(seconds: float) -> None:
    """Rest for as long as the work took, and while the machine has more to do than it has cores."""
    time.sleep(min(seconds, MAX_REST_S))
    waited = 0.0
    while os.getloadavg()[0] > (os.cpu_count() or 1) and waited < MAX_BUSY_S:
        time.sleep(BUSY_S)
        waited += BUSY_S


def _passed(
    log: sqlite3.Connection, con: sqlite3.Connection, now_us: int, rest: Callable[[float], None],
    go_on: Callable[[], bool],
) -> Passed:  # fmt: skip
    have, there = hours_table.read_hours(con), list(log_hours.hours(log))
    gone = sorted(have.keys() - set(there))
    hours_table.drop(con, gone)
    devices = log_hours.devices_of(log)
    closed = [hour for hour in there if (hour + 1) * HOUR_US + GRACE_US <= now_us]
    due = [hour for hour in reversed(closed) if have.get(hour) != log_hours.digest(log, hour, devices)]
    done = 0
    for hour in due:
        if not go_on():
            break
        begun = time.monotonic()
        _read(log, con, hour)
        first_asked.tidy(con, _site_of, beyond=first_asked.FAR_BEYOND)  # an hour may have as many as may be kept
        done += 1
        rest(time.monotonic() - begun)
    _add_up_days(con, due[done:], closed, rest, go_on)
    if done == len(due):
        _follow_clearings(log, con)
    first_asked.tidy(con, _site_of)
    return Passed(done, len(gone), len(due) - done)


def _add_up_days(
    con: sqlite3.Connection, left: Sequence[int], closed: Sequence[int], rest: Callable[[float], None],
    go_on: Callable[[], bool],
) -> None:  # fmt: skip
    """Days all of whose hours are over and in."""
    waiting = {hour // hours_table.DAY_HOURS for hour in left}
    for day in hours_table.days_due(con, closed[-1] + 1 if closed else 0):
        if day not in waiting and go_on():
            begun = time.monotonic()
            try:
                hours_table.put_day(con, day)
            except CorruptDatabase:  # the next pass reads them again
                hours_table.drop(con, range(day * hours_table.DAY_HOURS, (day + 1) * hours_table.DAY_HOURS))
            rest(time.monotonic() - begun)


def _site_of(name: str) -> str:
    return _suffixes().registrable(name)


@cache
def _suffixes() -> PublicSuffixes:
    """Read where something is to be forgotten, which is seldom."""
    return PublicSuffixes()


def _follow_clearings(log: sqlite3.Connection, con: sqlite3.Connection) -> None:
    """What people deleted from the log is forgotten here, too, once the hours are as the log has them."""
    sql = "SELECT id, NULLIF(device_id, 0), before_us FROM cleared WHERE id > ? AND source = '' ORDER BY id"
    cleared = log.execute(sql, (first_asked.cleared(con),)).fetchall()
    for number, device, before_us in cleared:
        first_asked.forget(con, device, before_us, log)
        first_asked.note_cleared(con, number)
    if cleared:
        first_asked.drop_unused_names(con)
        con.execute("VACUUM")  # written anew, so that no page keeps what stood there
        con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _read(log: sqlite3.Connection, con: sqlite3.Connection, hour: int) -> None:
    """Digest, rows and words are of one look at the log."""
    with transaction(log, "DEFERRED"):
        digest = log_hours.digest(log, hour, log_hours.devices_of(log))
        rows = grouping.grouped(log, hour * HOUR_US, (hour + 1) * HOUR_US, most=MAX_PAIRS)
        hours_table.put(con, hour, digest, rows)
