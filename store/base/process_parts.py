# SPDX-License-Identifier: GPL-3.0-or-later
"""How each process of the appliance is, from what it says and what the supervisor says of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from store.base.process_status import STALE_SECONDS, ChildState, ChildStatus, Statuses
from store.base.sentences import say_count

# In the order in which a person would look; workers follow by number, then what else there is.
_FIRST = ("supervisor", "recorder", "updater", "webui", "keepalive", "encrypted", "firewall", "dhcp", "recursor")


class State(StrEnum):
    """`degraded`: it works, but not all of it."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Part:
    """A process. `words`: running, asleep, waiting, failing or silent, or its error; `since`: Unix seconds."""

    role: str
    state: State
    words: str
    since: float | None


def find_parts(live: Statuses) -> list[Part]:
    """Every process that reports, with the children of the supervisor that do not; supervisor and recorder always."""
    children = {child.role: child for child in live.supervisor.children} if live.supervisor else {}
    errors = _errors(live)
    if live.supervisor and "updater" not in children and not errors.get("updater"):
        errors.pop("updater", None)  # nobody wants one (a demo, --no-update): its last word is that of a run by hand
    young = {role for role, child in children.items() if live.supervisor and _is_young(child, live.supervisor.time)}
    return [
        _part(role, children.get(role), errors.get(role, ""), role in errors or role in young)
        for role in sorted({"supervisor", "recorder", *children, *errors}, key=_place)
    ]


def failing(live: Statuses) -> tuple[str, ...]:
    """Roles of the children that are restarted again and again."""
    children = live.supervisor.children if live.supervisor else ()
    return tuple(child.role for child in children if child.state is ChildState.FAILING)


def _errors(live: Statuses) -> dict[str, str]:
    """What each process that reports says is wrong with it, "" for nothing."""
    errors = dict.fromkeys(live.workers, "")
    if live.supervisor:
        errors["supervisor"] = ""
    if live.recorder:
        errors["recorder"] = live.recorder.error
    if live.updater:
        failed = len(live.updater.errors)
        errors["updater"] = say_count(failed, "{count:,} list failed", "{count:,} lists failed") if failed else ""
    if live.firewall:
        errors["firewall"] = live.firewall.error
    if live.dhcp:
        errors["dhcp"] = live.dhcp.error
    if live.recursor:
        errors["recursor"] = live.recursor.error
    return errors


def _is_young(child: ChildStatus, now: float) -> bool:
    """Whether it may not have had the time to report; `now` by the supervisor, which says when it started."""
    return child.started is not None and abs(now - child.started) <= STALE_SECONDS


def _part(role: str, child: ChildStatus | None, error: str, reports: bool) -> Part:
    must_report = role in ("supervisor", "recorder") or role.startswith("worker-")
    fails = child is not None and child.state is ChildState.FAILING
    silent = must_report and not reports
    if silent and not fails:
        words = "silent"
    elif child is not None:
        words = child.state.value
    else:  # one that the keepalive started
        words = "running"
    state = State.DOWN if silent else State.DEGRADED if error or fails else State.OK
    return Part(role, state, error or words, child.started if child else None)


def _place(role: str) -> tuple[int, int, str]:
    if role in _FIRST:
        return _FIRST.index(role), 0, role
    kind, _, number = role.partition("-")
    is_worker = kind == "worker" and number.isdecimal()
    return len(_FIRST), int(number) if is_worker else 1 << 31, role
