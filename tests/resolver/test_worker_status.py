# SPDX-License-Identifier: GPL-3.0-or-later
"""What a worker counts stands in its status."""

from __future__ import annotations

import dataclasses
import inspect
import re
from pathlib import Path

from running_worker import RunningWorker
from scripted_upstream import ScriptedUpstream

import resolver
from resolver.worker_status import describe, exchange_counts
from store.base import status
from store.base.process_status import ExchangeCounts, WorkerStatus

ROOM = Path(str(resolver.__file__)).parent


def test_the_status_says_what_a_page_shows(worker: RunningWorker, upstream: ScriptedUpstream) -> None:
    worker.ask("www.plain.example")
    worker.ask("www.plain.example")
    worker.stop()
    said = status.read(worker.run).workers["worker-1"]
    assert said.queries == 2 and said.cache.entries == 1 and said.dropped == 0
    assert said.upstreams[0].spec == upstream.spec and said.upstreams[0].answers == 1
    assert said.clients == 1 and said.policy_version >= 0 and said.pid == worker.process.pid


def test_every_count_of_the_resolver_is_in_the_status() -> None:
    counted = re.compile(r'counters\["(\w+)"\] \+= ')
    fields = {field.name for shape in (WorkerStatus, ExchangeCounts) for field in dataclasses.fields(shape)}
    words = {word for path in ROOM.rglob("*.py") for word in counted.findall(path.read_text())}
    assert "faults" in words and "timed_out" in words
    assert words <= fields, "give each a field, and fill it in resolver.worker_status.describe"
    described = inspect.getsource(describe) + inspect.getsource(exchange_counts)
    assert not {word for word in words if f'{word}=counters["{word}"]' not in described}
