# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts that are exact while only so many names are kept."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from evidence.whatif import tallies
from evidence.whatif.effect import ChangedName, OfCompany, OfDevice
from evidence.whatif.sides import Client
from evidence.whatif.tallies import Ids, PerName, Tallies

COMPANIES = {1: "One", 2: "One", 3: "Three"}
PHONE, STRANGER = Client("192.168.1.2", 7), Client("192.168.1.9", 0)


def companies_of(numbers: Iterable[int]) -> dict[int, str]:
    return {number: COMPANIES[number] for number in numbers if number in COMPANIES}


def test_counts_and_ids_of_any_size() -> None:
    counts, ids = PerName(), Ids()
    for number, count in ((5, 3), (0, 1), (5, 4), (10_000, 2)):
        counts.add(number, count)
        ids.add(number)
    assert [counts[number] for number in (0, 5, 6, 10_000, 99_999)] == [1, 7, 0, 2, 0]
    assert len(ids) == 3


def test_both_directions_by_device_and_company() -> None:
    sums = Tallies(companies_of)
    for number, count in ((1, 10), (2, 5), (3, 90)):
        sums.asked.add(number, count)
    sums.note(PHONE, 1, 4, more=True, answered=True)
    sums.note(STRANGER, 1, 1, more=True, answered=False)
    sums.note(PHONE, 2, 2, more=True, answered=True)
    sums.note(PHONE, 3, 9, more=False, answered=True)
    more = sums.direction(more=True, devices={7: "Phone"})
    assert (more.queries, more.names, more.devices) == (7, 2, 2)
    assert more.by_device == (OfDevice(7, "Phone", 6, 2), OfDevice(None, "192.168.1.9", 1, 1))
    assert more.by_company == (OfCompany("One", 7, 2),)
    less = sums.direction(more=False, devices={})
    assert (less.by_device, less.by_company) == ((OfDevice(7, "7", 9, 1),), (OfCompany("Three", 9, 1),))
    assert sums.ranked() == [3, 1, 2]  # by how much they are asked for
    named, left_out = sums.named({1: "a", 2: "b", 3: "c"})
    assert named[1] == ChangedName("a", "One", 10, 0, 0, 2) and left_out == 0


def test_past_its_bound_the_least_asked_are_only_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "MAX_CHANGED", 10)
    monkeypatch.setattr(tallies, "KEPT", 5)
    sums = Tallies(lambda numbers: {number: f"of {number % 2}" for number in numbers})
    for number in range(30):
        sums.asked.add(number, number + 1)
        sums.note(PHONE, number, 2, more=True, answered=True)
    assert len(sums.changed) <= 10
    more = sums.direction(more=True, devices={})
    assert (more.queries, more.names, more.by_device[0].names) == (60, 30, 30)
    by_company = {each.company: (each.queries, each.names) for each in more.by_company}
    assert by_company == {"of 0": (30, 15), "of 1": (30, 15)}
    named, left_out = sums.named(dict.fromkeys(range(30), "x"))
    assert len(named) + left_out == 30
