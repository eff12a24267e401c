# SPDX-License-Identifier: GPL-3.0-or-later
"""A home whose answers are checked: a worker, the keeper with unbound, and a signed internet behind it on loopback."""

import subprocess
from collections.abc import Iterator

import checked_home as homes
import pytest
from checked_home import CheckedHome
from ports import free_port
from signed_zones import SignedZones
from waiting import HANG_SECONDS, until

from wire import stub
from wire.types import SOA


@pytest.fixture(scope="module")
def checked_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CheckedHome]:
    """With `dnssec` validate; tests may change its settings, and put them back."""
    if reason := homes.missing():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("checked")
    zones, port = SignedZones(folder), free_port()
    knot = subprocess.Popen(["/usr/sbin/knotd", "-c", str(zones.knot("all", "127.0.0.1", port))])
    settings = {"upstreams": [f"127.0.0.1:{port}"], "dnssec": "validate", "dnssec_anchors": str(zones.anchors)}
    try:
        until(lambda: (answer := stub.ask("good.lab", ("127.0.0.1", port), SOA, 0.2)) and answer.counts[0])
        with homes.living(folder, settings) as home:
            until(lambda: (answer := stub.ask("good.lab", ("127.0.0.1", home.worker.port), SOA, 1.0))
                  and answer.counts[0])  # fmt: skip
            yield home
    finally:
        knot.terminate()
        knot.wait(HANG_SECONDS)
