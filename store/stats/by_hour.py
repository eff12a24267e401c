# SPDX-License-Identifier: GPL-3.0-or-later
"""Look-ups hour by hour, of all companies or of one: what pictures of hours and days are drawn from."""

import sqlite3
from collections.abc import Mapping

from store.log import interning
from store.log.gap_sums import Span, by_hour
from store.log.records import FAILED, Verdict
from store.log.rollup_tables import DAY_US, HOUR_US, is_alone
from store.log.timespan import Timespan
from store.log.values import HourCounts
from store.names.purpose import Kind
from store.stats import company_counts
from store.stats.company_counts import LOOKUPS, same_company
from store.sums import counts, lookups, packed
from store.sums.counts import Section


def hours(timespan: Timespan, company: str | None = None) -> list[HourCounts]:
    """As store.log.protocol.RangeCounts.hours: 24 rows a day of the range, each of one client or of the house."""
    kinds = {
        number: each.kind for number, each in company_counts.companies(timespan.con).items()
        if company is None or same_company(each.name, company)
    }  # fmt: skip
    sections = dict[int, Section]()
    known = timespan.known
    alone = [day for day in known.days if is_alone(known.con, known.of, day)]
    for day in alone:
        for span in by_hour((day * DAY_US, (day + 1) * DAY_US)):
            counts.add(sections.setdefault(span[0] // HOUR_US, {}), _of_records(known, span).items())
    whole = [*known.hours, *(hour for day in known.days for hour in range(day * 24, day * 24 + 24))]
    keys = None if company is None else packed.all_keys_of(kinds)
    for hour, data in known.parts(known.of[0], whole, LOOKUPS):
        some = counts.unpack(data) if keys is None else counts.of_keys(data, keys).items()
        counts.add(sections.setdefault(hour, {}), some)
    if known.in_gaps.sums() is None:
        for gap in known.gaps:
            for span in by_hour(gap):
                counts.add(sections.setdefault(span[0] // HOUR_US, {}), _of_records(known, span).items())
    for part, client in known.in_gaps.by_house():
        counts.add(sections.setdefault(part.hour, {}), part.known[client].lookups.items())
    counted = (_counted(hour, sections[hour], kinds) for hour in sorted(sections))
    return [row for row in counted if row.tracking or row.use or row.unknown]


def _of_records(known: Timespan, span: Span) -> Section:
    """Company and verdict, packed, → look-ups that begin within."""
    con: sqlite3.Connection = known.con
    begun = lookups.begun(con, *span, known.clients)
    owners = interning.companies(con, {name for _, name, _ in begun})
    verdicts = interning.verdicts(con, {outcome for *_, outcome in begun})
    total: Section = {}
    for (_, name, outcome), count in begun.items():
        key = packed.key(owners.get(name, 0), verdicts[outcome])
        total[key] = total.get(key, 0) + count
    return total


def _counted(hour: int, section: Section, kinds: Mapping[int, Kind]) -> HourCounts:
    of_kind, blocked, failed = dict.fromkeys(Kind, 0), 0, 0
    for number, verdict, count in packed.unpacked(section.items()):
        kind = kinds.get(number)
        if kind is None:
            continue
        of_kind[kind] += count
        if kind is Kind.TRACKING:
            blocked += count if verdict == Verdict.BLOCK else 0
            failed += count if verdict == FAILED else 0
    return HourCounts(hour * HOUR_US, of_kind[Kind.TRACKING], blocked, failed, of_kind[Kind.USE], of_kind[Kind.UNKNOWN])
