# SPDX-License-Identifier: GPL-3.0-or-later
"""What is not well, in sentences."""

from webui.views import health_view
from webui.views.health_verdict import Health

WELL = Health(status="ok", dns="ok", recorder="ok", updater="ok", workers=2, dropped=0, restarting=[], version="1")


def test_all_well_says_nothing() -> None:
    assert health_view.said(WELL, {}) == []


def test_each_trouble_has_its_sentence_the_worst_first() -> None:
    ill = WELL.model_copy(
        update={"dns": "down", "recorder": "degraded", "updater": "degraded", "dropped": 1, "restarting": ["worker-2"]}
    )
    lines = health_view.said(ill, {"recorder": {"error": "the disk is full"}})
    assert lines[0].startswith("DNS does not answer.")
    assert "the disk is full" in lines[1]
    assert len(lines) == 5
    assert lines[-1].startswith("1 query was answered but not recorded")


def test_what_the_supervisor_warns_of_is_said() -> None:
    lines = health_view.said(WELL, {"supervisor": {"read_only": True, "warnings": ["Port 53 was taken.", 7]}})
    assert len(lines) == 2
    assert lines[1] == "Port 53 was taken."


def test_parts_are_what_reports_and_what_should() -> None:
    children = [{"role": "worker-1", "started": 100, "state": "running"}, {"role": "webui", "state": "waiting"}]
    roles = {
        "supervisor": {"children": children},
        "recorder": {"rows": 5, "last_commit": 880.5, "error": ""},
        "worker-1": {"answered": 1234, "cache": {"entries": 9, "bytes": 2048}, "upstreams": [{"spec": "x"}], "pid": 7},
    }
    parts = {part.title: part for part in health_view.parts(roles, 1000)}
    assert list(parts) == ["Supervisor", "Recorder", "Web UI", "Resolver worker 1"]
    assert parts["Web UI"].state == "waiting"
    assert parts["Resolver worker 1"].figures == "answered 1,234 · cache entries 9 · cache bytes 2.0 kB"
    assert parts["Resolver worker 1"].since == 100
    assert parts["Recorder"].figures == "rows 5 · last commit 1 min ago"


def test_upstreams_are_what_all_workers_see() -> None:
    one = {"spec": "9.9.9.9", "down": False, "rtt_ms": 10.0, "answers": 2, "failures": 1}
    idle = {"spec": "tls://x", "down": False, "rtt_ms": 0.0, "answers": 0, "failures": 0}
    roles = {"worker-1": {"upstreams": [one, idle]}, "worker-2": {"upstreams": [one | {"rtt_ms": 20.0, "down": True}]}}
    assert health_view.upstreams(roles) == [
        health_view.Upstream("9.9.9.9", True, 4, 2, 15.0),
        health_view.Upstream("tls://x", False, 0, 0, None),
    ]
    assert health_view.upstreams({"worker-1": {"upstreams": "damage"}}) == []
