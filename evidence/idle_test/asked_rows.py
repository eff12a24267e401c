# SPDX-License-Identifier: GPL-3.0-or-later
"""What an idle test reads: the device's rows of the query log, and what says how whole they are. Nothing is written.

All raise sqlite3.Error.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from evidence.base.log_hours import SECOND_US
from evidence.idle_test.idle_test import MINUTE_US, IdleTest
from evidence.idle_test.result import AddressSeen, Limits
from evidence.idle_test.tally import AskedRow
from store.log.records import COUNTED, FAILED_IN_VIEW

SILENCE_US = 5 * MINUTE_US  # in which a whole home asks for nothing; some device does within a minute or two
MAX_SILENCES, MAX_ADDRESSES = 20, 20


def rows(log: sqlite3.Connection, device: int, from_us: int, to_us: int) -> Iterator[AskedRow]:
    """What the device asked in from ≤ time < to, in the order of time; what was imported is left out.

    The rows are read as they are taken: close the iterator, or take them all.
    """
    with closing(log.execute(_ROWS, (device, from_us, to_us))) as cursor:
        for time_us, client, name, type_, counted, title in cursor:
            yield AskedRow(
                time_us, client or "", name or "", type_ or "", COUNTED[counted],
                title or "" if counted == "BLOCK" else "",
            )  # fmt: skip


def limits(log: sqlite3.Connection, config: sqlite3.Connection, test: IdleTest) -> Limits:
    """What may be missing from the rows of a test that is over."""
    span = (test.from_us, test.to_us)
    return Limits(
        dropped=int(log.execute(_DROPPED, (test.from_us, test.to_us + MINUTE_US)).fetchone()[0]),
        silences=_silences(log, *span),
        restarts=tuple(at for (at,) in log.execute(_RESTARTS, span)),
        addresses=tuple(
            AddressSeen(address or "", first_us, queries, address not in test.addresses)
            for address, first_us, queries in log.execute(_ADDRESSES, (test.device_id, *span, MAX_ADDRESSES))
        ),
        changes=int(config.execute(_CHANGES, (test.from_us // SECOND_US + 1, test.to_us // SECOND_US)).fetchone()[0]),
        unnamed=int(log.execute(_UNNAMED, (test.device_id, *span)).fetchone()[0]),
        gone=bool(log.execute(_GONE, (test.from_us, test.device_id)).fetchone()[0]),
    )


_ROWS = f"""
    SELECT time_us, client, name, type, IIF({FAILED_IN_VIEW}, 'FAILED', verdict), list_title FROM queries
    WHERE device_id = ? AND time_us >= ? AND time_us < ? AND source IS NULL ORDER BY time_us"""  # noqa: S608 - fixed text
_DROPPED = "SELECT coalesce(sum(count), 0) FROM drops WHERE time_us >= ? AND time_us < ?"
_RESTARTS = """SELECT DISTINCT started_us FROM counted
               WHERE worker > 0 AND started_us > ? AND started_us < ? ORDER BY 1 LIMIT 20"""
_ADDRESSES = """
    SELECT client, min(time_us), count(*) FROM queries
    WHERE device_id = ? AND time_us >= ? AND time_us < ? AND source IS NULL GROUP BY client ORDER BY 2 LIMIT ?"""
_UNNAMED = """SELECT count(*) FROM queries
              WHERE device_id = ? AND time_us >= ? AND time_us < ? AND source IS NULL AND name = ''"""
_CHANGES = "SELECT count(*) FROM change WHERE at >= ? AND at < ?"
_GONE = """
    SELECT coalesce((SELECT value FROM marks WHERE key = 'deleted_to'), 0) >= ?1
        OR EXISTS (SELECT 1 FROM cleared WHERE before_us > ?1 AND device_id IN (0, ?2) AND source = '')"""
_SILENCES = """
    SELECT before, at FROM (
        SELECT time_us AS at, lag(time_us, 1, ?1) OVER (ORDER BY time_us) AS before FROM records
        WHERE time_us >= ?1 AND time_us < ?2)
    WHERE at - before >= ?3 ORDER BY at LIMIT ?4"""


def _silences(log: sqlite3.Connection, from_us: int, to_us: int) -> tuple[tuple[int, int], ...]:
    """Within the span, and from its start and to its end."""
    silences = log.execute(_SILENCES, (from_us, to_us, SILENCE_US, MAX_SILENCES)).fetchall()
    last_us = log.execute("SELECT max(time_us) FROM records WHERE time_us >= ? AND time_us < ?", (from_us, to_us))
    last = last_us.fetchone()[0] or from_us
    return tuple([*silences, (last, to_us)] if to_us - last >= SILENCE_US else silences)
