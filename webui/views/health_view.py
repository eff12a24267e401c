# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes and upstreams as the settings page shows them. What is wrong with them says `store.health`. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from store.base.process_parts import Part
from store.base.process_status import Status, Statuses, UpstreamStatus
from store.base.sentences import mark, recall, say, together
from store.health.health import Health
from webui.views import formatting
from webui.views.labels import label

_TITLES = {
    "supervisor": say("Supervisor"),
    "recorder": say("Recorder"),
    "updater": say("List update"),
    "webui": say("Web UI"),
    "keepalive": say("Keepalive"),
    "recursor": say("Own resolver"),
    "firewall": say("Firewall"),
    "dhcp": say("DHCP"),
    "encrypted": say("Encrypted DNS"),
    "demo-upstream": say("Demo: upstream"),
    "demo-household": say("Demo: household"),
}
# What a status says that a person would not read, or that stands elsewhere on the page.
NOT_FIGURES = frozenset({
    "pid", "time", "clock", "started", "error", "errors", "failures", "due", "index_mark", "trouble", "state", "web",
    "version", "read_only", "running",
    "policy_version", "index_generation", "generation", "slots", "applied", "standing", "switches", "redirects_to",
    "redirects_at", "lowered", "restored",
    "wanted_dns", "wanted_web", "workers", "wanted_encrypted", "encrypted", "serving", "bound",
    "may_serve_dhcp", "unserved_dhcp", "interface", "looked", "allowed_beside", "server_pid", "asked", "asked_error",
    "port", "relay_port", "recursive", "validates", "clock_wrong", "reaches", "anchors_error", "server_since",
    "memory_kib", "restarts", "begun_at", "begun_why", "crowd_at", "hidden_home", "cause", "address", "share", "brand",
    "here", "counts", "nowhere", "turned_away", "code",
})  # fmt: skip
_MOMENTS = frozenset({"last_commit", "last_run"})
# Their names as people read them, those of one level down after the name of what holds them.
FIGURES = frozenset({
    mark("answers"), mark("buffered"), mark("cache bytes"), mark("cache entries"), mark("caught"), mark("clients"),
    mark("dropped"), mark("exchanges bad cookies"), mark("exchanges failed"), mark("exchanges guessed"),
    mark("exchanges hedged"), mark("exchanges in flight"), mark("exchanges joined"),
    mark("exchanges malformed"), mark("exchanges mismatched"), mark("exchanges overflow"), mark("exchanges prefetched"),
    mark("exchanges send errors"), mark("exchanges socket errors"), mark("exchanges timed out"),
    mark("exchanges unexpected"), mark("faults"), mark("ignored"), mark("index names"), mark("last commit"),
    mark("last run"), mark("limited"), mark("lost answers"), mark("mode"), mark("pending"), mark("queries"),
    mark("rows"), mark("servfail"), mark("tcp refused"), mark("told"), mark("told lost"), mark("unsent"),
    mark("unwritten"), mark("waiting"),
})  # fmt: skip
# One line on the page: the rest is in the API.
_MAX_FIGURES = 12


@dataclass(frozen=True, slots=True)
class PartView:
    """One process as the settings page shows it."""

    title: str
    state: str
    since: float | None
    figures: str


@dataclass(frozen=True, slots=True)
class UpstreamView:
    """An upstream as all workers together see it; rtt_ms: the mean of those that asked it, None when none did."""

    spec: str
    down: bool
    answers: int
    failures: int
    rtt_ms: float | None
    refuses: bool = False
    fault: str = ""


def parts(health: Health, statuses: Statuses, now: float) -> list[PartView]:
    """Every process with its figures."""
    return [_part(part, statuses.of(part.role), now) for part in health.parts]


def upstreams(statuses: Statuses) -> list[UpstreamView]:
    """By specification, in the order of the settings; down when any worker says so."""
    seen: dict[str, list[UpstreamStatus]] = {}
    for worker in statuses.workers.values():
        for upstream in worker.upstreams:
            seen.setdefault(upstream.spec, []).append(upstream)
    seen.pop("", None)
    return [_upstream(spec, rows) for spec, rows in seen.items()]


def _upstream(spec: str, rows: list[UpstreamStatus]) -> UpstreamView:
    times = [row.rtt_ms for row in rows if row.answers]
    return UpstreamView(
        spec,
        any(row.down for row in rows),
        sum(row.answers for row in rows),
        sum(row.failures for row in rows),
        sum(times) / len(times) if times else None,
        any(row.refuses for row in rows),
        next((row.fault for row in rows if row.fault), ""),
    )


def _part(part: Part, status: Status | None, now: float) -> PartView:
    figures = list(_figures(dataclasses.asdict(status), now))[:_MAX_FIGURES] if status else []
    since = part.since or getattr(status, "started", None)
    return PartView(_title(part.role), label(part.words), since, together(*figures, between=" · "))


def _title(role: str) -> str:
    kind, _, rest = role.partition("-")
    if kind == "worker":
        return say("Resolver worker {number}", number=rest)
    return _TITLES.get(role, role)


def _figures(values: Mapping[str, Any], now: float, of: str = "") -> Iterator[str]:
    """ "queries 1,234", "cache entries 83", "last commit 5 min ago"; one level of nesting, nothing that is zero."""
    for key, value in values.items():
        name = f"{of} {key}".replace("_", " ").strip()
        if key in NOT_FIGURES:
            continue
        if isinstance(value, dict):
            yield from _figures(value, now, key)
        elif key in _MOMENTS:
            yield together(recall(name), formatting.ago(value or None, now))
        elif value and isinstance(value, int | float | str):
            yield together(recall(name), _figure(key, value))


def _figure(key: str, value: float | str) -> str:
    if isinstance(value, str):
        return label(value)
    if key == "bytes":
        return formatting.size(int(value))
    return formatting.number(value) if isinstance(value, int) else f"{value:.4g}"
