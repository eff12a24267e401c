# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is packed comes out again, and the extracts say of the names what the names say."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from store.sums import counts, packed
from store.sums.counts import Counts, PlainSection

SECTION = st.dictionaries(st.integers(0, 2**32 - 1), st.integers(1, 2**40), max_size=40)
NAMES = st.dictionaries(
    st.builds(packed.key, st.integers(0, 60), st.integers(0, 4)),
    st.integers(1, 2**28), max_size=60,  # of one day; all verdicts together stay below 2**32
)  # fmt: skip


@given(SECTION)
def test_a_section_comes_out_as_it_went_in(section: dict[int, int]) -> None:
    assert dict(counts.unpack(counts.pack(section))) == section
    assert dict(PlainSection(counts.pack_plain(section)).pairs()) == section


@given(NAMES, st.sets(st.integers(0, 70)))
def test_those_of_some_numbers_are_the_same_without_the_rest(section: dict[int, int], wanted: set[int]) -> None:
    some = counts.of_keys(counts.pack(section), packed.all_keys_of(wanted))
    assert some == {key: count for key, count in section.items() if next(packed.numbers([key])) in wanted}


@given(NAMES, st.sets(st.integers(0, 70)))
def test_names_are_found_one_by_one(names: dict[int, int], wanted: set[int]) -> None:
    found = dict(PlainSection(counts.pack_plain(names)).of(sorted(wanted)))
    assert found == {key: count for name in wanted for key in packed.keys_of(name) if (count := names.get(key))}
    bits = counts.presence(counts.present(names)).to_bytes(16, "little")
    assert {name for name in range(80) if packed.holds(bits, name)} == set(packed.numbers(names))


@given(NAMES, st.sampled_from([None, 0, 1, 4]), st.integers(1, 10))
def test_leaders_are_the_most_asked_and_nobody_else_has_more_than_the_rest(
    names: dict[int, int], verdict: int | None, most: int
) -> None:
    totals: Counter[int] = Counter()
    for name, decided, count in packed.unpacked(names.items()):
        if verdict in (None, decided):
            totals[name] += count
    before, counts.LEADERS = counts.LEADERS, most
    try:
        leading, rest = counts.leaders(counts.ranked(names), verdict)
    finally:
        counts.LEADERS = before
    assert len(leading) == min(most, len(totals))
    assert all(totals[name] == count for name, count in leading.items())
    assert all(count <= rest for name, count in totals.items() if name not in leading)
    assert (rest == 0) == (len(totals) <= most)


@given(st.integers(0, 10**9))
def test_a_duration_keeps_two_significant_digits(duration: int) -> None:
    cut = counts.rounded(duration)
    assert len(str(cut).rstrip("0")) <= 2
    assert cut <= duration < cut + max(1, 10 ** (len(str(duration)) - 2))


def test_counts_add_up() -> None:
    one, other = Counts(5, {1: 2}, names={8: 1}), Counts(7, {1: 3, 2: 1}, names={9: 4})
    one.add(other)
    assert one == Counts(12, {1: 5, 2: 1}, names={8: 1, 9: 4})
