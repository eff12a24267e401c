# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums by company and kind add up to the whole: tracking first, the most asked first."""

from evidence.idle_test.asked_companies import by_company
from evidence.idle_test.result import Counts, Limits, NameAsked, total
from evidence.idle_test.result import TestResult as Result
from store.names.purpose import Kind, Purpose


def name(text: str, lookups: int, company: str | None, kind: Kind) -> NameAsked:
    counts = Counts(2 * lookups, 0, 2 * lookups, 0, lookups, 0, lookups, 0)
    return NameAsked(text, company, None, Purpose.UNKNOWN, kind, None, "", counts, Counts(), 0, 0, None, (), ())


def test_companies_are_apart_by_kind_and_add_up() -> None:
    names = (
        name("a", 9, "Acme", Kind.USE), name("b", 1, "Acme", Kind.TRACKING), name("c", 2, "Acme", Kind.TRACKING),
        name("d", 5, "Bcme", Kind.TRACKING), name("e", 7, None, Kind.UNKNOWN),
    )  # fmt: skip
    whole = total(each.counts for each in names)
    sums = by_company(Result(1, 1, "", "", 0, 1, None, False, 0, "", whole, Counts(), names, 0, Limits()))
    assert [(each.company, each.kind, each.names, each.counts.lookups, each.leaked) for each in sums] == [
        ("Bcme", Kind.TRACKING, 1, 5, 5), ("Acme", Kind.TRACKING, 2, 3, 3), (None, Kind.UNKNOWN, 1, 7, 0),
        ("Acme", Kind.USE, 1, 9, 0),
    ]  # fmt: skip
    assert total(each.counts for each in sums) == whole
