# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows to counts by name: look-ups, what became of each, with and without blocking, within bounds."""

import random
from dataclasses import replace

import pytest
from idle_home import known_facts

from evidence.idle_test import tally
from evidence.idle_test.idle_test import IdleTest
from evidence.idle_test.result import Counts, Limits
from evidence.idle_test.result import TestResult as Result
from evidence.idle_test.tally import AskedRow
from store.log.records import FAILED, Verdict
from store.names.purpose import Kind

SECOND = 1_000_000
START = 1_790_000_000 * SECOND
TEST = IdleTest(7, 1, "Phone", "", START, START + 3_600 * SECOND, None, None, False, False, (), False)
MISTAT = "data.mistat.xiaomi.com"


def row(at: float, name: str = "a.example", type_: str = "A", verdict: int = Verdict.PASS, by: str = "") -> AskedRow:
    return AskedRow(START + round(at * SECOND), "10.0.0.1", name, type_, verdict, by)


def result(*rows: AskedRow, test: IdleTest = TEST) -> Result:
    return tally.result_of(test, rows, known_facts(), Limits(), START)


def test_a_and_aaaa_are_one_look_up_and_a_txt_is_one_by_itself() -> None:
    asked = result(row(1), row(1.5, type_="AAAA"), row(2.4, type_="HTTPS"), row(3.5), row(3.6, type_="TXT"))
    (name,) = asked.names
    assert (name.counts.queries, name.counts.lookups) == (5, 3)
    assert asked.counts == name.counts and name.times == (1, 3, 3)
    assert (name.first_us, name.last_us) == (START + SECOND, START + 3_600_000)


def test_a_look_up_that_began_before_the_start_begins_no_other() -> None:
    (name,) = result(row(-0.5), row(0.2), row(4)).names
    assert (name.counts.queries, name.counts.lookups) == (2, 1)


def test_what_became_of_the_query_that_begins_it_became_of_the_look_up() -> None:
    asked = result(
        row(1, verdict=Verdict.BLOCK, by="HaGeZi"), row(1.1, type_="AAAA"),
        row(5), row(5.2, type_="AAAA", verdict=FAILED), row(9, verdict=FAILED),
        row(12, verdict=Verdict.REFUSE), row(15, verdict=Verdict.LOCAL),
        row(18, verdict=Verdict.ALLOW),
    )  # fmt: skip
    assert asked.counts == Counts(8, 1, 4, 2, 6, 1, 3, 1)
    assert asked.names[0].blocked_by == ("HaGeZi",)


def test_tracking_that_was_answered_leaked() -> None:
    asked = result(row(1, MISTAT), row(9, MISTAT), row(20, MISTAT, verdict=Verdict.BLOCK), row(3, "reddit.com"))
    name = next(each for each in asked.names if each.name == MISTAT)
    assert (name.company, name.kind, name.leaked) == ("Xiaomi", Kind.TRACKING, 2) and asked.leaked == 2
    assert asked.of_kind(Kind.TRACKING).lookups == 3 and asked.facts_version == known_facts().version


def test_before_the_pause_ends_is_counted_apart() -> None:
    test = replace(TEST, unblocked_us=START + 10 * SECOND)
    asked = result(row(1), row(9.9), row(10, verdict=Verdict.BLOCK), row(30, "b.example"), test=test)
    first = next(each for each in asked.names if each.name == "a.example")
    assert first.unblocked == Counts(2, 0, 2, 0, 2, 0, 2, 0) and first.counts.blocked == 1
    assert asked.unblocked == first.unblocked and asked.counts.queries == 4


def test_beyond_the_bound_of_names_the_sum_is_still_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "MAX_NAMES", 10)
    monkeypatch.setattr(tally, "MAX_TIMES", 3)
    asked = result(*(row(5 * number, f"{number % 15}.example") for number in range(150)))
    assert len(asked.names) == 10 and asked.names_left_out == 5
    assert (asked.counts.queries, asked.counts.lookups, asked.counts.lookups_answered) == (150, 150, 150)
    assert all(len(name.times) == 3 and name.counts.lookups == 10 for name in asked.names)


def test_what_has_no_name_counts_and_stands_in_no_list() -> None:
    asked = result(row(1), row(5, ""), row(9, "", verdict=Verdict.BLOCK))
    assert [name.name for name in asked.names] == ["a.example"] and asked.names_left_out == 0
    assert (asked.counts.queries, asked.counts.lookups, asked.counts.blocked) == (3, 3, 1)


def test_a_fork_adds_up_by_itself() -> None:
    dice = random.Random(1)
    rows = [row(number / 3, f"{dice.randrange(9)}.example") for number in range(300)]
    whole, part = tally.Tally(START, None), tally.Tally(START, None)
    for each in rows:
        whole.add(each)
    for each in rows[:200]:
        part.add(each)
    before = tally.result(TEST, part, known_facts(), Limits(), START)
    fork = part.fork()
    for each in rows[200:]:
        fork.add(each)
    assert tally.result(TEST, fork, known_facts(), Limits(), START) == result(*rows)
    assert tally.result(TEST, part, known_facts(), Limits(), START) == before == result(*rows[:200])
