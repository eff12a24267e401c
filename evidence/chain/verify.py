# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the query log still is what its chain says: every link with the one before, every day with its link.

A day that does not fit is compared thousand by thousand, and the row at fault is named, see error_sums.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from evidence.chain import chain_file, close_days, error_sums
from evidence.chain.day_digest import DAY_US, Chunk, DayLines, lossless, sums_of
from evidence.chain.links import FIRST_HEAD, Link, unpacked
from store.base.db import connect, transaction
from store.log import late_rows, querylog

_Lines = list[tuple[int, bytes]]


class Lines(Protocol):
    """Lines of rows by their times, as `DayLines` has those of the log."""

    def between(self, from_us: int, to_us: int) -> Iterator[tuple[int, bytes]]: ...


MAX_FAULTS = 20  # of a day; more of them say nothing more


class What(StrEnum):
    """What is wrong with a row, with several, with a link, or with a day as a whole."""

    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"
    SEVERAL = "several"  # three or more rows of a thousand; `to_us` says up to where
    LINK = "link"  # the link itself was changed, or one before it was taken away
    DAY = "day"  # the rows differ, and no sums say where


@dataclass(frozen=True, slots=True)
class Fault:
    """row: which of the day's rows that is, counted from 1 by time; 0 where that says nothing. Times in µs."""

    day: int
    what: What
    row: int = 0
    from_us: int = 0
    to_us: int = 0
    line: str = ""  # the row as it is now, "" where there is none


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found. `first_day` is None where nothing is closed yet.

    gone: closed days whose rows are no longer kept, and of which only the link can be checked. waiting: days of which
    the log notes late or cleared rows that no link knows yet. unchained: days of the log that are over, where
    there is no chain at all: it was taken away, or no pass has closed them yet. imported: the log has nothing but what
    came from elsewhere, of which no day is closed.
    """

    links: int
    head: str
    first_day: int | None
    last_day: int | None
    days: int
    rows: int
    gone: int
    waiting: tuple[int, ...]
    unchained: int
    faults: tuple[Fault, ...]
    imported: bool = False

    @property
    def is_whole(self) -> bool:
        return not self.faults and not self.unchained


def verify_state(state: Path, days: range | None = None) -> Verified:
    """The log of a state directory against its chain. Raises sqlite3.Error and StoreError, as where there is no log."""
    log = connect(state / querylog.FILE_NAME, read_only=True)
    with closing(log), closing(chain_file.open_reader(state)) as chain:
        return verify(chain, log, days)


def verify(chain: sqlite3.Connection, log: sqlite3.Connection, days_of: range | None = None) -> Verified:
    """Read everything that was closed, or of the rows these days alone, some 2 µs a row. Raises sqlite3.Error."""
    chain.text_factory = lossless
    chained = list(chain_file.links(chain))
    faults = list(_links(chained))
    last = {link.day: link for link in chained if days_of is None or link.day in days_of}
    rows, gone, days, waiting = 0, 0, 0, []
    log.text_factory = lossless
    with transaction(log, "DEFERRED"):
        unchained = 0 if chained else _days_over(log)
        imported = not chained and not unchained and _is_imported(log)
        deleted_to = late_rows.deleted_to(log)
        for day, link in sorted(last.items()):
            if day * DAY_US <= deleted_to and link.last_us <= deleted_to:
                gone += 1
            elif sum(close_days.noted(log, day)) != link.noted:
                waiting.append(day)
            else:
                days, rows = days + 1, rows + link.rows
                faults += _day(log, link, deleted_to)
    whole = sorted(last)
    first_day, last_day = (whole[0], whole[-1]) if whole else (None, None)
    head = chained[-1].head if chained else FIRST_HEAD
    return Verified(
        len(chained), head, first_day, last_day, days, rows, gone, tuple(waiting), unchained, tuple(faults), imported
    )


def _days_over(log: sqlite3.Connection) -> int:
    """Days with rows of the log's own that are long over by its newest row."""
    newest = log.execute("SELECT max(time_us) FROM records").fetchone()[0]
    if newest is None:
        return 0
    sql = """SELECT count(DISTINCT r.time_us / ?) FROM records r JOIN outcomes o ON o.id = r.outcome_id
             WHERE o.source_id = 0 AND r.time_us < ?"""
    end = (newest - close_days.CLOSE_US) // DAY_US * DAY_US
    return int(log.execute(sql, (DAY_US, end)).fetchone()[0])


