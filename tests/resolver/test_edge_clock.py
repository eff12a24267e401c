# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from clock import Clock

from resolver.edge_clock import AGAIN_SECONDS, EdgeClock

NOON = 1_795_953_600


class Clocks:
    """Both clocks of a machine: time passes in both, and one can be set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._steady, self.wall = Clock(monkeypatch), float(NOON)
        monkeypatch.setattr("time.time", lambda: self.wall)

    def pass_(self, seconds: float) -> None:
        self._steady.now += seconds
        self.wall += seconds


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    return Clocks(monkeypatch)


def test_a_snapshot_grows_old_at_its_edge_and_not_before(clocks: Clocks) -> None:
    edges = EdgeClock()
    edges.built(NOON + 60)
    clocks.pass_(59.9)
    assert not edges.due()
    clocks.pass_(0.1)
    assert edges.due()
    edges.built(NOON + 120)
    assert not edges.due()


def test_without_an_edge_time_changes_nothing(clocks: Clocks) -> None:
    edges = EdgeClock()
    edges.built(None)
    clocks.pass_(1e7)
    assert not edges.due()


@pytest.mark.parametrize("jump", [-3600.0, 5.0, 1e9])
def test_a_clock_that_was_set_is_noticed_once(clocks: Clocks, jump: float) -> None:
    edges = EdgeClock()
    edges.built(None)
    clocks.wall += jump
    assert edges.due() and not edges.due()


def test_an_edge_whose_policy_cannot_be_read_is_tried_again_but_not_all_the_time(clocks: Clocks) -> None:
    edges = EdgeClock()
    edges.built(NOON - 1)
    assert not edges.due()
    clocks.pass_(AGAIN_SECONDS)
    assert edges.due() and not edges.due()
    clocks.pass_(AGAIN_SECONDS)
    assert edges.due()


def test_an_edge_is_waited_for_as_such(clocks: Clocks) -> None:
    edges = EdgeClock()
    assert edges.wait() == float("inf")
    edges.built(NOON + 60)
    clocks.pass_(20)
    assert edges.wait() == 40
    clocks.pass_(50)
    assert edges.wait() == 0
