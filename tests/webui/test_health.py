# SPDX-License-Identifier: GPL-3.0-or-later
"""What is not well, in sentences."""

from typing import Any

from store import status
from webui import health
from webui.api.health import Health
from webui.house import House

WELL = Health(status="ok", dns="ok", recorder="ok", updater="ok", workers=2, dropped=0, restarting=[], version="1")


def test_all_well_says_nothing() -> None:
    assert health.said(WELL, {}) == []


def test_each_trouble_has_its_sentence_the_worst_first() -> None:
    ill = WELL.model_copy(
        update={"dns": "down", "recorder": "degraded", "updater": "degraded", "dropped": 1, "restarting": ["worker-2"]}
    )
    lines = health.said(ill, {"recorder": {"error": "the disk is full"}})
    assert lines[0].startswith("DNS does not answer.")
    assert "the disk is full" in lines[1]
    assert len(lines) == 5
    assert lines[-1].startswith("1 query was answered but not recorded")


def test_parts_are_what_reports_and_what_should(bare_home: Any) -> None:
    children = [{"role": "worker-1", "started": 100, "state": "running"}, {"role": "webui", "state": "waiting"}]
    status.publish(bare_home.run, "supervisor", {"children": children})
    status.publish(bare_home.run, "worker-1", {"queries": 1234, "upstreams": [{"spec": "x"}], "load": 0.25})
    parts = health.parts(House(bare_home.state, bare_home.run, {}))
    assert [part.title for part in parts] == ["Supervisor", "Web UI", "Resolver worker 1"]
    assert parts[1].state == "waiting"
    assert parts[2].figures == "queries 1,234 · load 0.25"
    assert parts[2].since == 100
