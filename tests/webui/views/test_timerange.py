# SPDX-License-Identifier: GPL-3.0-or-later
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webui.http.problems import Problem
from webui.views import timerange
from webui.views.timerange import Span, iso, moment, step_us

NOW_US = 1_795_514_400_000_000  # 2026-11-24T10:00:00Z


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("now", NOW_US),
        ("-24h", NOW_US - 86_400_000_000),
        ("-15m", NOW_US - 900_000_000),
        ("1795514400", NOW_US),
        ("1795514400.5", NOW_US + 500_000),
        ("2026-11-24T10:00:00Z", NOW_US),
        ("2026-11-24T12:00:00+02:00", NOW_US),
        ("2026-11-24T12:00:00 02:00", NOW_US),  # what a bare + in an address becomes
        ("2026-11-24 10:00:00.250Z", NOW_US + 250_000),
        ("20261124T100000Z", NOW_US),
        ("-9999w", 0),
    ],
)
def test_every_way_to_write_a_moment(text: str, means: int) -> None:
    assert moment(text, "from", NOW_US) == means


@pytest.mark.parametrize(
    "text", ["", "yesterday", "-24", "24h", "1e9", "0x10", "-1", "9" * 12, "99999-01-01", "٣", "2026-13-01"]
)
def test_what_is_no_moment_is_named(text: str) -> None:
    with pytest.raises(Problem, match="from is no time") as caught:
        moment(text, "from", NOW_US)
    assert caught.value.status == 422


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_a_problem(text: str) -> None:
    try:
        assert 0 <= moment(text, "to", NOW_US) < 2**63
    except Problem as problem:
        assert problem.status == 422


@given(st.integers(0, 4_102_444_800_000))
def test_what_goes_out_comes_back(milliseconds: int) -> None:
    assert moment(iso(milliseconds * 1000), "from", NOW_US) == milliseconds * 1000


@given(st.integers(1, 40 * 365 * 86400))
def test_a_period_gets_no_more_buckets_than_wanted(seconds: int) -> None:
    width_us = step_us(None, Span(0, seconds * 1_000_000))
    assert 1 <= -(-seconds * 1_000_000 // width_us) <= timerange.WANTED_BUCKETS


def test_a_step_as_asked() -> None:
    day = Span(0, 86_400_000_000)
    assert [step_us(text, day) for text in ("600", "10m", "1h", "90s")] == [600e6, 600e6, 3600e6, 90e6]


@pytest.mark.parametrize("text", ["0", "-5m", "x", "1.5h", "", "1s"])
def test_a_bad_step_is_named(text: str) -> None:
    with pytest.raises(Problem, match="step"):
        step_us(text, Span(0, 86_400_000_000))


def test_a_time_without_a_zone_is_local() -> None:
    local = dt.datetime(2026, 11, 24, 10).timestamp()
    assert moment("2026-11-24T10:00:00", "from", NOW_US) == round(local * 1_000_000)
