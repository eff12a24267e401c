# SPDX-License-Identifier: GPL-3.0-or-later
"""A digest of each day's rows of a report, as the chain of days has one of all rows; and what no longer fits.

With the sums of each thousand beside it, so that one row that was changed, went or came is named (docs/chain.md).
"""

from __future__ import annotations

import hashlib
import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from evidence.chain import day_digest, links
from evidence.chain.day_digest import DAY_US, DayLines, lossless
from evidence.chain.verify import MAX_FAULTS, Fault, Lines, What, located
from evidence.report_counts.subject import Subject

MAX_DAYS = 4_000  # of a report; a log is kept for some years at the most


def digests(
    log: sqlite3.Connection, subject: Subject, from_us: int, to_us: int,
    progress: Callable[[float], None] = lambda share: None,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Of each day of UTC that has rows, as far as it is within from ≤ time < to. Raises sqlite3.Error."""
    with _lossless(log):
        lines = DayLines(log, subject.where, subject.values)
        for day, begin_us, end_us in _days(log, from_us, to_us):
            digest = day_digest.digest(day, lines.between(begin_us, end_us))
            progress((end_us - from_us) / (to_us - from_us))
            if digest is not None and digest.rows:
                sums = b64encode(links.packed(digest.chunks)).decode()
                yield {"day": day, "rows": digest.rows, "sha256": digest.sha256.hex(), "sums": sums}


def misfits(
    log: sqlite3.Connection, subject: Subject, from_us: int, to_us: int, kept: Iterable[dict[str, Any]],
    deleted_to: int = 0,
) -> list[Fault]:  # fmt: skip
    """The rows by which the log differs from digests that were kept; of those deleted up to then nothing is said."""
    by_day, faults = {int(each["day"]): each for each in kept}, list[Fault]()
    with _lossless(log):
        lines = DayLines(log, subject.where, subject.values)
        every = {day: (begin_us, end_us) for day, begin_us, end_us in _days(log, from_us, to_us)}
        for day in sorted(by_day.keys() | every.keys()):
            begin_us, end_us = every.get(day) or _within(day, from_us, to_us)
            faults += misfits_of_day(lines, day, begin_us, end_us, by_day.get(day), deleted_to)
            if len(faults) >= MAX_FAULTS:
                break
    return faults[:MAX_FAULTS]


def misfits_of_day(
    lines: Lines, day: int, begin_us: int, end_us: int, kept: dict[str, Any] | None, deleted_to: int = 0
) -> list[Fault]:
    """The same of one day, from begin ≤ time < end."""
    if end_us <= deleted_to:
        return []
    if deleted_to < begin_us:
        whole, rows = hashlib.sha256(), 0
        for _, line in lines.between(begin_us, end_us):
            whole.update(line)
            rows += 1
        if rows == 0 if kept is None else whole.hexdigest() == kept["sha256"]:
            return []
    try:
        chunks = [] if kept is None else links.unpacked(b64decode(kept["sums"]))
    except ValueError:
        return [Fault(day, What.DAY)]
    faults = located(lines, day, chunks, deleted_to, (begin_us, end_us))
    return faults or ([Fault(day, What.DAY)] if deleted_to < begin_us else [])


def _days(log: sqlite3.Connection, from_us: int, to_us: int) -> Iterator[tuple[int, int, int]]:
    """(day, from, to) of days on which the log has any row."""
    at = from_us
    for _ in range(MAX_DAYS):
        row = log.execute("SELECT min(time_us) FROM records WHERE time_us >= ? AND time_us < ?", (at, to_us)).fetchone()
        if row[0] is None:
            return
        day = int(row[0]) // DAY_US
        begin_us, at = _within(day, from_us, to_us)
        yield day, begin_us, at


def _within(day: int, from_us: int, to_us: int) -> tuple[int, int]:
    return max(day * DAY_US, from_us), min((day + 1) * DAY_US, to_us)


class _lossless:  # noqa: N801 - used as a function
    """While it is open, the connection reads text that is not well-formed, too."""

    def __init__(self, con: sqlite3.Connection) -> None:
        self._con, self._before = con, con.text_factory

    def __enter__(self) -> None:
        self._con.text_factory = lossless

    def __exit__(self, *error: object) -> None:
        self._con.text_factory = self._before
