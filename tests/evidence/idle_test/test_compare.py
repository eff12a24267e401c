# SPDX-License-Identifier: GPL-3.0-or-later
"""Two tests of a device: names that are new, that are gone, that changed, whichever is given first."""

from dataclasses import replace

import pytest

from evidence.idle_test.compare import compare
from evidence.idle_test.result import Counts, Limits, NameAsked, NameBeat
from evidence.idle_test.result import TestResult as Result
from store.names.purpose import Kind, Purpose

HOUR = 3_600_000_000
START = 1_790_000_000_000_000


def name(
    text: str, lookups: int = 10, answered: int = 10, period_s: float = 0, company: str | None = None
) -> NameAsked:  # fmt: skip
    counts = Counts(lookups, lookups - answered, answered, 0, lookups, lookups - answered, answered, 0)
    beat = NameBeat(period_s, 0.1, 0.9, 9) if period_s else None
    return NameAsked(
        text, company, None, Purpose.UNKNOWN, Kind.UNKNOWN, None, "", counts, Counts(), 0, 0, beat, (), ()
    )


def result(number: int, *names: NameAsked, hours: int = 1) -> Result:
    start = START + number * 24 * HOUR
    return Result(number, 1, "Phone", "", start, start + hours * HOUR, None, False, 0, "", Counts(), Counts(), names, 0,
                  Limits())  # fmt: skip


def test_new_gone_and_same_names_and_companies() -> None:
    before = result(1, name("a.example", company="A"), name("b.example", company="B"), name("c.example", company="C"))
    after = result(2, name("a.example", company="A"), name("d.example", company="D"), name("bb.example", company="B"))
    compared = compare(after, before)
    assert compared == compare(before, after) and compared.before is before
    assert [each.name for each in compared.new] == ["d.example", "bb.example"]
    assert [each.name for each in compared.gone] == ["b.example", "c.example"]
    assert compared.same == 1 and compared.changed == ()
    assert (compared.new_companies, compared.gone_companies) == (("D",), ("C",))


@pytest.mark.parametrize(
    ("was", "is_", "beat", "reached"),
    [
        (name("a", period_s=300), name("a", period_s=600), True, False),
        (name("a", period_s=300), name("a"), True, False),
        (name("a"), name("a", period_s=300), True, False),
        (name("a", answered=0), name("a"), False, True),
        (name("a", lookups=4, answered=4), name("a", lookups=8, answered=8), False, False),
    ],
)
def test_what_changed_says_how(was: NameAsked, is_: NameAsked, beat: bool, reached: bool) -> None:
    (changed,) = compare(result(1, was), result(2, is_)).changed
    assert (changed.beat, changed.reached) == (beat, reached)


def test_tests_of_different_lengths_are_compared_by_the_hour() -> None:
    same = compare(result(1, name("a", lookups=10)), result(2, name("a", lookups=40, answered=40), hours=4))
    assert same.same == 1 and same.changed == ()
    (changed,) = compare(result(1, name("a", lookups=10)), result(2, name("a"), hours=4)).changed
    assert (changed.before_per_hour, changed.after_per_hour) == (10, 2.5)


def test_jitter_and_a_few_look_ups_more_are_no_change() -> None:
    were = (name("a", period_s=300), name("b", lookups=1, answered=1))
    are = (name("a", period_s=340), name("b", lookups=4, answered=4))
    assert compare(result(1, *were), result(2, *are)).same == 2
    assert compare(result(1), result(2)).same == 0
    both = replace(result(1), from_us=result(2).from_us)
    assert compare(result(2), both).before is both, "of two that began at once, the one that was made first"
