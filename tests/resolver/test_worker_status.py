# SPDX-License-Identifier: GPL-3.0-or-later
"""What a worker counts stands in its status."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
from contextlib import closing
from pathlib import Path

from running_worker import RunningWorker
from scripted_upstream import ScriptedUpstream
from waiting import until

import resolver
from resolver.worker_status import circles, describe, exchange_counts
from store.base import db, status
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
    # What the process of encrypted DNS counts stands in a status of its own: tests/resolver/encrypted.
    paths = [path for path in ROOM.rglob("*.py") if path.parent.name != "encrypted"]
    words = {word for path in paths for word in counted.findall(path.read_text())}
    assert "faults" in words and "timed_out" in words
    assert words <= fields, "give each a field, and fill it in resolver.worker_status.describe"
    described = inspect.getsource(describe) + inspect.getsource(exchange_counts)
    assert not {word for word in words if f'{word}=counters["{word}"]' not in described}


def test_upstreams_that_are_the_appliance_itself_are_told_wherever_they_were_chosen() -> None:
    specs = ("9.9.9.9", "tcp://127.0.0.7:5300", "127.0.0.1:5300", "127.0.0.1", "no server")
    assert circles(specs, [("0.0.0.0", 5300), ("::", 5300)]) == ("127.0.0.1:5300", "tcp://127.0.0.7:5300")
    assert circles(specs, [("127.0.0.1", 5300)]) == ("127.0.0.1:5300",)
    assert circles(specs, []) == ()
    asked = []
    assert circles((*specs, "tls://127.0.0.1", "tls://9.9.9.9"), [], lambda scheme: asked.append(scheme) or [
        ("127.0.0.1", 853)]) == ("tls://127.0.0.1",)  # fmt: skip
    assert asked == ["tls"], "a file is read only where it matters"


def test_a_worker_says_so_while_it_runs(worker: RunningWorker) -> None:
    with closing(db.connect(worker.state / "config.db")) as con:
        con.execute("INSERT INTO forward (domain, upstreams, comment, created_at) VALUES ('lan', ?, '', 0)",
                    (json.dumps([f"127.0.0.1:{worker.port}"]),))  # fmt: skip
        con.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'policy_version'")

    def told() -> bool:
        status_of = status.read(worker.run).workers.get("worker-1")
        return status_of is not None and status_of.circles == (f"127.0.0.1:{worker.port}",)

    until(told)
