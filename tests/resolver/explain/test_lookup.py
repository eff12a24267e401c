# SPDX-License-Identifier: GPL-3.0-or-later
"""The upstreams are asked as a worker asks them, when an appliance runs, and nobody waits for long."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from clock import Clock
from scripted_upstream import ScriptedUpstream

from resolver.explain.lookup import look, looker
from store.base import status
from store.base.process_status import SupervisorStatus, UpstreamStatus, WorkerStatus
from store.config.settings import Settings
from wire import message, stub


def question(name: str) -> message.Question:
    return message.parse_question(stub.build(name))


def test_the_answer_with_its_hops(upstream: ScriptedUpstream) -> None:
    answered = look(question("shop.cloak.example"), [upstream.spec, "nonsense"], 1.0)
    assert answered is not None
    response, spec = answered
    assert (response.chain, response.addresses) == (["hide.tracker.xx"], [bytes((192, 0, 2, 7))])
    assert spec == upstream.spec


def test_an_upstream_that_is_silent_costs_a_moment(upstream: ScriptedUpstream, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, clock = time.monotonic(), Clock(monkeypatch, "resolver.upstream.pending")
    monkeypatch.setattr(asyncio.events, "new_event_loop", clock.loop)
    assert look(question("a.silent.example"), [upstream.spec], 0.2, seconds=0.5) is None
    assert look(question("a.example"), [], 0.2) is None
    assert clock.now - begun < 1


def test_only_a_running_appliance_asks_and_those_that_its_workers_ask(
    upstream: ScriptedUpstream, tmp_path: Path
) -> None:
    assert looker(tmp_path, Settings()) is None
    status.publish(tmp_path, "supervisor", SupervisorStatus())
    asking = WorkerStatus(upstreams=(UpstreamStatus(upstream.spec), UpstreamStatus()))
    status.publish(tmp_path, "worker-1", asking)
    asks = looker(tmp_path, Settings())
    assert asks is not None and (answered := asks(question("n.example"))) is not None
    assert answered[0].addresses == [bytes((192, 0, 2, 1))]
    (tmp_path / "supervisor.json").write_text('{"pid": 1, "time": 1000.0}')
    assert looker(tmp_path, Settings()) is None
