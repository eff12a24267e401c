# SPDX-License-Identifier: GPL-3.0-or-later
"""The times of the bench bring an edge each minute in a turn with edits, and none in a quiet one."""

import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from bench.edits import editor
from store.household import week, window_input


@pytest.fixture
def utc() -> Iterator[None]:
    """The zone of the appliance that is edited."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def test_each_minute_brings_an_edge(utc: None) -> None:
    windows = window_input.check_windows(editor._minutes())
    now = int(time.time())
    edges: list[int] = []
    while len(edges) < 80:
        edge = week.next_edge(windows, edges[-1] if edges else now)
        assert edge is not None
        edges.append(edge)
    assert {later - earlier for earlier, later in pairwise(edges)} == {60}
    assert week.in_force(windows, now + 60) != week.in_force(windows, now)


def test_a_quiet_turn_has_none(utc: None) -> None:
    windows = window_input.check_windows(editor._never())
    now = int(time.time())
    edge = week.next_edge(windows, now)
    assert edge is not None and edge > now + 4 * 3600
