# SPDX-License-Identifier: GPL-3.0-or-later
"""The short way to the most asked names gives what adding all up gives."""

import sqlite3
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import blocks, leaders, querylog, tally
from store.blocks import HOURS, HOUSE
from store.cover import Cover
from store.tally import Section, Tally

HOUR = 480_000
NAMES = st.dictionaries(
    st.builds(lambda name, verdict: name << 3 | verdict, st.integers(1, 30), st.integers(0, 2)),
    st.integers(1, 60), max_size=50,
)  # fmt: skip


def _cover(hours: list[Section]) -> Cover:
    log = sqlite3.connect(":memory:", isolation_level=None)
    querylog.migrate_connection(log, "querylog")
    for number, names in enumerate(hours):
        blocks.put(log, HOURS, HOUR + number, [(HOUSE, Tally(kinds={0: 1}, names=names))], True)
    return Cover(log, [], [HOUR + number for number in range(len(hours))], [], None)


@settings(max_examples=80, deadline=None)
@given(st.lists(NAMES, max_size=4), NAMES, st.sampled_from([None, 0, 1]), st.integers(1, 12), st.integers(1, 8))
def test_the_most_asked_are_the_most_asked(
    hours: list[Section], gap: Section, verdict: int | None, limit: int, leading: int
) -> None:
    exact: Counter[int] = Counter(gap)
    for names in hours:
        exact.update(names)
    before, tally.LEADERS = tally.LEADERS, leading
    try:
        cover = _cover(hours)
    finally:
        tally.LEADERS = before
    counts = leaders.by_key(leaders.most(cover, gap, verdict, limit), verdict)
    best = leaders.best_of(leaders.by_key(exact, verdict), limit)
    assert leaders.best_of(counts, limit) == best
    cover.con.close()


def test_where_a_few_lead_the_others_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    cover = _cover([{name << 3: 1000 if name < 5 else 1 for name in range(1, 1000)}] * 3)
    monkeypatch.setattr(leaders, "_all", None)
    assert leaders.most(cover, {}, None, 4) == {name << 3: 3000 for name in range(1, 5)}
    cover.con.close()
