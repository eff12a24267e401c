# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers behind the pages, each a count over `records`.

Whole days and hours that are added up (store.log.rollup_tables) are taken as they are, and the records are read for the
rest; the numbers are the same either way.
"""

import sqlite3
from collections.abc import Collection, Iterable

from store.log import interning
from store.log.gap_sums import GapMemory
from store.log.records import COUNTED, FAILED, Origin, Verdict
from store.log.timespan import Timespan, split
from store.log.values import (
    Bucket,
    CompanyCounts,
    CompanyName,
    HourCounts,
    Reported,
    Reports,
    Summary,
    Top,
    TrackingPair,
)
from store.names.purpose import Kind
from store.stats import (
    by_hour,
    by_name,
    company_counts,
    one_company,
    reporters,
    timeline,
    top,
    top_names,
    tracking_pairs,
)
from store.sums import counts, packed
from store.sums.counts import Section

MAX_BUCKETS = 10_000  # a chart has some hundreds
_MEMORY = GapMemory()  # of the process


class SqliteCounts:
    """store.log.protocol.RangeCounts, within one transaction."""

    def __init__(self, con: sqlite3.Connection, from_us: int, to_us: int, device: int | None) -> None:
        self._con, self._from_us, self._to_us = con, from_us, to_us
        clients = None
        if device is not None:
            clients = [number for (number,) in con.execute("SELECT id FROM clients WHERE device_id = ?", (device,))]
        self._timespan = split(con, from_us, to_us, clients, memory=_MEMORY)

    def summary(self) -> Summary:
        dropped = self._con.execute(
            "SELECT COALESCE(sum(count), 0) FROM drops WHERE time_us >= ? AND time_us < ?", (self._from_us, self._to_us)
        ).fetchone()[0]
        return _summary(self._timespan, dropped)

    def timeline(self, step_us: int) -> list[Bucket]:
        from_us, to_us = self._from_us, self._to_us
        if step_us <= 0 or to_us < from_us or (to_us - from_us) / step_us > MAX_BUCKETS:
            raise ValueError(f"A timeline has at most {MAX_BUCKETS} steps, from an earlier to a later time.")
        buckets = [[0] * _COLUMNS for _ in range(from_us, to_us, step_us)]
        for step, verdict, count in timeline.steps(self._timespan, from_us, step_us):
            buckets[step][_COLUMN[verdict]] += count
        for step, verdict, count in timeline.steps(self._timespan, from_us, step_us, timeline.TRACKING):
            buckets[step][_TRACKING] += count
            if verdict in _OF_TRACKING:
                buckets[step][_OF_TRACKING[verdict]] += count
        return [Bucket(from_us + number * step_us, *bucket) for number, bucket in enumerate(buckets)]

    def top(
        self, of: str, verdict: int | None = None, limit: int = 10, kind: str | None = None, last: bool = True
    ) -> list[Top]:
        return top.most(self._timespan, of, None if verdict is None else int(verdict), limit, kind, last)

    def hours(self, company: str | None = None) -> list[HourCounts]:
        return by_hour.hours(self._timespan, company)

    def reporters(self) -> dict[int, Reports]:
        return reporters.reporters(self._timespan)

    def tracking_pairs(self) -> list[TrackingPair]:
        return tracking_pairs.pairs(self._timespan)

    def tracking_names(self, company: str, limit: int = 20) -> list[CompanyName]:
        return one_company.tracking_names(self._timespan, company, limit)

    def busiest(self, among: Collection[int]) -> tuple[int, Reported] | None:
        return reporters.busiest(self._timespan, among)

    def company(self, name: str, names: int = 100, since: bool = True) -> CompanyCounts | None:
        return one_company.counted(self._timespan, name, names, since)

    def of_names(self, names: Iterable[str]) -> dict[str, tuple[int, int]]:
        numbers = by_name.ids(self._con, names)
        known = self._timespan.in_gaps.section("name_id")
        counts.add(known, self._timespan.other_names().items())
        asked = top_names.exact(self._timespan, known, numbers)
        queries, blocked = (top_names.by_key(asked, verdict) for verdict in (None, Verdict.BLOCK))
        called = top.labels(self._con, "names", queries)
        return {called[number]: (count, blocked.get(number, 0)) for number, count in queries.items()}


_COLUMN: dict[int, int] = {
    Verdict.PASS: 0, Verdict.ALLOW: 0, Verdict.BLOCK: 1, Verdict.LOCAL: 2, Verdict.REFUSE: 2, FAILED: 3,
}  # fmt: skip
_TRACKING, _COLUMNS = 4, 7
_OF_TRACKING: dict[int, int] = {Verdict.BLOCK: 5, FAILED: 6}


def _summary(timespan: Timespan, dropped: int) -> Summary:
    kinds, total_us, median_us = _kinds(timespan), *_durations(timespan)
    verdicts, origins = [0] * len(COUNTED), [0] * len(Origin)
    for kind, count in kinds.items():
        verdicts[packed.verdict_of(kind)] += count
        origins[packed.origin_of(kind)] += count
    queries = sum(verdicts)
    by_kind = company_counts.by_kind(timespan)
    names, companies = _names_and_companies(timespan)
    clients, devices = _clients_and_devices(timespan)
    return Summary(
        queries=queries,
        passed=verdicts[Verdict.PASS],
        blocked=verdicts[Verdict.BLOCK],
        allowed=verdicts[Verdict.ALLOW],
        local=verdicts[Verdict.LOCAL],
        refused=verdicts[Verdict.REFUSE],
        names=names,
        clients=clients,
        devices=devices,
        companies=companies,
        dropped=dropped,
        cached=origins[Origin.MEMO] + origins[Origin.CACHE] + origins[Origin.STALE],
        median_ms=None if median_us is None else median_us / 1000,
        average_ms=total_us / queries / 1000 if queries else None,
        failed=verdicts[FAILED],
        lookups=sum(kind.lookups for kind in by_kind.values()),
        tracking=by_kind[Kind.TRACKING],
        use=by_kind[Kind.USE],
        unknown=by_kind[Kind.UNKNOWN],
    )


def _kinds(timespan: Timespan) -> Section:
    total = timespan.section("kinds")
    counts.add(total, timespan.in_gaps.kinds().items())
    return total


def _durations(timespan: Timespan) -> tuple[int, int | None]:
    """The sum of the durations and their lower median."""
    total_us, durations = timespan.in_gaps.durations()
    total_us += timespan.total_us()
    counts.add(durations, timespan.section("durations").items())
    left = (sum(durations.values()) - 1) // 2
    for duration in sorted(durations):
        left -= durations[duration]
        if left < 0:
            return total_us, duration
    return total_us, None


def _names_and_companies(timespan: Timespan) -> tuple[int, int]:
    """How many different ones, of companies the known, each once, whatever is asked of it."""
    known = company_counts.companies(timespan.con)
    numbers = set(packed.numbers(company_counts.of_all(timespan, company_counts.QUERIES)))
    companies = {known[number].name for number in numbers} - {None}
    gap_names = set(packed.numbers(timespan.in_gaps.section("name_id")))
    return int.from_bytes(timespan.presence(gap_names), "little").bit_count(), len(companies)


def _clients_and_devices(timespan: Timespan) -> tuple[int, int]:
    clients = {*packed.numbers(timespan.in_gaps.section("client_id")), *packed.numbers(timespan.section("clients"))}
    if timespan.clients is not None:
        clients |= {client for level, blocks in timespan.levels for client in timespan.who(level, blocks)}
    owners = interning.devices(timespan.con, clients)
    return len(owners), len(set(owners.values()) - {0})
