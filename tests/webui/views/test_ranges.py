# SPDX-License-Identifier: GPL-3.0-or-later
"""Time ranges: whole steps that hold this very moment."""

import os
import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webui.http.problems import Problem
from webui.views import ranges

KEYS = [choice.key for choice in ranges.CHOICES]


@pytest.fixture
def berlin() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/Berlin"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@given(st.sampled_from(KEYS), st.integers(1_600_000_000, 2_000_000_000))
def test_now_is_in_the_last_step_and_steps_are_few(key: str, now: int) -> None:
    span = ranges.find(key, now)
    assert span.from_us <= now * 1_000_000 < span.to_us <= now * 1_000_000 + span.step_us
    bars = (span.to_us - span.from_us) / span.step_us
    assert bars <= ranges.MAX_BARS and (bars >= 60 or key == "today")


def test_an_unknown_key_is_today() -> None:
    assert ranges.find("for ever", 1_800_000_000).choice.key == "today"


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 7, 1), 24)])
def test_today_begins_at_midnight_and_ends_now_when_clocks_change(
    berlin: None, day: tuple[int, int, int], hours: int
) -> None:
    span = ranges.find("today", ranges.midnight_us(datetime(*day, 12).timestamp()) / 1e6 + hours * 3600 - 1)
    assert span.to_us - span.from_us == hours * ranges.HOUR_US
    assert datetime.fromtimestamp(span.from_us / 1e6) == datetime(*day)
    young = ranges.find("today", datetime(*day, 0, 3).timestamp())
    assert (young.to_us - young.from_us, young.step_us) == (4 * ranges.MINUTE_US, ranges.MINUTE_US)


NOW = 1_800_000_000


@given(st.sampled_from(KEYS), st.integers(1, 40 * 86_400))
def test_a_range_begins_where_the_log_does(key: str, ago: int) -> None:
    whole, first_us = ranges.find(key, NOW), (NOW - ago) * 1_000_000
    span = whole.begun(first_us)
    if first_us <= whole.from_us:
        assert span == whole and not span.begun_us
    else:
        assert span.from_us <= first_us < span.from_us + span.step_us and span.begun_us == first_us
        assert NOW * 1_000_000 < span.to_us <= NOW * 1_000_000 + span.step_us
        assert (span.to_us - span.from_us) / span.step_us <= ranges.MAX_BARS + 1
    assert span.pairs() == {"range": key}


def test_without_a_log_nothing_is_cut() -> None:
    span = ranges.find("7d", NOW)
    assert span.begun(None) == span == span.begun(NOW * 1_000_000 + 1)


@given(st.integers(0, 4_000_000_000), st.integers(1, 400_000_000))
def test_a_stretch_of_ones_own_is_widened_to_few_whole_steps(start: int, length: int) -> None:
    from_us, to_us = start * 1_000_000, (start + length) * 1_000_000
    span = ranges.own(from_us, to_us, NOW)
    assert span.from_us <= from_us < to_us <= span.to_us < to_us + span.step_us
    assert (span.to_us - span.from_us) / span.step_us <= ranges.MAX_BARS
    again = ranges.asked(from_=span.pairs()["from"], to=span.pairs()["to"])
    assert (again.from_us, again.to_us) == (span.from_us, span.to_us)


def test_an_address_says_a_key_or_a_stretch() -> None:
    assert ranges.asked("7d").pairs() == {"range": "7d"} == ranges.asked("7d", "", "").pairs()
    span = ranges.asked("7d", "2026-11-28T14:00:00Z", "2026-11-28T16:00:00Z")
    assert span.query() == "from=2026-11-28T14%3A00%3A00.000Z&to=2026-11-28T16%3A00%3A00.000Z"
    assert span.choice.key == ranges.OWN and "28 Nov 2026" in span.choice.sentence
    assert span.begun(span.from_us + 1) == span
    assert span.moments() == span.pairs() != ranges.asked("7d").pairs() and "from" in ranges.asked("7d").moments()


@pytest.mark.parametrize(("start", "end"), [("soon", ""), ("", "later"), ("-1h", "-2h")])
def test_a_stretch_that_is_none_is_refused_in_words(start: str, end: str) -> None:
    with pytest.raises(Problem):
        ranges.asked("today", start, end)
