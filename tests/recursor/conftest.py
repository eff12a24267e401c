# SPDX-License-Identifier: GPL-3.0-or-later
"""A home whose answers are checked: a worker, the keeper with unbound, and a signed internet behind it on loopback."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from checked_home import CheckedHome
from ports import free_port
from running_worker import RunningWorker
from signed_zones import MISSING, SignedZones
from waiting import HANG_SECONDS, until

from store.base import db, status
from store.base.process_status import RecursorState
from store.config import edit
from wire import stub
from wire.types import SOA


@pytest.fixture(scope="module")
def checked_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CheckedHome]:
    """With `dnssec` validate; tests may change its settings, and put them back."""
    if MISSING or not shutil.which("unbound", path=f"{os.environ['PATH']}:/usr/sbin"):
        pytest.skip("needs unbound, knotd and dnssec-signzone")
    folder = tmp_path_factory.mktemp("checked")
    state, run = folder / "state", folder / "run"
    state.mkdir()
    run.mkdir()
    db.open_config(state)
    zones, port = SignedZones(folder), free_port()
    edit.put_settings(edit.engine(state), {
        "upstreams": [f"127.0.0.1:{port}"], "dnssec": "validate", "dnssec_anchors": str(zones.anchors),
    })  # fmt: skip
    with ExitStack() as stack:
        knot = subprocess.Popen(["/usr/sbin/knotd", "-c", str(zones.knot("all", "127.0.0.1", port))])
        stack.callback(_end, knot)
        until(lambda: (answer := stub.ask("good.lab", ("127.0.0.1", port), SOA, 0.2)) and answer.counts[0])
        keeper = subprocess.Popen(
            [sys.executable, "-m", "recursor.recursor_keeper", "--state", str(state), "--run", str(run)]
        )  # fmt: skip
        stack.callback(_end, keeper)
        worker = RunningWorker(state, run, {})
        stack.callback(worker.stop)
        until(lambda: (word := status.read_recursor(run)) and word.state is RecursorState.SERVING)
        until(lambda: (answer := stub.ask("good.lab", ("127.0.0.1", worker.port), SOA, 1.0)) and answer.counts[0])
        yield CheckedHome(state, run, zones, worker, keeper)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait(HANG_SECONDS)

