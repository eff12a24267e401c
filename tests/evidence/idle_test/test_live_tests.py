# SPDX-License-Identifier: GPL-3.0-or-later
"""A test that runs, looked at again and again, is at each look what its rows add up to; late ones are not missed."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from asked_log import Asked, write
from idle_home import START, begun, known_facts, settled_home

from evidence.idle_test import live_tests, settle
from evidence.idle_test.idle_test import IdleTest
from evidence.idle_test.live_tests import LATE_US, LiveTests
from evidence.idle_test.result import Counts, NameAsked
from evidence.idle_test.result import TestResult as Result

pytestmark = pytest.mark.database

SECOND = 1_000_000


def look(live: LiveTests, state: Path, test: IdleTest, now_us: int) -> Result:
    return live.result(state, test, test.device_id, known_facts(), now_us)


def plain(names: tuple[NameAsked, ...]) -> list[NameAsked]:
    return [replace(name, beat=None) for name in names]


def test_each_look_is_what_the_rows_add_up_to(tmp_path: Path) -> None:
    dice = random.Random(3)
    state, live = settled_home(tmp_path), LiveTests()
    test = begun(state, unblocked_us=START + 60 * SECOND)
    for step in range(12):
        now_us = START + 20 * SECOND * (step + 1)
        # Half of them come late, as those of a slow batch do.
        write(state, (Asked(now_us - dice.randrange(LATE_US), dice.choice((1, 2)), f"{dice.randrange(9)}.example",
                            dice.choice((1, 28))) for _ in range(15)), roll=False)  # fmt: skip
        whole = settle.computed(state, replace(test, to_us=now_us), known_facts(), now_us)
        seen = look(live, state, test, now_us)
        assert (seen.counts, seen.unblocked, plain(seen.names)) == (whole.counts, whole.unblocked, plain(whole.names))
    assert seen.counts.queries > 50 and all(name.beat is None for name in seen.names)


def test_a_new_process_and_one_with_too_many_tests_read_from_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_tests, "MAX_LIVE", 1)
    state = settled_home(tmp_path, [Asked(START + SECOND, 1, "a.example"), Asked(START, 2, "b.example")])
    live = LiveTests()
    first, second = begun(state), begun(state, 2)
    for _ in range(2):
        assert [name.name for name in look(live, state, first, START + 40 * SECOND).names] == ["a.example"]
        assert [name.name for name in look(live, state, second, START + 40 * SECOND).names] == ["b.example"]
    assert look(LiveTests(), state, first, START + 40 * SECOND).counts.queries == 1


def test_it_ends_with_the_test_and_needs_no_log(tmp_path: Path) -> None:
    state, live = settled_home(tmp_path, [Asked(START + 61 * SECOND, 1, "late.example")]), LiveTests()
    assert look(live, state, begun(state, minutes=1), START + 90 * SECOND).counts == Counts()
    for path in state.glob("querylog.db*"):
        path.unlink()
    assert look(live, state, begun(state, 2), START + 90 * SECOND).counts == Counts()