def _is_imported(log: sqlite3.Connection) -> bool:
    """Whether there are records, and none that were made here."""
    sql = "SELECT EXISTS (SELECT 1 FROM records), EXISTS (SELECT 1 FROM outcomes WHERE source_id = 0)"
    there, own = log.execute(sql).fetchone()
    return bool(there) and not own


def _links(chained: Iterable[Link]) -> Iterator[Fault]:
    before, seq = FIRST_HEAD, 1
    for link in chained:
        sums_fit = link.sums is None or hashlib.sha256(link.sums).hexdigest() == link.sums_hash
        if link.seq != seq or link.made_with(before) != link.head or not sums_fit:
            yield Fault(link.day, What.LINK)
        before, seq = link.head, link.seq + 1


def _day(log: sqlite3.Connection, link: Link, deleted_to: int) -> list[Fault]:
    begin_us, end_us, now = link.day * DAY_US, (link.day + 1) * DAY_US, DayLines(log)
    if deleted_to < begin_us:
        whole = hashlib.sha256()
        for _, line in now.between(begin_us, end_us):
            whole.update(line)
        if whole.hexdigest() == link.sha256:
            return []
    try:
        chunks = unpacked(link.sums) if link.sums else None
    except ValueError:
        chunks = None
    faults = [] if chunks is None else located(now, link.day, chunks, deleted_to)
    return faults[:MAX_FAULTS] or ([Fault(link.day, What.DAY)] if deleted_to < begin_us else [])


def located(
    now: Lines, day: int, chunks: list[Chunk], deleted_to: int, span: tuple[int, int] | None = None
) -> list[Fault]:
    """The rows by which each thousand differs; of those that are gone in part nothing can be said. span: of the day."""
    faults: list[Fault] = []
    begin_us, end_us = span or (day * DAY_US, (day + 1) * DAY_US)
    begins = [begin_us, *(chunk.from_us for chunk in chunks[1:]), end_us]
    counted = 0
    for chunk, from_us, to_us in zip(chunks or [Chunk(0, 0, error_sums.NO_ROWS)], begins, begins[1:], strict=False):
        lines = list(now.between(from_us, to_us))
        if from_us > deleted_to and (times := _times(chunk, lines, from_us, to_us)) != ():
            faults += _faults(day, counted, chunk, lines, times, (from_us, to_us))
        counted += chunk.rows
        if len(faults) >= MAX_FAULTS:
            break
    return faults


def _times(chunk: Chunk, lines: _Lines, from_us: int, to_us: int) -> tuple[int, ...] | None:
    return error_sums.errors(chunk.sums, sums_of(lines), from_us, to_us)


def _faults(
    day: int, before: int, chunk: Chunk, lines: _Lines, times: tuple[int, ...] | None, span: tuple[int, int]
) -> list[Fault]:
    if times is None:
        return [Fault(day, What.SEVERAL, before + 1, *span)]
    now = dict(lines)
    surplus, faults = len(lines) - chunk.rows, []
    for time_us in times:
        row = before + 1 + sum(at < time_us for at in now)
        line = now.get(time_us, b"").decode("ascii").strip()
        what = What.MISSING if not line else What.ADDED if surplus > 0 else What.CHANGED
        surplus -= what is What.ADDED
        faults.append(Fault(day, what, row, time_us, time_us, line))
    return faults
