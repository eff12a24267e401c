# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes and upstreams as the settings page shows them."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from store.base.process_status import (
    CacheStatus,
    ChildState,
    ChildStatus,
    ExchangeCounts,
    FirewallStatus,
    IndexStatus,
    Moment,
    RecorderStatus,
    Statuses,
    SupervisorStatus,
    UpdaterStatus,
    UpstreamStatus,
    WorkerStatus,
)
from store.health.health import assess
from webui.views import health_view
from webui.views.health_view import PartView, UpstreamView

NOW = 1000.0


def parts(statuses: Statuses) -> list[PartView]:
    return health_view.parts(assess(statuses, True, Moment(NOW, NOW)), statuses, NOW)


def test_parts_are_what_reports_and_what_should() -> None:
    children = (
        ChildStatus("worker-1", started=100.0), ChildStatus("webui", state=ChildState.WAITING),
        ChildStatus("updater", state=ChildState.ASLEEP),
    )  # fmt: skip
    worker = WorkerStatus(
        time=NOW, queries=1234, index=IndexStatus(650_000, 4), cache=CacheStatus(9, 2048), policy_version=3,
        exchanges=ExchangeCounts(timed_out=2), upstreams=(UpstreamStatus("x"),),
    )  # fmt: skip
    found = parts(
        Statuses(
            SupervisorStatus(time=NOW, children=children), {"worker-1": worker},
            RecorderStatus(time=NOW, rows=5, last_commit=880.5, error="the disk is full"), UpdaterStatus(),
        )
    )
    assert [(part.title, part.state) for part in found] == [
        ("Supervisor", "running"), ("Recorder", "the disk is full"), ("List update", "asleep"),
        ("Web UI", "waiting"), ("Resolver worker 1", "running"),
    ]  # fmt: skip
    figures = {part.title: part.figures for part in found}
    assert figures["Recorder"] == "rows 5 · last commit 1 min ago"
    assert figures["List update"] == "last run never"
    assert figures["Resolver worker 1"] == (
        "index names 650,000 · cache entries 9 · cache bytes 2.0 kB · queries 1,234 · exchanges timed out 2"
    )
    assert figures["Supervisor"] == figures["Web UI"] == ""
    assert found[-1].since == 100


def test_what_nobody_started_says_itself_since_when() -> None:
    found = parts(Statuses(workers={"worker-1": WorkerStatus(time=NOW, started=50.0)}))
    assert [part.since for part in found if part.title == "Resolver worker 1"] == [50.0]


def test_the_wall_shows_what_it_caught() -> None:
    firewall = FirewallStatus(
        time=NOW, mode="watch", standing=True, switches={"doh": "watch"}, counters={"doh": 7, "dot": 0}, caught=7
    )
    assert [part.figures for part in parts(Statuses(firewall=firewall)) if part.title == "Firewall"] == [
        "mode watch · counters doh 7 · caught 7"
    ]


def test_upstreams_are_what_all_workers_see() -> None:
    idle = UpstreamStatus("tls://x")
    statuses = Statuses(workers={
        "worker-1": WorkerStatus(upstreams=(UpstreamStatus("9.9.9.9", False, 10.0, 2, 1), idle, UpstreamStatus())),
        "worker-2": WorkerStatus(upstreams=(UpstreamStatus("9.9.9.9", True, 20.0, 2, 1, True),)),
    })  # fmt: skip
    assert health_view.upstreams(statuses) == [
        UpstreamView("9.9.9.9", True, 4, 2, 15.0, True),
        UpstreamView("tls://x", False, 0, 0, None),
    ]


def test_every_figure_has_a_name_that_can_be_translated() -> None:
    """A new field of a status is a figure here, or stands among what is none."""
    every = (WorkerStatus, RecorderStatus, UpdaterStatus, FirewallStatus, SupervisorStatus)
    names = {name for kind in every for name in _figures(kind)}
    assert names == health_view.FIGURES


def _figures(kind: type[Any], of: str = "") -> Iterator[str]:
    for field in dataclasses.fields(kind):
        if field.name in health_view.NOT_FIGURES:
            continue
        inner = type(field.default)
        if dataclasses.is_dataclass(inner):
            yield from _figures(inner, field.name)
        elif isinstance(field.default, int | float | str):
            yield f"{of} {field.name}".replace("_", " ").strip()
