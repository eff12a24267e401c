# SPDX-License-Identifier: GPL-3.0-or-later
"""Time ranges: whole steps that hold this very moment."""

import os
import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
def test_now_is_inside_and_steps_are_few(key: str, now: int) -> None:
    found = ranges.find(key, now)
    assert found.from_us <= now * 1_000_000 < found.to_us
    assert 50 <= (found.to_us - found.from_us) / found.step_us <= 125


def test_an_unknown_key_is_today() -> None:
    assert ranges.find("for ever", 1_800_000_000).choice.key == "today"


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 7, 1), 24)])
def test_today_is_the_whole_local_day_when_clocks_change(berlin: None, day: tuple[int, int, int], hours: int) -> None:
    found = ranges.find("today", datetime(*day, 12).timestamp())
    assert found.to_us - found.from_us == hours * ranges.HOUR_US
    assert datetime.fromtimestamp(found.from_us / 1e6) == datetime(*day)
