# SPDX-License-Identifier: GPL-3.0-or-later
"""The short way to the most asked names gives what adding all up gives."""

import sqlite3
from collections import Counter

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from store.log import querylog, rollup_tables
from store.log.rollup_tables import HOURS, HOUSE
from store.log.timespan import Timespan
from store.stats import top_names
from store.sums import counts, packed
from store.sums.counts import Counts, Section

HOUR = 480_000
NAMES = st.dictionaries(
    st.builds(packed.key, st.integers(1, 30), st.integers(0, 2)),
    st.integers(1, 60), max_size=50,
)  # fmt: skip


def _timespan(hours: list[Section]) -> Timespan:
    log = sqlite3.connect(":memory:", isolation_level=None)
    querylog.migrate(log)
    for number, names in enumerate(hours):
        rollup_tables.put(log, HOURS, HOUR + number, [(HOUSE, Counts(kinds={0: 1}, names=names))], True)
    return Timespan(log, [], [HOUR + number for number in range(len(hours))], [], None)


@settings(max_examples=examples(80))
@given(st.lists(NAMES, max_size=4), NAMES, st.sampled_from([None, 0, 1]), st.integers(1, 12), st.integers(1, 8))
def test_the_most_asked_are_the_most_asked(
    hours: list[Section], gap: Section, verdict: int | None, limit: int, leading: int
) -> None:
    exact: Counter[int] = Counter(gap)
    for names in hours:
        exact.update(names)
    before, counts.LEADERS = counts.LEADERS, leading
    try:
        timespan = _timespan(hours)
    finally:
        counts.LEADERS = before
    totals = top_names.by_key(top_names.most(timespan, gap, verdict, limit), verdict)
    best = top_names.best_of(top_names.by_key(exact, verdict), limit)
    assert top_names.best_of(totals, limit) == best
    timespan.con.close()


def test_where_a_few_lead_the_others_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    timespan = _timespan([{packed.key(name, 0): 1000 if name < 5 else 1 for name in range(1, 1000)}] * 3)
    monkeypatch.setattr(top_names, "_all", None)
    assert top_names.most(timespan, {}, None, 4) == {packed.key(name, 0): 3000 for name in range(1, 5)}
    timespan.con.close()
