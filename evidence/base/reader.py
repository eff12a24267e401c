# SPDX-License-Identifier: GPL-3.0-or-later
"""What devices asked for, by name, over any range: whole hours from evidence.db, the rest from the query log.

    with EvidenceReader(state) as reader:
        reader.pairs(from_us, to_us, device=3)

Whole hours are as they were at the last pass; what no pass has read yet, and the ends of a range, are the log's own
records. Each number is a count over records: `lookups` as evidence.base.log_hours says. All raise sqlite3.Error.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

from evidence.base import beats, evidence_file, log_hours
from evidence.base.hours_table import HOUR_S
from evidence.base.log_hours import SECOND_US, Pair
from store.base.db import transaction
from store.log import querylog
from store.log.rollup_tables import HOUR_US

EVERY_BEAT = 1 << 40  # where each look-up is wanted, however many there are


class EvidenceReader:
    """Of one state directory, with or without a log and evidence.db; `close` it, or use it as a context."""

    def __init__(self, state: Path) -> None:
        self._con = evidence_file.open_reader(state)
        try:
            self._log = log_hours.open_log(state) if (state / querylog.FILE_NAME).exists() else None
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
        self, from_us: int, to_us: int, device: int | None = None, names: Iterable[str] | None = None
    ) -> list[Pair]:
        """Of from ≤ time < to, of all devices or one, of all names or these; by device, then by name."""
        wanted = None if names is None else list(names)
        with transaction(self._con, "DEFERRED"):
            hours = self._hours(from_us, to_us)
            sums = {(pair.device_id, pair.name): pair for pair in self._of_hours(hours, device, wanted)}
        for start_us, end_us in _gaps(hours, from_us, to_us):
            for pair in self._of_log(start_us, end_us, device, wanted):
                key = (pair.device_id, pair.name)
                sums[key] = sums[key].added(pair) if key in sums else pair
        return [sums[key] for key in sorted(sums)]

    def beats(self, device: int, name: str, from_us: int, to_us: int) -> list[int]:
        """The seconds (since 1970) at which the look-ups of from ≤ time < to began, ascending."""
        with transaction(self._con, "DEFERRED"):
            hours = self._hours(from_us, to_us)
            rows = self._con.execute(_BEATS, (json.dumps(hours), device, name)).fetchall()
        seconds, many = [], set()
        for hour, lookups, first, packed in rows:
            if packed is None and lookups > 1:
                many.add(hour)
            elif lookups:
                within = [first // SECOND_US] if packed is None else beats.unpack(packed)
                seconds += [hour * HOUR_S + second for second in within]
        for start_us, end_us in _gaps([hour for hour in hours if hour not in many], from_us, to_us):
            for row in self._log_rows(start_us, end_us, device, [name]):
                seconds += row.seconds
        return sorted(seconds)

    def hours_read(self) -> int:
        """How many hours are in evidence.db."""
        return int(self._con.execute("SELECT count(*) FROM read_hours").fetchone()[0])

    def _hours(self, from_us: int, to_us: int) -> list[int]:
        """The whole hours of a range that are in."""
        within = (-(-from_us // HOUR_US), to_us // HOUR_US)
        sql = "SELECT hour FROM read_hours WHERE hour >= ? AND hour < ? ORDER BY hour"
        return [hour for (hour,) in self._con.execute(sql, within)]

    def _of_hours(self, hours: list[int], device: int | None, names: list[str] | None) -> Iterator[Pair]:
        sql = _PAIRS + ("" if device is None else " AND p.device_id = :device")
        sql += "" if names is None else f" AND p.name_id IN ({_NAMED})"
        words = None if names is None else json.dumps(names)
        sql = f"SELECT g.device, n.name, {_SUMS} FROM ({sql} {_BY}) g JOIN names n ON n.id = g.name"  # noqa: S608
        with closing(self._con.execute(sql, {"hours": json.dumps(hours), "device": device, "names": words})) as rows:
            yield from (Pair(*row) for row in rows)

    def _of_log(self, from_us: int, to_us: int, device: int | None, names: list[str] | None) -> Iterator[Pair]:
        return (row.pair for row in self._log_rows(from_us, to_us, device, names, 0))

    def _log_rows(
        self, from_us: int, to_us: int, device: int | None, names: list[str] | None, most_beats: int = EVERY_BEAT
    ) -> Iterator[log_hours.HourRow]:
        if self._log is None:
            return iter(())
        return log_hours.grouped(self._log, from_us, to_us, device, names, most_beats)


_SUMS = "g.queries, g.lookups, g.blocked, g.answered, g.failed, g.first, g.last"
_PAIRS = f"""
    SELECT p.device_id AS device, p.name_id AS name, sum(p.queries) AS queries, sum(p.lookups) AS lookups,
           sum(p.blocked) AS blocked, sum(p.answered) AS answered, sum(p.failed) AS failed,
           min(p.hour * {HOUR_US} + p.from_us) AS first, max(p.hour * {HOUR_US} + p.from_us + p.span_us) AS last
    FROM json_each(:hours) h CROSS JOIN pairs p ON p.hour = h.value WHERE 1"""  # noqa: S608 - fixed text
_NAMED = "SELECT n.id FROM json_each(:names) j JOIN names n ON n.name = j.value"
_BY = "GROUP BY p.device_id, p.name_id"
_BEATS = """
    SELECT p.hour, p.lookups, p.from_us, p.beats FROM json_each(?1) h CROSS JOIN pairs p ON p.hour = h.value
    WHERE p.device_id = ?2 AND p.name_id = (SELECT id FROM names WHERE name = ?3)"""


def _gaps(hours: Iterable[int], from_us: int, to_us: int) -> Iterator[tuple[int, int]]:
    """What of a range lies in none of these hours, which ascend: as from ≤ time < to, adjacent ones as one."""
    at = from_us
    for hour in hours:
        if hour * HOUR_US > at:
            yield at, hour * HOUR_US
        at = (hour + 1) * HOUR_US
    if at < to_us:
        yield at, to_us
