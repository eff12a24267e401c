# SPDX-License-Identifier: GPL-3.0-or-later
"""What is not well, in plain sentences with the cure: the banner of every page and the health part of the settings."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from store import status as run_status
from webui import words
from webui.api import health as api_health
from webui.house import House

_TITLES = {"supervisor": "Supervisor", "recorder": "Recorder", "updater": "List update", "webui": "Web UI"}
# What a status says that a person would not read, or that has its own column.
_NOT_FIGURES = frozenset({"pid", "time", "started", "children", "error", "errors"})
# One line on the page: the rest is in the API.
_MAX_FIGURES = 12


@dataclass(frozen=True, slots=True)
class Part:
    """One process as the settings page shows it."""

    title: str
    state: str
    since: float | None
    figures: str


def troubles(house: House) -> list[str]:
    """Sentences for the banner, the worst first; [] when all is well."""
    roles = run_status.read(house.run)
    found = api_health.judge(roles, house.probe.answered(house.settings()), time.time())
    return said(found, roles)


def said(found: api_health.Health, roles: Mapping[str, Mapping[str, Any]]) -> list[str]:
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
    lines += [f"The part “{role}” keeps stopping; the log of the appliance says why." for role in found.restarting]
    if found.dropped:
        count = words.plural(found.dropped, "query was", "queries were")
        lines.append(f"{count} answered but not recorded, since the log could not keep up.")
    return lines


def parts(house: House) -> list[Part]:
    """Every process that reports, with the children of the supervisor that do not."""
    roles = run_status.read(house.run)
    children = {str(child.get("role")): child for child in _children(roles)}
    names = sorted({*roles, *children}, key=lambda role: (role != "supervisor", role))
    return [_part(role, roles.get(role, {}), children.get(role, {})) for role in names]


def _children(roles: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    children = roles.get("supervisor", {}).get("children", [])
    return [child for child in children if isinstance(child, dict)] if isinstance(children, list) else []


def _part(role: str, values: Mapping[str, Any], child: Mapping[str, Any]) -> Part:
    error = values.get("error")
    started = child.get("started", values.get("started"))
    figures = [f"{key.replace('_', ' ')} {_figure(value)}" for key, value in values.items() if _is_figure(key, value)]
    return Part(
        title=_TITLES.get(role, role.replace("worker-", "Resolver worker ")),
        state=str(error) if error else str(child.get("state", "running")),
        since=started if isinstance(started, int | float) else None,
        figures=" · ".join(figures[:_MAX_FIGURES]),
    )


def _is_figure(key: str, value: object) -> bool:
    return key not in _NOT_FIGURES and isinstance(value, int | float | str) and value != ""


def _figure(value: float | str) -> str:
    return value if isinstance(value, str) else words.number(value) if isinstance(value, int) else f"{value:.4g}"
