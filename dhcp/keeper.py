# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that keeps DHCP going while it is wanted: `python -m dhcp.keeper --state DIR [--run DIR]`.

The keepalive starts it, with the three powers that dnsmasq needs, while DHCP is on, and when somebody asks whether
there is another server. It looks for one before it begins, and now and then while it serves.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dhcp import asking, dnsmasq_config, lease_plan
from dhcp.asking import Asked
from dhcp.dhcp_wanted import QUESTION, question_folder
from dhcp.dnsmasq_child import Server
from dhcp.lease_plan import DhcpError, DhcpPlan, Uplink
from network import iproute, own_addresses
from network.dhcp_probe import Probe
from network.lease_files import OWN_FILE
from network.link_events import LinkEvents
from store.base import db, logs, status
from store.base.argv import argued
from store.base.process_status import DhcpState, DhcpStatus
from store.base.pulse import Source, keep_going
from store.base.sentences import say, sentence_of
from store.config import usable_settings
from store.config.settings import Settings
from store.config.watch import EditWatcher
from store.events.config_events import ConfigEvents
from store.local import static_leases

# Edits, questions, the end of dnsmasq and what it says are told by the kernel; these are the looks behind that.
WATCH_SECONDS = 0.5  # while it is looked who else is there, and at least
REST_SECONDS = 5.0  # else
LOOK_SECONDS = 300.0  # between two looks at this machine's addresses, while it is on and the kernel tells of them …
BLIND_SECONDS = 15.0  # … and where it does not
SETTLE_SECONDS = 1.0  # from a change of them to a look: seldom is it one alone …
MOVED_SECONDS = 5.0  # … and between two such looks
AGAIN_SECONDS = 30.0  # between two looks for another server that stands in the way …
STILL_SECONDS = 300.0  # … and for one that appears beside us
FRESH_SECONDS = 60.0  # so long nobody being there counts: who turns it on has looked just before

log = logging.getLogger(__name__)


