# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers behind the pages, each a count over `records`.

Times are µs since 1970, ranges half open [from, to). Whole days and hours that are added up
(store.log.rollup_tables) are taken as they are, and the records are read for the rest; the numbers are the same either
way.
"""

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from store.base.db import connect, transaction
from store.log import counts as log_counts
from store.log import interning, packed
from store.log.counts import Section
from store.log.querylog import FILE_NAME
from store.log.records import Origin, Verdict
from store.log.timespan import ALL_SOURCES, Timespan, split
from store.stats import timeline as log_timeline
from store.stats import top as log_top
from store.stats import top_names

MAX_BUCKETS = 10_000  # a chart has some hundreds


@dataclass(frozen=True, slots=True)
class Summary:
    """Totals of a time range. passed + blocked + allowed + local + refused = queries; cached = MEMO, CACHE or STALE.

    `companies` counts known ones. `dropped` were answered but not recorded, in the whole house. Durations in
    milliseconds, None without a query; the lower median is one of durations cut to two significant digits.
    """

    queries: int
    passed: int
    blocked: int
    allowed: int
    local: int
    refused: int
    names: int
    clients: int
    devices: int
    companies: int
    dropped: int
    cached: int
    median_ms: float | None
    average_ms: float | None


@dataclass(frozen=True, slots=True)
class Bucket:
    """A step of the timeline: passed = PASS + ALLOW, other = LOCAL + REFUSE."""

    time_us: int
    passed: int
    blocked: int
    other: int


@dataclass(frozen=True, slots=True)
class Top:
    """key: the name, the company (None: unknown), the device's id (None: unknown) or the blocklist's id."""

    key: str | int | None
    label: str
    queries: int
    blocked: int
    last_us: int


def open_reader(state: Path) -> sqlite3.Connection:
    """A read-only connection to the query log; raises sqlite3.OperationalError while there is none."""
    return connect(state / FILE_NAME, read_only=True)


class Look:
    """Several numbers of one stretch of time, for a page that shows them together: what they share is read once."""

    def __init__(self, part: Timespan, from_us: int, to_us: int) -> None:
        self._part, self._from_us, self._to_us = part, from_us, to_us

    def summary(self) -> Summary:
        """The totals."""
        dropped = self._part.con.execute(
            "SELECT COALESCE(sum(count), 0) FROM drops WHERE time_us >= ? AND time_us < ?", (self._from_us, self._to_us)
        ).fetchone()[0]
        return _summary(self._part, dropped)

    def timeline(self, step_us: int) -> list[Bucket]:
        """Every step of the range, empty ones too; the last may be cut short. ValueError for more than MAX_BUCKETS."""
        from_us, to_us = self._from_us, self._to_us
        if step_us <= 0 or to_us < from_us or (to_us - from_us) / step_us > MAX_BUCKETS:
            raise ValueError(f"A timeline has at most {MAX_BUCKETS} steps, from an earlier to a later time.")
        counts = [[0, 0, 0] for _ in range(from_us, to_us, step_us)]
        for step, verdict, count in log_timeline.steps(self._part, from_us, step_us):
            counts[step][_COLUMN[verdict]] += count
        return [Bucket(from_us + number * step_us, *count) for number, count in enumerate(counts)]

    def top(self, of: str, verdict: int | None = None, limit: int = 10) -> list[Top]:
        """The most asked `names`, `companies`, `devices` or `lists`, most first; ValueError for anything else.

        A name without a known company counts under the key None, and so does a client without a device.
        """
        if of not in log_top.KINDS:
            raise ValueError(f"There is no top of '{of}'; choose {', '.join(log_top.KINDS)}.")
        return [Top(*one) for one in log_top.most(self._part, of, None if verdict is None else int(verdict), limit)]

    def reporters(self) -> dict[int, Top]:
        """Device id → the known company that it asked most, for every device that asked one; `last_us` is 0."""
        names = dict(self._part.con.execute("SELECT id, name FROM companies"))
        found = {}
        for device, section in log_top.companies_by_device(self._part).items():
            best = _most_known(section, names)
            if device and best is not None:
                found[device] = best
        return found

    def busiest(self, among: Collection[int]) -> tuple[int, Top] | None:
        """Of these devices the one that asked a known company most, with that company; of equals the lower id."""
        names = dict(self._part.con.execute("SELECT id, name FROM companies"))
        found: tuple[int, Top] | None = None
        for device, total, companies in log_top.devices_with_companies(self._part):
            if found is not None and total < found[1].queries:
                break
            best = _most_known(companies(), names) if device in among else None
            if best is not None and (found is None or (best.queries, -device) > (found[1].queries, -found[0])):
                found = device, best
        return found


@contextmanager
def look(con: sqlite3.Connection, from_us: int, to_us: int, device: int | None = None) -> Iterator[Look]:
    """All that is asked of it is from one consistent look at the log."""
    with transaction(con, "DEFERRED"):
        yield Look(_timespan(con, from_us, to_us, device), from_us, to_us)


def summary(con: sqlite3.Connection, from_us: int, to_us: int, device: int | None = None) -> Summary:
    """See Look.summary."""
    with look(con, from_us, to_us, device) as one:
        return one.summary()


def timeline(
    con: sqlite3.Connection, from_us: int, to_us: int, step_us: int, device: int | None = None
) -> list[Bucket]:
    """See Look.timeline."""
    with look(con, from_us, to_us, device) as one:
        return one.timeline(step_us)


def top(
    con: sqlite3.Connection, of: str, from_us: int, to_us: int, verdict: int | None = None, device: int | None = None,
    limit: int = 10,
) -> list[Top]:  # fmt: skip
    """See Look.top."""
    with look(con, from_us, to_us, device) as one:
        return one.top(of, verdict, limit)


def device_seen(con: sqlite3.Connection) -> dict[int, tuple[int, int]]:
    """Device id → the times of the first and last record that were ever written for it."""
    rows = con.execute(
        "SELECT device_id, min(first_us), max(last_us) FROM clients WHERE device_id AND last_us GROUP BY device_id"
    )
    return {device: (first, last) for device, first, last in rows}


_COLUMN: dict[int, int] = {Verdict.PASS: 0, Verdict.ALLOW: 0, Verdict.BLOCK: 1, Verdict.LOCAL: 2, Verdict.REFUSE: 2}


def _timespan(con: sqlite3.Connection, from_us: int, to_us: int, device: int | None) -> Timespan:
    if device is None:
        return split(con, from_us, to_us)
    clients = con.execute("SELECT id FROM clients WHERE device_id = ?", (device,))
    return split(con, from_us, to_us, [number for (number,) in clients])


def _summary(part: Timespan, dropped: int) -> Summary:
    groups = part.gap_counts(ALL_SOURCES)
    kinds, total_us, median_us = _kinds(part, groups), *_durations(part)
    verdicts, origins = [0] * len(Verdict), [0] * len(Origin)
    for kind, count in kinds.items():
        verdicts[packed.verdict_of(kind)] += count
        origins[packed.origin_of(kind)] += count
    queries = sum(verdicts)
    names, companies = _names_and_companies(part, {name for _, name, _ in groups})
    clients, devices = _clients_and_devices(part, {client for client, _, _ in groups})
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
    )


def _most_known(section: Section, names: Mapping[int, str]) -> Top | None:
    """The known company with the most queries, of equals the first by name; `section` as tally keeps companies."""
    counts = top_names.by_key(section, None)
    known = [(-count, names[company], company) for company, count in counts.items() if company in names]
    if not known:
        return None
    count, name, company = min(known)
    return Top(name, name, -count, top_names.by_key(section, Verdict.BLOCK).get(company, 0), 0)


def _kinds(part: Timespan, groups: Mapping[tuple[int, ...], int]) -> Section:
    total = part.section("kinds")
    of = interning.kinds(part.con, {outcome for _, _, outcome in groups})
    log_counts.add(total, ((of[outcome], count) for (_, _, outcome), count in groups.items()))
    return total


def _durations(part: Timespan) -> tuple[int, int | None]:
    """The sum of the durations and their lower median."""
    total_us, counts = part.total_us(), part.section("durations")
    for (duration,), count in part.gap_counts("duration_us").items():
        total_us += duration * count
        log_counts.add(counts, ((log_counts.rounded(duration), count),))
    left = (sum(counts.values()) - 1) // 2
    for duration in sorted(counts):
        left -= counts[duration]
        if left < 0:
            return total_us, duration
    return total_us, None


def _names_and_companies(part: Timespan, gap_names: set[int]) -> tuple[int, int]:
    """How many different ones, of companies the known."""
    companies = set(packed.numbers(part.section("companies"))) - {0}
    companies.update(part.gap_companies().values())
    return int.from_bytes(part.presence(gap_names), "little").bit_count(), len(companies)


def _clients_and_devices(part: Timespan, gap_clients: set[int]) -> tuple[int, int]:
    found = gap_clients.union(packed.numbers(part.section("clients")))
    if part.clients is not None:
        found |= {client for level, blocks in part.levels for client in part.who(level, blocks)}
    owners = interning.devices(part.con, found)
    return len(owners), len(set(owners.values()) - {0})
