# SPDX-License-Identifier: GPL-3.0-or-later
"""What devices asked for, by name, over any range: whole days and hours from evidence.db, the rest from the query log.

    with EvidenceReader(state) as reader:
        reader.pairs(from_us, to_us, device=3)

Whole hours are as they were at the last pass; what no pass has read yet, and the ends of a range, are the log's own
records. Each number is a count over records; what a look-up is, says store.sums.lookups. All raise sqlite3.Error, and
CorruptDatabase where evidence.db is damaged.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from blocklists.whose.company_memo import CompanyKey, CompanyMemo
from evidence.base import (  # fmt: skip
    company_days,
    device_uses,
    evidence_file,
    group_reader,
    grouping,
    hours_table,
    log_hours,
    name_ids,
    record_groups,
    sum_block,
)
from evidence.base.device_uses import KeysOf, Uses, UsesMemo
from evidence.base.exact_times import Moment, exact_us
from evidence.base.group_sums import GroupSum, GroupSums, Key
from evidence.base.hours_table import HOUR_S, Piece
from evidence.base.log_hours import SECOND_US, HourRow, Pair
from store.base.db import transaction
from store.log.rollup_tables import HOUR_US

EVERY_BEAT = 1 << 40  # where each look-up is wanted, however many there are


class EvidenceReader:
    """Of one state directory, with or without a log and evidence.db; `close` it, or use it as a context."""

    def __init__(self, state: Path) -> None:
        self._state, self._con = state, evidence_file.open_reader(state)
        try:
            self._log = log_hours.open_any(state)
        except BaseException:
            self._con.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._con.close()
        if self._log is not None:
            self._log.close()

    def pairs(
        self, from_us: int, to_us: int, device: int | None = None, names: Iterable[str] | None = None,
        exact: bool = True,
    ) -> list[Pair]:  # fmt: skip
        """Of from ≤ time < to, of all devices or one, of all names or these; by device, then by name.

        A whole home's month is some 100,000 of them. Not `exact`: first and last are the bounds of their seconds, where
        whole hours tell them; that is quicker.
        """
        wanted = None if names is None else list(names)
        with transaction(self._con, "DEFERRED"):
            hours = self._hours(from_us, to_us)
            pairs = self._of_pieces(_pieces(self._con, from_us, to_us), device, wanted)
        if exact:
            pairs = self._exact(pairs)
        sums = {(pair.device_id, pair.name): pair for pair in pairs}
        for row in self._gap_rows(hours, from_us, to_us, device, wanted, 0):
            key = (row.pair.device_id, row.pair.name)
            sums[key] = sums[key].added(row.pair) if key in sums else row.pair
        return [sums[key] for key in sorted(sums)]

    def sums(
        self, from_us: int, to_us: int, group_of: Callable[[str], Key], device: int | None = None
    ) -> list[GroupSum[Key]]:
        """The pairs of from ≤ time < to added up by what `group_of` says of their names, in no order."""
        with transaction(self._con, "DEFERRED"):
            hours = self._hours(from_us, to_us)
            groups = group_reader.of_pieces(self._con, self._log, _pieces(self._con, from_us, to_us), group_of, device)
        return self._with_gaps(groups, hours, from_us, to_us, device)

    def companies(
        self, from_us: int, to_us: int, known: CompanyMemo, device: int | None = None
    ) -> list[GroupSum[CompanyKey]]:
        """The same by company and kind, as `known` says; a home's whole days as the same facts added them up."""
        with transaction(self._con, "DEFERRED"):
            hours = self._hours(from_us, to_us)
            pieces = _pieces(self._con, from_us, to_us)
            days = company_days.days(self._con, known.version) if device is None else set()
            others = [piece for piece in pieces if not piece.is_day or piece.day not in days]
            groups = group_reader.of_pieces(self._con, self._log, others, known.__getitem__, device)
            for piece in pieces:
                if piece.is_day and piece.day in days:
                    for part in company_days.read(self._con, piece.day):
                        groups.add_part(part)
        return self._with_gaps(groups, hours, from_us, to_us, device)

    def uses(
        self, from_us: int, to_us: int, keys_of: KeysOf[Key], by_hour: bool = False, memo: UsesMemo[Key] | None = None
    ) -> Uses[Key]:
        """Which device asked for names of which groups in from ≤ time < to; `by_hour`: also in which hours.

        A memo is of one `keys_of`, and spares to read whole hours that are as they were.
        """
        first, end = -(-from_us // HOUR_US), to_us // HOUR_US
        with transaction(self._con, "DEFERRED"):
            sql = "SELECT hour, digest FROM hour_sums WHERE hour >= ? AND hour < ? ORDER BY hour"
            digests = self._con.execute(sql, (first, end)).fetchall()

            def read(uses: Uses[Key]) -> None:
                pieces = hours_table.pieces(self._con, first, end, not by_hour)
                device_uses.add_pieces(uses, self._con, pieces, keys_of)

            uses = (memo or UsesMemo[Key]()).uses((self._state, by_hour, *digests), read)
        if self._log is not None:
            for start_us, end_us in _gaps([hour for hour, _ in digests], from_us, to_us):
                device_uses.add_log(uses, self._log, start_us, end_us, keys_of)
        return uses

    def beats(self, device: int, name: str, from_us: int, to_us: int) -> list[int]:
        """The seconds (since 1970) at which the look-ups of from ≤ time < to began, ascending."""
        seconds, whole = [], []
        with transaction(self._con, "DEFERRED"):
            number = name_ids.ids(self._con, [name]).get(name, 0)
            for hour in self._hours(from_us, to_us):
                within = hours_table.hour_beats(self._con, hour).of_name(device, number)
                if within is not None:  # else there are too many, which the log has
                    seconds += [hour * HOUR_S + second for second in within]
                    whole.append(hour)
        for row in self._gap_rows(whole, from_us, to_us, device, [name], EVERY_BEAT):
            seconds += row.seconds
        return sorted(seconds)

    def _with_gaps(
        self, groups: GroupSums[Key], hours: list[int], from_us: int, to_us: int, device: int | None
    ) -> list[GroupSum[Key]]:
        """The sums, with what the log has beside these hours."""
        if self._log is not None:
            for start_us, end_us in _gaps(hours, from_us, to_us):
                groups.add_records(record_groups.of_log(self._log, start_us, end_us, device))
        return list(groups.sums())

    def _hours(self, from_us: int, to_us: int) -> list[int]:
        """The whole hours of a range that are in."""
        within = (-(-from_us // HOUR_US), to_us // HOUR_US)
        sql = "SELECT hour FROM hour_sums WHERE hour >= ? AND hour < ? ORDER BY hour"
        return [hour for (hour,) in self._con.execute(sql, within)]

    def _of_pieces(self, pieces: list[Piece], device: int | None, names: list[str] | None) -> list[Pair]:
        """With times to the second: the beginning of the first one's, the end of the last one's."""
        wanted = None if names is None else set(name_ids.ids(self._con, names).values())
        blocks = ((piece.begins_s, hours_table.block(self._con, piece)) for piece in pieces)
        rows = list(sum_block.added(blocks, device, wanted))
        words = name_ids.words(self._con, {row.name for row in rows})
        return [
            Pair(row.device, words[row.name], *row[2:7], row.first * SECOND_US,
                 (row.first + row.span + 1) * SECOND_US - 1)
            for row in rows
        ]  # fmt: skip

    def _exact(self, pairs: list[Pair]) -> list[Pair]:
        moments = (
            Moment(pair.device_id, pair.name, at // SECOND_US, bool(last))
            for pair in pairs for last, at in enumerate((pair.first_us, pair.last_us))
        )  # fmt: skip
        times = exact_us(self._log, moments)
        return [replace(pair, first_us=next(times), last_us=next(times)) for pair in pairs]

    def _gap_rows(
        self, hours: list[int], from_us: int, to_us: int, device: int | None, names: list[str] | None, most_beats: int
    ) -> Iterator[HourRow]:
        """What the log has of the range beside these hours."""
        if self._log is not None:
            for start_us, end_us in _gaps(hours, from_us, to_us):
                yield from grouping.grouped(self._log, start_us, end_us, device, names, most_beats)


def _pieces(con: sqlite3.Connection, from_us: int, to_us: int) -> list[Piece]:
    return hours_table.pieces(con, -(-from_us // HOUR_US), to_us // HOUR_US)


def _gaps(hours: Iterable[int], from_us: int, to_us: int) -> Iterator[tuple[int, int]]:
    """What of a range lies in none of these hours, which ascend: as from ≤ time < to, adjacent ones as one."""
    at = from_us
    for hour in hours:
        if hour * HOUR_US > at:
            yield at, hour * HOUR_US
        at = (hour + 1) * HOUR_US
    if at < to_us:
        yield at, to_us
