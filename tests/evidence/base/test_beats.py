# SPDX-License-Identifier: GPL-3.0-or-later
"""Seconds of an hour beside its sums, and back."""

from hypothesis import given
from hypothesis import strategies as st

from evidence.base import beats, sum_block
from evidence.base.beats import MAX_BEATS, Beats
from evidence.base.sum_block import SumBlock, Sums

SECONDS = st.lists(st.integers(0, 3599), max_size=6).map(sorted) | st.integers(200, 300).map(
    lambda count: list(range(0, 3600, 12))[:count]
)


def packed(series: dict[tuple[int, int], tuple[int, list[int], int]]) -> Beats:
    """(device, name) → seconds before the first look-up, look-ups, seconds after the last one."""
    rows, seconds = [], []
    for (device, name), (before, times, after) in sorted(series.items()):
        first = times[0] - min(before, times[0]) if times else before
        last = times[-1] + after if times else first + after
        rows.append(Sums(device, name, 9, len(times), 0, 9, 0, first, last - first))
        seconds.append(times if len(times) <= MAX_BEATS else [])
    block = SumBlock(*sum_block.pack(rows, [beats.steps_of(row.lookups) for row in rows]))
    return Beats(block, beats.pack(rows, seconds))


@given(st.dictionaries(
    st.tuples(st.integers(0, 2), st.integers(1, 9)), st.tuples(st.integers(0, 2), SECONDS, st.integers(0, 300)),
    max_size=8,
))  # fmt: skip
def test_they_come_back(series: dict[tuple[int, int], tuple[int, list[int], int]]) -> None:
    told = packed(series)
    for (device, name), (_, seconds, _) in series.items():
        assert told.of_name(device, name) == (seconds if len(seconds) <= MAX_BEATS else None)
    some = dict.fromkeys(range(1, 5))
    for device in range(3):
        assert dict(told.of_device(device, some)) == {
            name: seconds for (whose, name), (_, seconds, _) in series.items()
            if whose == device and name in some and 0 < len(seconds) <= MAX_BEATS
        }  # fmt: skip
    assert told.of_name(7, 1) == [] and list(told.of_device(7, some)) == []


def test_a_beat_costs_next_to_nothing() -> None:
    seconds = list(range(7, 3600, 60))
    row = Sums(1, 1, 60, 60, 0, 60, 0, 7, seconds[-1] - 7)
    assert len(beats.pack([row], [seconds])) < 40
