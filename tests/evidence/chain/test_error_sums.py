# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums find the one or two rows that changed, went or came; of more they say that they cannot."""

from hypothesis import given
from hypothesis import strategies as st

from evidence.chain import error_sums
from evidence.chain.error_sums import NO_ROWS, P

DAY_US = 86_400_000_000
BEGIN = 1_760_000_000_000_000
hashes = st.integers(1, P - 1)
times = st.integers(BEGIN, BEGIN + DAY_US - 1)
chunks = st.dictionaries(times, hashes, min_size=3, max_size=60)


def found(before: dict[int, int], after: dict[int, int]) -> tuple[int, ...] | None:
    kept, now = (error_sums.add(NO_ROWS, rows.items()) for rows in (before, after))
    return error_sums.errors(kept, now, BEGIN, BEGIN + DAY_US)


@given(chunks)
def test_the_same_rows_differ_nowhere(rows: dict[int, int]) -> None:
    assert found(rows, dict(reversed(rows.items()))) == ()


@given(chunks, st.data())
def test_one_row_that_changed_went_or_came_is_found(rows: dict[int, int], data: st.DataObject) -> None:
    time = data.draw(st.sampled_from(sorted(rows)) | times)
    others = {at: value for at, value in rows.items() if at != time}
    value = data.draw(hashes.filter(lambda value: value != rows.get(time)))
    changed = others if time in rows and data.draw(st.booleans()) else {**rows, time: value}
    assert found(rows, changed) == (time,)


@given(chunks, st.data())
def test_two_rows_are_found(rows: dict[int, int], data: st.DataObject) -> None:
    pair = data.draw(st.lists(st.sampled_from(sorted(rows)) | times, min_size=2, max_size=2, unique=True))
    changed = dict(rows)
    for time in pair:
        if changed.pop(time, None) is None or data.draw(st.booleans()):
            changed[time] = data.draw(hashes.filter(lambda value, time=time: value != rows.get(time)))
    assert found(rows, changed) == tuple(sorted(pair))


@given(chunks, times, times)
def test_a_row_that_was_given_another_time_is_two(rows: dict[int, int], old: int, new: int) -> None:
    value = rows.pop(old, 7)
    rows.pop(new, None)
    expected = () if old == new else tuple(sorted((old, new)))
    assert found({**rows, old: value}, {**rows, new: value}) == expected


@given(chunks, st.lists(hashes, min_size=3, max_size=3))
def test_of_three_it_says_that_it_cannot(rows: dict[int, int], values: list[int]) -> None:
    changed = {**rows, **{BEGIN + DAY_US // 3 * number + 1: value for number, value in enumerate(values)}}
    if sum(changed[time] != rows.get(time) for time in changed) == 3:
        assert found(rows, changed) is None
