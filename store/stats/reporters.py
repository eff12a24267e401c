# SPDX-License-Identifier: GPL-3.0-or-later
"""Which devices report, and to whom: look-ups of kind tracking, by device and company."""

from collections.abc import Collection, Mapping

from store.log.records import FAILED, Verdict
from store.log.timespan import Timespan
from store.log.values import Reported, Reports
from store.names.purpose import Kind
from store.stats import company_counts, top_names
from store.stats.company_counts import LOOKUPS, Company
from store.sums.counts import Section


def reporters(timespan: Timespan) -> dict[int, Reports]:
    """Device → what it reported, for every device that did; one pass over every client's row."""
    known = _tracking(timespan)
    by_device: dict[int, Reports] = {}
    for device, lookups in company_counts.by_device(timespan, LOOKUPS).items():
        tracking = company_counts.only(lookups, known)
        if device and tracking:
            by_device[device] = Reports(_reported(None, tracking), _most(tracking, known))
    return by_device


def busiest(timespan: Timespan, among: Collection[int]) -> tuple[int, Reported] | None:
    """Of these devices the one that reported most to one known company; of equals the lower id."""
    known, in_gaps, best = _tracking(timespan), company_counts.gaps(timespan, LOOKUPS), None
    totals = top_names.by_key(company_counts.tracking_by_device(timespan), None)
    for device in sorted(totals.keys() & set(among), key=lambda number: (-totals[number], number)):
        if best is not None and totals[device] < best[1].lookups:
            break
        lookups = company_counts.of_device(timespan, LOOKUPS, device, in_gaps)
        most = _most(company_counts.only(lookups, known), known)
        if most is not None and (best is None or (most.lookups, -device) > (best[1].lookups, -best[0])):
            best = device, most
    return best


def _tracking(timespan: Timespan) -> dict[int, Company]:
    known = company_counts.companies(timespan.con)
    return {number: known[number] for number in company_counts.of_kind(known, Kind.TRACKING.word)}


def _most(tracking: Section, known: Mapping[int, Company]) -> Reported | None:
    """The known company with the most look-ups, of equals the first by name."""
    totals = [
        (-count, name, number) for number, count in top_names.by_key(tracking, None).items()
        if (name := known[number].name) is not None
    ]  # fmt: skip
    if not totals:
        return None
    _, name, number = min(totals)
    return _reported(name, company_counts.only(tracking, {number}))


def _reported(company: str | None, lookups: Section) -> Reported:
    blocked, failed = (company_counts.total(lookups, verdict) for verdict in (Verdict.BLOCK, FAILED))
    return Reported(company, sum(lookups.values()), blocked, failed)
