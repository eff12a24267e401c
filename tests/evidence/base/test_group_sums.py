# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums by what names have in common are those of their pairs, whatever pieces the range is made of."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import asked_log
import pytest
from asked_log import AAAA, START, A, Asked
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.base import group_sums, passes
from evidence.base.group_sums import GroupSum
from evidence.base.log_hours import Pair
from evidence.base.reader import EvidenceReader
from store.log.records import Verdict
from store.log.rollup_tables import HOUR_US

pytestmark = pytest.mark.database

NAMES = ["a.one", "b.one", "a.two", "b.two", "c.two"]
QUERIES = st.builds(
    lambda hour, offset, *more: Asked(START + hour * HOUR_US + offset, *more),
    st.integers(0, 50), st.integers(0, 3_000_000), st.integers(0, 2), st.sampled_from(NAMES),
    st.sampled_from([A, AAAA]), st.sampled_from(list(Verdict)), st.sampled_from([0, 2]),
)  # fmt: skip


def by_key(pairs: list[Pair]) -> list[GroupSum[str]]:
    sums = []
    for key in sorted({pair.name[2:] for pair in pairs}):
        of_key = [pair for pair in pairs if pair.name[2:] == key]
        counts = [sum(getattr(pair, field) for pair in of_key)
                  for field in ("queries", "lookups", "blocked", "answered", "failed")]  # fmt: skip
        first, last = min(pair.first_us for pair in of_key), max(pair.last_us for pair in of_key)
        names, devices = {pair.name for pair in of_key}, {pair.device_id for pair in of_key}
        sums.append(GroupSum(key, len(names), len(devices), *counts, first, last))
    return sums


@pytest.fixture(autouse=True, scope="module")
def _few() -> Iterator[None]:
    """Some groups have more names than `few`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(group_sums, "_FEW", 2)
        yield


@settings(max_examples=examples(20))
@given(st.lists(QUERIES, min_size=1, max_size=40), st.integers(0, 60), st.none() | st.integers(0, 3),
       st.tuples(st.integers(-1, 30), st.integers(30, 60)), st.booleans())  # fmt: skip
def test_sums_are_those_of_pairs(
    asked: list[Asked], closed: int, device: int | None, within: tuple[int, int], whole: bool
) -> None:
    from_us, to_us = (START + hour * HOUR_US + (0 if whole else 1_500_000) for hour in within)
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        asked_log.write(state, asked)
        passes.run(state, START + closed * HOUR_US)  # days, hours, and what is the log's still
        with EvidenceReader(state) as reader:
            sums = reader.sums(from_us, to_us, lambda name: name[2:], device)
            assert sorted(sums, key=lambda each: each.key) == by_key(reader.pairs(from_us, to_us, device))
