# SPDX-License-Identifier: GPL-3.0-or-later
"""Days of the query log get their links: each some time after its end, and once more where the log notes a change.

One day a call, so that the pass may stop between two. A new chain takes up all days that are over and of which the log
still has all; what happened to them before, it cannot tell.
"""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from evidence.chain import chain_file, day_digest, links
from evidence.chain.day_digest import DAY_US, DayLines, lossless
from evidence.chain.links import Link, Reason
from store.base.db import connect, transaction
from store.log import late_rows, querylog
from store.log.values import EARLIEST_US, OWN

CLOSE_US = 2 * late_rows.LATE_US  # after its end: whatever comes later was noted by the log as late


def close_days(
    state: Path, now_us: int, go_on: Callable[[], bool] = lambda: True,
    rest: Callable[[float], None] = lambda seconds: None,
) -> int:  # fmt: skip
    """Make all links that are due, until `go_on` says False; how many. Without a log there is nothing to do.

    `rest` is called after each with the seconds that it took. Raises sqlite3.Error and StoreError.
    """
    path = state / querylog.FILE_NAME
    if not path.exists():
        return 0
    with closing(connect(path, read_only=True)) as log, closing(chain_file.open_writer(state)) as chain:
        made, begun = 0, time.monotonic()
        while step(chain, log, now_us, lambda: not go_on()) is not None:
            made += 1
            rest(time.monotonic() - begun)
            begun = time.monotonic()
        return made


def step(chain: sqlite3.Connection, log: sqlite3.Connection, now_us: int, stop: Callable[[], bool]) -> Link | None:
    """Make the next link that is due; None where none is, or `stop` said so. Raises sqlite3.Error.

    Both connections are in autocommit mode; the day is read from one state of the log.
    """
    if now_us < EARLIEST_US:  # a clock that was never set closes no day
        return None
    log.text_factory = lossless
    with transaction(log, "DEFERRED"):
        first_day = _first_day(log)
        if first_day is None:
            return None
        chain_file.let_sums_go(chain, first_day)
        before = chain_file.newest(chain)
        for day in range(first_day, (now_us - CLOSE_US) // DAY_US):
            reason, noted = _due(chain, log, day)
            if reason is None:
                continue
            digest = day_digest.digest(day, DayLines(log).between(day * DAY_US, (day + 1) * DAY_US), stop)
            if digest is None:
                return None
            link = links.link(before, digest, reason, noted, now_us)
            chain_file.append(chain, link)
            return link
    return None


def noted(log: sqlite3.Connection, day: int) -> tuple[int, int]:
    """(late rows of a day, times that a person cleared what may have been its), as the log notes them."""
    sql = "SELECT count(*) FROM cleared WHERE before_us > ? AND source IN ('', ?)"
    return late_rows.of_day(log, day), int(log.execute(sql, (day * DAY_US, OWN)).fetchone()[0])


def _due(chain: sqlite3.Connection, log: sqlite3.Connection, day: int) -> tuple[Reason | None, int]:
    last, (late, cleared) = chain_file.of_day(chain, day), noted(log, day)
    if last is None:
        return Reason.CLOSED, late + cleared
    if late + cleared == last.noted:
        return None, last.noted
    return (Reason.CLEARED if cleared else Reason.LATE), late + cleared


def _first_day(log: sqlite3.Connection) -> int | None:
    """Of which the log still has all that it recorded itself; None where it has no record."""
    oldest, deleted_to = log.execute("SELECT min(time_us) FROM records").fetchone()[0], late_rows.deleted_to(log)
    imported_to = log.execute("SELECT value FROM marks WHERE key = 'imported_to'").fetchone()[0]
    if oldest is None:
        return None
    return max(int(oldest) // DAY_US, int(imported_to) // DAY_US, deleted_to // DAY_US + 1 if deleted_to else 0)
