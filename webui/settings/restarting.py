# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether something waits for a restart, whether one can be asked for here, and what became of it.

Workers are replaced by the supervisor one after another (SIGHUP). All of it starts anew where whoever started the
supervisor starts it again when it ends: systemd says so by INVOCATION_ID.
"""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass

from fastapi import Request

from store.base.process_status import Statuses
from store.base.sentences import say
from store.config import settings
from webui.http.state import WebUi
from webui.views.settings_view import AT_THE_START, TITLES

LONGEST_SECONDS = 60.0  # for which a restart is waited for


@dataclass(frozen=True, slots=True)
class Restart:
    """`titles`: of the settings that wait; `before`: a stamp of what ran when it was asked for."""

    titles: str = ""
    can: bool = False
    running: bool = False
    done: bool = False
    before: str = ""

    @property
    def pending(self) -> bool:
        return bool(self.titles)


def of(request: Request, ui: WebUi) -> Restart:
    """As it stands now; where the address says since when, whether it is done."""
    statuses, asked = ui.statuses(), request.query_params
    before = asked.get("restarted", "") or asked.get("before", "")
    if before and is_stamp(before):
        done = is_done(statuses, before)
        return Restart(running=not done, done=done, before=before)
    waiting = _waiting(ui, statuses)
    return Restart(", ".join(TITLES[key] for key in waiting), can_restart(ui))


def can_restart(ui: WebUi) -> bool:
    """Whether somebody starts the appliance again when it ends."""
    return bool(ui.environ.get("INVOCATION_ID")) and ui.statuses().supervisor is not None


def ask(ui: WebUi, everything: bool) -> str:
    """Have it started anew; the stamp by which `of` tells when it is done. Raises OSError where it cannot be told."""
    statuses = ui.statuses()
    if statuses.supervisor is None:
        raise ProcessLookupError
    which = "all" if everything else "workers"
    pids = [statuses.supervisor.pid] if everything else sorted(worker.pid for worker in statuses.workers.values())
    stamp = f"{which}.{int(time.time())}." + ".".join(map(str, pids))
    os.kill(statuses.supervisor.pid, signal.SIGTERM if everything else signal.SIGHUP)
    return stamp


def is_stamp(text: str) -> bool:
    which, *numbers = text.split(".")
    return which in ("all", "workers") and len(numbers) > 1 and all(n.isascii() and n.isdigit() for n in numbers)


def is_done(statuses: Statuses, stamp: str) -> bool:
    """Whether none of those that ran then runs now, and others do; after a minute nobody waits any more."""
    which, begun, *pids = stamp.split(".")
    old = set(map(int, pids))
    now = {statuses.supervisor.pid} if which == "all" and statuses.supervisor else set[int]()
    if which == "workers":
        now = {worker.pid for worker in statuses.workers.values()}
    replaced = len(now) >= (1 if which == "all" else len(old)) and not now & old
    return replaced or time.time() - int(begun) > LONGEST_SECONDS


def _waiting(ui: WebUi, statuses: Statuses) -> list[str]:
    """The settings that hold another value than the running supervisor began with."""
    began, now = statuses.supervisor, ui.settings()
    if began is None or not began.wanted_web:
        return []
    wanted: dict[str, object] = {"dns": began.wanted_dns, "web": began.wanted_web, "workers": began.workers}
    wanted |= {kind: began.wanted_encrypted.get(kind, ()) for kind in ("dot", "https", "doq")}
    return [key for key in AT_THE_START if settings.value_of(now, key) != wanted[key]]


def told() -> str:
    return say("Nothing here could be told to start anew; is it running?")
