# SPDX-License-Identifier: GPL-3.0-or-later
"""How well the parts are, each with its figures."""

from typing import Any

from store.base import status
from store.base.process_status import RecorderStatus, UpstreamStatus, WorkerStatus


def test_health_lists_the_parts(newcomer: Any) -> None:
    run = newcomer.home.run
    upstreams = (UpstreamStatus("9.9.9.9", down=True, rtt_ms=1.0, answers=4321, failures=9),)
    status.publish(run, "worker-1", WorkerStatus(queries=12345, dropped=7, upstreams=upstreams))
    status.publish(run, "recorder", RecorderStatus(rows=1, error="disk <full>"))
    page = newcomer.get("/settings/health").text
    assert "Resolver worker 1" in page
    assert "queries 12,345" in page
    assert "4,321" in page
    assert "disk &lt;full&gt;" in page
    assert "7 queries were answered but not recorded" in page
    assert "Look at the disk" in page, "the cure stands beside the sentence"
