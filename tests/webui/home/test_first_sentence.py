# SPDX-License-Identifier: GPL-3.0-or-later
"""What Home says first: what is ill, then who tried most and who got through, and calm where nothing was."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.base.process_parts import State
from store.health.problem import Problem
from store.log.values import KindCounts, Summary, TrackingPair
from webui.home.first_sentence import Mentioned, mentioned, sentences
from webui.home.told_words import Report

TV = TrackingPair(1, "TV", "Samsung", 139, 139)
PHONE = TrackingPair(2, "Redmi Note 13", "Xiaomi", 24, 20)
ECHO = TrackingPair(3, "Echo", "Amazon", 9, 8)
NONE = Summary(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, None, None)


def summed(*pairs: TrackingPair) -> Summary:
    lookups, blocked, failed = (sum(getattr(pair, name) for pair in pairs) for name in ("lookups", "blocked", "failed"))
    tracking = KindCounts(2 * lookups, 2 * blocked, lookups, blocked, failed, 3)
    return replace(NONE, queries=2 * lookups + 5, devices=4, tracking=tracking)


def told(*pairs: TrackingPair, report: Report = Report.UNKNOWN, problems: list[Problem] | None = None) -> list[str]:
    return [str(line) for line in sentences("Today", summed(*pairs), mentioned(pairs), report, problems or [])]


def test_who_tried_most_and_who_got_through() -> None:
    assert told(TV, PHONE, ECHO, report=Report.SCREEN) == [
        "TV tried 139 times to report to Samsung what is on screen: all stopped.",
        "Redmi Note 13 still reached Xiaomi 4 times.",
    ]


def test_the_pair_that_tried_most_is_told_once_though_most_got_through_to_it() -> None:
    assert told(replace(TV, blocked=100), ECHO) == [
        "TV tried 139 times to report to Samsung: 100 stopped and 39 got through.", "Echo still reached Amazon 1 time.",
    ]  # fmt: skip


def test_all_stopped_is_said() -> None:
    stopped = replace(PHONE, blocked=24)
    assert told(TV, stopped)[1] == "No tracking got through: 163 look-ups in all."
    assert told(TV) == ["TV tried 139 times to report to Samsung: all stopped."]


def test_nothing_stopped_is_said() -> None:
    assert told(replace(TV, blocked=0), TrackingPair(None, "unknown", None, 1, 0)) == [
        "TV tried 139 times to report to Samsung: all got through.", "Nothing stopped the 140 look-ups for tracking.",
    ]  # fmt: skip


def test_what_nobody_knows_stands_behind_what_is_known() -> None:
    unknown = TrackingPair(None, "unknown", None, 900, 0)
    assert mentioned([unknown, PHONE]) == Mentioned(PHONE, None)
    assert told(unknown, replace(PHONE, blocked=24))[1] == "900 look-ups for tracking got through in all."
    assert told(unknown) == [
        "A device that is not known tried 900 times to report to companies that are not known: all got through."
    ]


def test_calm_and_empty() -> None:
    assert told() == ["Today nothing was tracked: 4 devices asked for nothing that is known as tracking."]
    assert sentences("Today", NONE, Mentioned(), Report.UNKNOWN) == ["Today no device has asked anything."]


def test_what_is_ill_stands_first_and_leaves_room_for_one_more() -> None:
    ill = Problem("dns_silent", State.DOWN, "DNS does not answer.", "")
    note = Problem("home_hidden", State.OK, "Worth knowing.", "")
    assert told(TV, PHONE, problems=[ill, note]) == [
        "DNS does not answer.", "TV tried 139 times to report to Samsung: all stopped.",
    ]  # fmt: skip
    assert "Worth knowing." not in told(TV, PHONE, problems=[note])


def test_hidden_characters_of_names_are_visible() -> None:
    assert "\u202e" not in told(replace(TV, label="T\u202eV"))[0]


PAIRS = st.lists(
    st.builds(
        lambda device, company, blocked, failed, through: TrackingPair(
            device, f"d{device}", company, blocked + failed + through, blocked, failed
        ),
        st.sampled_from([None, 1, 2, 3]), st.sampled_from([None, "A", "B"]),
        st.integers(0, 9), st.integers(0, 9), st.integers(1, 9),
    ),
    max_size=8, unique_by=lambda pair: (pair.device, pair.company),
)  # fmt: skip


@given(PAIRS, st.sampled_from(Report))
def test_there_are_one_or_two_and_each_is_whole(pairs: list[TrackingPair], report: Report) -> None:
    lines = told(*pairs, report=report)
    assert 1 <= len(lines) <= 2 and all(line.endswith(".") and "{" not in line for line in lines)
    about = mentioned(pairs)
    if about.reached:
        assert about.reached is not about.tried and about.reached.through
        assert all(pair.through <= about.reached.through for pair in pairs
                   if pair is not about.tried and pair.device and pair.company)  # fmt: skip


@pytest.mark.parametrize("count", [1, 2])
def test_numbers_take_their_words(count: int) -> None:
    line = told(TV, TrackingPair(2, "Phone", "Acme", count, 0))[1]
    assert line == f"Phone still reached Acme {count} time{'s' if count > 1 else ''}."
