# SPDX-License-Identifier: GPL-3.0-or-later
"""What is not well, in plain sentences with the cure: the banner of every page and the health part of the settings."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from store.base import status as run_status
from webui.http.state import WebUi
from webui.views import formatting, health_verdict

_TITLES = {"supervisor": "Supervisor", "recorder": "Recorder", "updater": "List update", "webui": "Web UI"}
# What a status says that a person would not read, or that stands elsewhere on the page.
_NOT_FIGURES = frozenset({
    "pid", "time", "started", "children", "error", "errors", "warnings", "upstreams", "state", "dns", "web",
    "read_only", "running", "policy_version", "index_generation", "generation", "slots",
})  # fmt: skip
_MOMENTS = frozenset({"last_commit", "last_run"})
# One line on the page: the rest is in the API.
_MAX_FIGURES = 12


@dataclass(frozen=True, slots=True)
class Part:
    """One process as the settings page shows it."""

    title: str
    state: str
    since: float | None
    figures: str


@dataclass(frozen=True, slots=True)
class Upstream:
    """An upstream as all workers together see it; rtt_ms: the mean of those that asked it, None when none did."""

    spec: str
    down: bool
    answers: int
    failures: int
    rtt_ms: float | None


def troubles(ui: WebUi) -> list[str]:
    """Sentences for the banner, the worst first; [] when all is well."""
    roles = run_status.read(ui.run)
    found = health_verdict.judge(roles, ui.probe.answered(ui.settings()), time.time())
    return said(found, roles)


def said(found: health_verdict.Health, roles: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Pure: the verdict on health as sentences."""
    lines = []
    if found.dns == "down":
        lines.append("DNS does not answer. Run “telltale doctor” on the appliance: it says what is wrong.")
    if found.recorder == "down":
        lines.append("Queries are not being recorded just now, so these pages stand still.")
    elif found.recorder == "degraded":
        lines.append(f"The recorder cannot write: {roles.get('recorder', {}).get('error')}")
    if found.updater == "degraded":
        lines.append("A blocklist could not be updated; its last good copy is in use. The Blocklists page says which.")
    supervisor = roles.get("supervisor", {})
    if supervisor.get("read_only"):
        lines.append("The state directory cannot be written, so nothing can be changed or recorded.")
    lines += [str(line) for line in supervisor.get("warnings", []) if isinstance(line, str)]
    lines += [f"The part “{role}” keeps stopping; the log of the appliance says why." for role in found.restarting]
    if found.dropped:
        count = formatting.plural(found.dropped, "query was", "queries were")
        lines.append(f"{count} answered but not recorded, since the log could not keep up.")
    return lines


def parts(roles: Mapping[str, Mapping[str, Any]], now: float) -> list[Part]:
    """Every process that reports, with the children of the supervisor that do not."""
    children = {str(child.get("role")): child for child in _dicts(roles.get("supervisor", {}).get("children"))}
    names = sorted({*roles, *children}, key=lambda role: (role != "supervisor", role not in _TITLES, role))
    return [_part(role, roles.get(role, {}), children.get(role, {}), now) for role in names]


def upstreams(roles: Mapping[str, Mapping[str, Any]]) -> list[Upstream]:
    """By specification, in the order of the settings; down when any worker says so."""
    seen: dict[str, list[Mapping[str, Any]]] = {}
    for role, values in roles.items():
        for one in _dicts(values.get("upstreams")) if role.startswith("worker-") else ():
            seen.setdefault(str(one.get("spec", "?")), []).append(one)
    return [_upstream(spec, rows) for spec, rows in seen.items()]


def _upstream(spec: str, rows: list[Mapping[str, Any]]) -> Upstream:
    times = [float(row["rtt_ms"]) for row in rows if row.get("answers") and isinstance(row.get("rtt_ms"), int | float)]
    counts = [sum(row[key] for row in rows if isinstance(row.get(key), int)) for key in ("answers", "failures")]
    return Upstream(
        spec, any(row.get("down") for row in rows), counts[0], counts[1], sum(times) / len(times) if times else None
    )


def _part(role: str, values: Mapping[str, Any], child: Mapping[str, Any], now: float) -> Part:
    error, started = values.get("error"), child.get("started", values.get("started"))
    return Part(
        title=_TITLES.get(role, role.replace("worker-", "Resolver worker ").replace("demo-", "Demo: ")),
        state=str(error) if error else str(child.get("state", "running")),
        since=started if isinstance(started, int | float) else None,
        figures=" · ".join(_figures(values, now)[:_MAX_FIGURES]),
    )


def _figures(values: Mapping[str, Any], now: float, of: str = "") -> list[str]:
    """ "answered 1,234", "cache entries 83", "last commit 5 min ago"; one level of nesting."""
    said_so_far: list[str] = []
    for key, value in values.items():
        name = f"{of} {key}".replace("_", " ").strip()
        if key in _NOT_FIGURES or value in ("", None):
            continue
        if isinstance(value, dict) and not of:
            said_so_far += _figures(value, now, key)
        elif key in _MOMENTS and isinstance(value, int | float):
            said_so_far.append(f"{name} {formatting.ago(value or None, now)}")
        elif isinstance(value, int | float | str):
            said_so_far.append(f"{name} {_figure(key, value)}")
    return said_so_far


def _figure(key: str, value: float | str) -> str:
    if isinstance(value, str):
        return value
    if key == "bytes":
        return formatting.size(int(value))
    return formatting.number(value) if isinstance(value, int) else f"{value:.4g}"


def _dicts(values: object) -> list[Mapping[str, Any]]:
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []
