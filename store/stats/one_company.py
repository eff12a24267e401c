# SPDX-License-Identifier: GPL-3.0-or-later
"""What was asked of one company: by device and by name, tracking apart from use, and since when."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from store.log.records import FAILED, Verdict
from store.log.timespan import Timespan, split
from store.log.values import LATEST_US, CompanyCounts, CompanyDevice, CompanyName, KindCounts
from store.names.purpose import Kind
from store.stats import company_counts, last_seen, top, top_names
from store.stats.company_counts import LOOKUPS, QUERIES, same_company
from store.sums import counts
from store.sums.counts import Section

_ORDER = (Kind.TRACKING, Kind.UNKNOWN, Kind.USE)  # of names: what a household should know stands first
_NAMES = """SELECT n.id, n.name, c.kind, COALESCE(pu.name, 'unknown')
            FROM names n JOIN companies c ON c.id = n.company_id LEFT JOIN purposes pu ON pu.id = n.purpose
            WHERE c.id IN (SELECT value FROM json_each(?))"""


def counted(timespan: Timespan, name: str, names: int, since: bool = True) -> CompanyCounts | None:
    """As store.log.protocol.RangeCounts.company."""
    known = company_counts.companies(timespan.con)
    numbers = {number: each for number, each in known.items() if same_company(each.name, name)}
    whole = split(timespan.con, 0, LATEST_US)
    last = last_seen.times(whole, "companies", None, numbers, only_that=True)
    if not last:
        return None
    first = last_seen.times(whole, "companies", None, numbers, first=True, only_that=True)
    kinds = {kind: {number for number, each in numbers.items() if each.kind is kind} for kind in Kind}
    asked, begun = (company_counts.of_all(timespan, section) for section in (QUERIES, LOOKUPS))
    return CompanyCounts(
        next(each.name for each in numbers.values() if each.name), *_by_kind(asked, begun, kinds),
        _devices(timespan, whole if since else None, kinds),
        *_names(timespan, numbers, names), min(first.values()), max(last.values()),
    )  # fmt: skip


def tracking_names(timespan: Timespan, company: str, limit: int) -> list[CompanyName]:
    """As store.log.protocol.RangeCounts.tracking_names."""
    known = company_counts.companies(timespan.con)
    numbers = {
        number for number, each in known.items()
        if each.name and _folded(each.name) == _folded(company) and each.kind is Kind.TRACKING
    }  # fmt: skip
    return _names(timespan, numbers, limit)[0]


def _folded(name: str) -> str:
    """As SQLite's NOCASE compares."""
    return "".join(char.lower() if char.isascii() else char for char in name)


def _devices(timespan: Timespan, whole: Timespan | None, kinds: Mapping[Kind, Collection[int]]) -> list[CompanyDevice]:
    numbers = {number for of_kind in kinds.values() for number in of_kind}
    asked, begun = (company_counts.by_device(timespan, section, numbers) for section in (QUERIES, LOOKUPS))
    asking = [device for device, queries in asked.items() if queries]
    labels = top.labels(timespan.con, "devices", asking)
    last, first = (
        last_seen.times(whole, "devices", None, asking, numbers, first=first) if whole else dict.fromkeys(asking, 0)
        for first in (False, True)
    )
    made = [
        CompanyDevice(
            device or None, labels[device], *_by_kind(asked[device], begun.get(device, {}), kinds),
            first[device], last[device],
        )
        for device in asking
    ]  # fmt: skip
    return sorted(made, key=lambda each: (-each.tracking.lookups, -each.lookups, each.label))


def _by_kind(
    queries: Section, lookups: Section, kinds: Mapping[Kind, Collection[int]]
) -> tuple[KindCounts, KindCounts, KindCounts]:
    """Tracking, use, unknown."""
    return (
        _of_kind(queries, lookups, kinds[Kind.TRACKING]),
        _of_kind(queries, lookups, kinds[Kind.USE]),
        _of_kind(queries, lookups, kinds[Kind.UNKNOWN]),
    )


def _of_kind(queries: Section, lookups: Section, numbers: Collection[int]) -> KindCounts:
    asked, begun = company_counts.only(queries, numbers), company_counts.only(lookups, numbers)
    return KindCounts(
        sum(asked.values()), company_counts.total(asked, Verdict.BLOCK), sum(begun.values()),
        company_counts.total(begun, Verdict.BLOCK), company_counts.total(begun, FAILED), 1 if asked else 0,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Named:
    name: str
    kind: Kind
    purpose: str


def _names(timespan: Timespan, numbers: Collection[int], limit: int) -> tuple[list[CompanyName], int]:
    """The names that were asked for, and how many there are beyond the limit."""
    rows = timespan.con.execute(_NAMES, (json.dumps(list(numbers)),))
    own = {number: _Named(name, Kind(kind), purpose) for number, name, kind, purpose in rows}
    known = company_counts.only(timespan.in_gaps.section("name_id"), own.keys())
    counts.add(known, company_counts.only(timespan.other_names(), own.keys()).items())  # a device's hours
    exact = top_names.exact(timespan, known, own)
    asked, blocked, failed = (top_names.by_key(exact, verdict) for verdict in (None, Verdict.BLOCK, FAILED))
    made = [
        CompanyName(
            own[number].name, own[number].kind.word, own[number].purpose, count, blocked.get(number, 0),
            failed.get(number, 0),
        )
        for number, count in asked.items()
    ]  # fmt: skip
    ranks = {kind.word: rank for rank, kind in enumerate(_ORDER)}
    made.sort(key=lambda each: (ranks[each.kind], -each.queries, each.name))
    return made[:limit], max(0, len(made) - limit)
