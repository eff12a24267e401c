# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted upstream and a real worker process, as the tests of the resolver need them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fresh_state import _migrated as _migrated
from fresh_state import state as state
from own_authority import authority as authority
from own_authority import trusted as trusted
from running_worker import PATIENT_MS, House, RunningWorker, StartWorker
from scripted_upstream import ScriptedUpstream

from store.base import db


@pytest.fixture
def upstream() -> Iterator[ScriptedUpstream]:
    with ScriptedUpstream() as server:
        yield server


@pytest.fixture
def start_worker(state: Path, tmp_path: Path) -> Iterator[StartWorker]:
    """Starts workers over `state`; `environ` entries are settings in their variables."""
    running: list[RunningWorker] = []
    (run := tmp_path / "run").mkdir()

    def start(address: str = "127.0.0.1", number: int = 1, **environ: str) -> RunningWorker:
        running.append(RunningWorker(state, run, environ, address, number))
        return running[-1]

    yield start
    for worker in running:
        worker.stop()


@pytest.fixture
def worker(start_worker: StartWorker, upstream: ScriptedUpstream) -> RunningWorker:
    return start_worker(TELLTALE_UPSTREAMS=upstream.spec, TELLTALE_UPSTREAM_TIMEOUT_MS=PATIENT_MS)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One worker and its upstream for all tests of a file."""
    base = tmp_path_factory.mktemp("house")
    for name in ("state", "run"):
        (base / name).mkdir()
    db.open_config(base / "state")
    with ScriptedUpstream() as server:
        environ = {"TELLTALE_UPSTREAMS": server.spec, "TELLTALE_UPSTREAM_TIMEOUT_MS": PATIENT_MS}
        running = RunningWorker(base / "state", base / "run", environ)
        yield House(running, server, base / "state")
        running.stop()