class Keeper:
    """What is wanted, who else is there, and the child."""

    def __init__(self, state: Path, run: Path, environ: Mapping[str, str]) -> None:
        self.stopping = False
        self._state, self._run, self._environ = state, run, environ
        self._watcher = EditWatcher(state)
        self._server, self._links = Server(state), LinkEvents()
        self._probe: Probe | None = None
        self._asked: Asked | None = None  # whose look the probe is; None: our own
        self._last_asked: Asked | None = None
        self._looked: dict[str, float] = {}  # interface → when nobody else was there; bounded by _note
        self._own: set[str] = set()
        self._plan: DhcpPlan | None = None
        self._settings: Settings | None = None  # as they could last be read
        self._wrong = ""  # why the settings of now give no plan
        self._status = DhcpStatus()
        self._beside = False
        self._next_plan = self._next_probe = 0.0
        self._planned, self._moved = float("-inf"), False  # whether the kernel told of addresses since then
        self._teller = status.Teller(run, "dhcp")

    def turn(self, now: float) -> None:
        """One look at everything; takes milliseconds."""
        if self._links.heard():
            self._moved = True
            self._next_plan = min(self._next_plan, max(now + SETTLE_SECONDS, self._planned + MOVED_SECONDS))
        if self._watcher.changed() or now >= self._next_plan:
            self._planned, self._moved = now, False
            self._next_plan = now + (LOOK_SECONDS if self._links.tells else BLIND_SECONDS)
            self._make_plan()
        self._take_question()
        self._follow_probe(now)
        self._serve(now)
        self._teller.tell(self._status, now)

    def rest(self) -> float:
        """Seconds until the next look, at most."""
        if self._probe is not None:
            return WATCH_SECONDS
        now = time.monotonic()
        child = self._server.rest(now) if self._plan is not None else REST_SECONDS
        return max(WATCH_SECONDS, min(REST_SECONDS, self._next_plan - now, child))

    def sources(self) -> list[Source]:
        """What is readable once dnsmasq says something, or this machine's addresses change."""
        links = [self._links] if self._links.tells and not self._moved else []  # a storm of changes wakes nobody
        return [*self._server.sources(), *links]

    def stop(self) -> None:
        """End dnsmasq; the leases stay."""
        self._server.stop()
        if self._probe is not None:
            self._probe.close()
        self._watcher.close()
        self._links.close()

    # --- what is wanted ---

    def _make_plan(self) -> None:
        settings = usable_settings.load_stored(self._state, self._environ)
        if settings is None:  # what cannot be read ends nothing; it is tried again at once
            self._next_plan = 0.0
            settings = self._settings or usable_settings.load(self._state, self._environ)
        self._settings = settings
        self._beside = settings.dhcp_beside_others == "on"
        if settings.dhcp != "on":
            self._plan, self._wrong = None, ""
            self._say(state=DhcpState.OFF, error="", notes=(), others=(), interface="")
            return
        try:
            links = own_addresses.links()
            self._own = own_addresses.addresses(links)
            made = lease_plan.make(settings, self._static(), links, uplink())
        except DhcpError as error:
            self._wrong = sentence_of(error)
            if not self._server.pid:  # else it goes on as it was: a cable that is out is soon in again
                self._plan = None
                self._say(state=DhcpState.WRONG, error=self._wrong, notes=(), others=())
            return
        self._wrong = ""
        if self._plan is not None and made.interface != self._plan.interface:
            self._server.stop()
        self._plan = made
        self._say(interface=made.interface, notes=made.notes, allowed_beside=self._beside)

    def _static(self) -> tuple[static_leases.StaticLease, ...]:
        try:
            with contextlib.closing(db.connect(self._state / "config.db", read_only=True)) as con:
                return static_leases.load(con)
        except sqlite3.Error:
            return self._plan.static if self._plan is not None else ()

    # --- who else is there ---

    def _take_question(self) -> None:
        if self._probe is not None or not os.path.lexists(self._run / QUESTION):
            return
        asked = asking.read(self._run)
        if asked is None or asked == self._last_asked:  # answered, or none
            asking.forget(self._run, asked)
            return
        self._last_asked = asked
        self._begin_probe(asked.interface, asked)

    def _begin_probe(self, interface: str, asked: Asked | None) -> None:
        self._asked = asked
        try:
            self._probe = Probe(interface)
        except OSError as error:
            sentence = _unseen(interface, error)
            if asked is not None:
                self._say(asked=asked.id, asked_others=(), asked_error=sentence)
            else:
                self._say(state=DhcpState.WRONG, error=sentence)

    def _follow_probe(self, now: float) -> None:
        probe = self._probe
        if probe is None or not probe.over():
            return
        probe.close()
        self._probe = None
        others = tuple(sorted(probe.servers - (self._own or own_addresses.addresses(own_addresses.links()))))
        self._note(probe.interface, others, now)
        if self._asked is not None:
            self._say(asked=self._asked.id, asked_others=others, asked_error="")
        if self._plan is not None and probe.interface == self._plan.interface:
            self._say(others=others, looked=time.time())
            self._next_probe = now + (STILL_SECONDS if self._server.pid else AGAIN_SECONDS)

    def _note(self, interface: str, others: tuple[str, ...], now: float) -> None:
        if others:
            self._looked.pop(interface, None)
        elif len(self._looked) < 64 or interface in self._looked:  # more than a machine has connections
            self._looked[interface] = now

    # --- the child ---

    def _serve(self, now: float) -> None:
        made = self._plan
        if made is None:
            self._server.stop()
            self._say(server_pid=0)
            return
        if self._probe is None and now >= self._next_probe and not self._fresh(made, now):
            self._next_probe = now + AGAIN_SECONDS
            self._begin_probe(made.interface, None)
        if not self._server.pid and not self._server.error and not self._may_begin(made, now):
            return
        self._server.serve(dnsmasq_config.render(made, self._state / OWN_FILE), now)
        state = DhcpState.FAILING if self._server.error else DhcpState.SERVING
        self._say(state=state, error=self._server.error or self._wrong, server_pid=self._server.pid)

    def _fresh(self, made: DhcpPlan, now: float) -> bool:
        return now - self._looked.get(made.interface, -FRESH_SECONDS) < FRESH_SECONDS

    def _may_begin(self, made: DhcpPlan, now: float) -> bool:
        """Whether nobody else is there, or may be; what is waited for goes into the status."""
        if self._fresh(made, now) or (self._beside and self._probe is None):
            return True
        if self._status.others and not self._beside:
            self._say(state=DhcpState.REFUSED, error=another(self._status.others), server_pid=0)
        elif self._probe is not None:
            self._say(state=DhcpState.LOOKING, error="", server_pid=0)
        return False

    def _say(self, **values: Any) -> None:
        self._status = replace(self._status, **values)


def another(others: Sequence[str]) -> str:
    """Why it is not turned on."""
    return say(
        "Another DHCP server answers in this home: {others}. Turn it off there first (mostly that is the router), or "
        "two servers hand out addresses side by side.", others=", ".join(others),
    )  # fmt: skip


def _unseen(interface: str, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return say("DHCP lost the capabilities that it began with: restart Telltale.")
    return say("{interface} cannot be looked at ({error}).", interface=interface, error=error.strerror)


def uplink() -> Uplink:
    """The way out that this machine itself takes over IPv4."""
    for route in iproute.rows("-4", "route", "show", "default"):
        return Uplink(str(route.get("dev", "")), str(route.get("gateway", "")))
    return Uplink()


def main(words: Sequence[str] | None = None) -> None:
    """Keep it going until SIGTERM; `--run` may be left out."""
    given = argued(words, ("state",), ("run",))
    logs.setup("dhcp")
    state = Path(given["state"])
    run = Path(given["run"]) if given["run"] else status.run_dir(state, os.environ)
    keeper = Keeper(state, run, os.environ)
    keep_going(keeper, keeper.rest, ConfigEvents(state, (), (question_folder(run),)), keeper.sources)


if __name__ == "__main__":
    main()
