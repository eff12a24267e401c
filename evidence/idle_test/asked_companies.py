# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom the names of an idle test belong to: sums by company and kind, tracking first. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.idle_test.result import Counts, NameAsked, TestResult, total
from store.names.purpose import Kind

ORDER = (Kind.TRACKING, Kind.UNKNOWN, Kind.USE)


@dataclass(frozen=True, slots=True)
class CompanyAsked:
    """Of one company (None: nobody knows whose) the names of one kind; `leaked`: look-ups of tracking, answered."""

    company: str | None
    kind: Kind
    names: int
    counts: Counts
    leaked: int


def by_company(result: TestResult) -> tuple[CompanyAsked, ...]:
    """The most asked first, of tracking, then of what is not known, then of use."""
    groups: dict[tuple[str | None, Kind], list[NameAsked]] = {}
    for name in result.names:
        groups.setdefault((name.company, name.kind), []).append(name)
    sums = [
        CompanyAsked(*whose, len(names), total(name.counts for name in names), sum(name.leaked for name in names))
        for whose, names in groups.items()
    ]
    return tuple(sorted(sums, key=lambda each: (ORDER.index(each.kind), -each.counts.lookups, each.company or "")))
