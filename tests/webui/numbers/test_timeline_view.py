# SPDX-License-Identifier: GPL-3.0-or-later
"""The timeline's layers hold every query once, its axes are round, its table and bars lead to the log."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.log.values import Bucket
from webui.numbers import timeline_view
from webui.numbers.timeline_view import chart

MINUTE_US = 60_000_000
counts = st.integers(0, 10**6)


@st.composite
def steps(draw: st.DrawFn) -> Bucket:
    stopped, through, lost, blocked, passed, other, failed = (draw(counts) for _ in range(7))
    return Bucket(0, through + passed, stopped + blocked, other, lost + failed, stopped + through + lost, stopped, lost)


@given(st.lists(steps(), max_size=40))
def test_every_query_is_in_one_layer(buckets: list[Bucket]) -> None:
    made = chart(buckets, MINUTE_US)
    failed = made.failed or [0] * len(buckets)
    for bucket, *stack in zip(buckets, made.stopped, made.through, made.rest, failed, strict=True):
        assert sum(stack) == bucket.passed + bucket.blocked + bucket.other + bucket.failed and min(stack) >= 0
    assert [sum(getattr(step, name) for step in made.steps) for name in ("stopped", "through", "rest", "failed")] == [
        sum(made.stopped), sum(made.through), sum(made.rest), sum(failed),
    ]  # fmt: skip
    for _, path in made.layers:
        for y, tall in re.findall(r"M[\d.]+ ([\d.-]+)h0.84v([\d.]+)h", path):
            assert float(y) >= -0.02 and float(y) + float(tall) <= 100.02


def test_layers_stand_on_each_other() -> None:
    made = chart([Bucket(0, 30, 40, 10, 20, 45, 30, 5), Bucket(MINUTE_US, 0, 0, 0)], MINUTE_US)
    assert (made.stopped, made.through, made.rest, made.failed) == ([30, 0], [10, 0], [40, 0], [20, 0])
    assert made.top == 100 and dict(made.layers) == {
        "blocked": "M0.08 70.0h0.84v30.0h-0.84z", "leaked": "M0.08 60.0h0.84v10.0h-0.84z",
        "passed": "M0.08 20.0h0.84v40.0h-0.84z", "failed": "M0.08 0.0h0.84v20.0h-0.84z",
    }  # fmt: skip
    assert made.said == (
        "40 let through and 40 blocked; the busiest minute: 100 queries. 20 got no answer, since no upstream gave one. "
        "45 queries were for tracking, 30 of them blocked."
    )
    assert chart([Bucket(0, 1, 0, 0)], MINUTE_US).failed == []


@pytest.mark.parametrize(("highest", "top"), [(0, 1), (1, 1), (7, 8), (9, 10), (11, 12), (118, 120), (3001, 4000)])
def test_the_top_of_the_axis_is_round_and_hardly_more(highest: int, top: int) -> None:
    assert chart([Bucket(0, highest, 0, 0)], MINUTE_US).top == top


LENGTHS = st.sampled_from([60, 900, 7200, 21_600, 604_800])


@given(st.integers(1_600_000_000, 2_000_000_000), st.integers(1, 125), LENGTHS)
def test_marks_are_few_inside_and_in_order(start: int, length: int, step: int) -> None:
    buckets = [Bucket((start + place * step) * 1_000_000, 1, 0, 0) for place in range(length)]
    ticks = chart(buckets, step * 1_000_000).ticks
    assert len(ticks) <= timeline_view.MAX_TICKS + 1
    assert [tick.left for tick in ticks] == sorted({tick.left for tick in ticks})
    assert all(0 <= tick.left <= 96 and start <= tick.seconds < start + length * step for tick in ticks)


def test_a_step_leads_to_its_rows() -> None:
    at = 1_795_514_400
    step = chart([Bucket(at * 1_000_000, 1, 0, 0)], MINUTE_US, "/devices/3", "device=3").steps[0]
    assert step.href == "/queries?device=3&from=2026-11-24T10%3A00%3A00.000Z&to=2026-11-24T10%3A01%3A00.000Z"
    assert timeline_view.log_address("", at, at + 60).startswith("/queries?from=2026-11-24T10")


def test_nothing_asked_is_an_empty_chart() -> None:
    empty = chart([], MINUTE_US)
    assert (empty.top, empty.steps, empty.ticks, empty.from_seconds) == (1, [], [], 0)
    assert "got no answer" not in empty.said
