# SPDX-License-Identifier: GPL-3.0-or-later
"""When an upstream counts as down, and which one is asked first."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import pytest
from clock import Clock

from resolver.transport.endpoint import Endpoint
from resolver.upstream.server import PROBE_FIRST, PROBE_LAST, REFUSES_AFTER, SUSPECT_AFTER, Server


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def server(probes: list[Server]) -> Server:
    nothing: Any = SimpleNamespace(datagrams=True)
    return Server(Endpoint("9.9.9.9", "9.9.9.9", 53), (nothing,), probes.append)


def test_a_few_failures_bring_a_probe_and_only_its_silence_brings_it_down(clock: Clock) -> None:
    probes: list[Server] = []
    upstream = server(probes)
    for _ in range(SUSPECT_AFTER - 1):
        upstream.bad()
    assert not probes
    upstream.bad()
    assert probes == [upstream] and not upstream.down
    upstream.probe_failed(upstream.answers)
    assert upstream.down
    upstream.good(0.01)
    assert not upstream.down and upstream.failed_in_row == 0


def test_an_answer_between_failures_starts_the_count_anew(clock: Clock) -> None:
    probes: list[Server] = []
    upstream = server(probes)
    for _ in range(20):
        upstream.bad()
        upstream.bad()
        upstream.good(0.01)
    assert not probes


def test_probes_come_ever_more_rarely_up_to_a_bound_and_soon_again_after_an_answer(clock: Clock) -> None:
    probes: list[Server] = []
    upstream = server(probes)
    at = []
    for _ in range(SUSPECT_AFTER):
        upstream.bad()
    for _ in range(4000):
        before = len(probes)
        clock.now += 0.05
        upstream.check()
        if len(probes) > before:
            at.append(clock.now)
    gaps = [later - earlier for earlier, later in itertools.pairwise(at)]
    assert gaps[0] == pytest.approx(2 * PROBE_FIRST, abs=0.1)
    assert all(later >= earlier - 0.1 for earlier, later in itertools.pairwise(gaps))
    assert gaps[-1] == pytest.approx(PROBE_LAST, abs=0.1)
    upstream.good(0.01)
    before = len(probes)
    upstream.check()
    assert len(probes) == before, "a server that answers is not probed"


def test_what_is_down_is_asked_last_and_the_quickest_first(clock: Clock) -> None:
    quick, slow, down = server([]), server([]), server([])
    quick.good(0.01)
    slow.good(0.2)
    down.good(0.001)
    for _ in range(SUSPECT_AFTER):
        down.bad()
    down.probe_failed(down.answers)
    assert sorted([down, slow, quick], key=Server.rank) == [quick, slow, down]


def test_one_slow_answer_does_not_make_a_server_slow(clock: Clock) -> None:
    upstream = server([])
    for _ in range(20):
        upstream.good(0.01)
    upstream.good(1.0)
    assert 0.01 < upstream.rtt < 0.2


def test_a_probe_that_was_lost_says_nothing_of_a_server_that_has_answered_since(clock: Clock) -> None:
    upstream = server([])
    before = upstream.answers
    upstream.good(0.01)
    upstream.probe_failed(before)
    assert not upstream.down


def test_a_look_that_was_lost_is_one_failure_and_no_proof_of_being_down(clock: Clock) -> None:
    upstream = server([])
    upstream.good(0.2)
    for failures in range(1, SUSPECT_AFTER + 1):
        assert not upstream.down
        upstream.probe_failed(upstream.answers)
        assert upstream.failures == failures
    assert not upstream.down
    upstream.probe_failed(upstream.answers)
    assert upstream.down, "from now on it was a suspect"


def test_what_is_down_is_probed_until_it_answers(clock: Clock) -> None:
    """Old answers are given meanwhile, so no query may come that finds out."""
    probes: list[Server] = []
    upstream = server(probes)
    upstream.down = True
    assert upstream.failed_in_row == 0
    for _ in range(3):
        clock.now += PROBE_LAST + 1
        upstream.check()
    assert len(probes) == 3


def refused(upstream: Server, times: int, *, probe: bool = False) -> None:
    for _ in range(times):
        upstream.good(0.01)
        upstream.said(True, probe=probe)


def test_what_refuses_a_few_in_a_row_and_its_probe_refuses_until_it_answers(clock: Clock) -> None:
    probes: list[Server] = []
    upstream = server(probes)
    refused(upstream, REFUSES_AFTER - 1)
    assert not probes and not upstream.refuses
    refused(upstream, 1)
    assert probes == [upstream] and not upstream.refuses, "the probe has not come back"
    refused(upstream, 1, probe=True)
    assert upstream.refuses and not upstream.down
    refused(upstream, 3)
    assert upstream.refuses and probes == [upstream]
    clock.now += PROBE_LAST
    refused(upstream, 1)
    assert probes == [upstream] * 2
    upstream.good(0.01)
    assert not upstream.refuses
    refused(upstream, 1)
    assert not upstream.refuses, "it begins anew"


def test_a_name_that_is_refused_says_nothing_of_a_server_that_answers_others(clock: Clock) -> None:
    probes: list[Server] = []
    upstream = server(probes)
    for _ in range(5):
        refused(upstream, REFUSES_AFTER - 1)
        upstream.good(0.01)
    assert not probes
    refused(upstream, 2 * REFUSES_AFTER)
    upstream.good(0.01)
    upstream.said(False, probe=True)
    refused(upstream, 2 * REFUSES_AFTER)
    assert probes == [upstream] and not upstream.refuses
