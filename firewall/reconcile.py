# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeping the table as the house wants it: plan, render and apply when something changed, and only then."""

import contextlib
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from firewall import kernel, render, wall
from firewall.answered_addresses import Answers
from firewall.firewall_wanted import marker
from firewall.hits import CountingSet, counting_sets
from firewall.kernel import CARRIED, WallError
from firewall.plan import Plan
from network.address_sets import BadElement
from store.base.process_status import FirewallStatus
from store.base.sentences import say, sentence_of
from store.config import settings, usable_settings
from store.config.choices import WallMode
from store.config.settings import SettingError, Settings

log = logging.getLogger(__name__)


class Reconciler:
    """The plan that stands, and what was wrong with the last one that could not. Owns nothing but our table."""

    def __init__(self, state: Path, run: Path, environ: Mapping[str, str], answers: Answers) -> None:
        self.settings = Settings()
        self.plan: Plan | None = None
        self.error = ""
        self.applied: float | None = None
        self._state, self._run, self._environ, self._answers = state, run, environ, answers
        self._text = ""

    def take_over(self, now: float) -> None:
        """Learn the answers that a table left by an earlier process holds. `now` is the answers' clock."""
        try:
            if not kernel.standing():
                return
            there = kernel.set_names()
            for name in CARRIED:
                if name in there:
                    entries = [(element.parts, element.expires) for element in kernel.read_set(name)]
                    self._answers.load(name, entries, now)
        except WallError as error:
            self._report(sentence_of(error))

    def reconcile(self, now: float, before_change: Callable[[], None]) -> bool:
        """Bring the table to what the settings and this machine ask for; whether it was changed.

        `before_change` is called while the old table still stands. What cannot be done is logged once and kept in
        `error`; the old table then stays.
        """
        try:
            wanted = wall.wanted(self._state, self._environ)
            if wanted.faults and self.plan is not None:
                raise SettingError(wanted.faults[0])  # what stands is what was meant before the slip
            if wanted.settings.wall == WallMode.OFF:
                self._check_off()
            self.settings = wanted.settings
            if self.settings.wall == WallMode.OFF:
                return self._down(before_change)
            plan = wall.planned(self.settings, self._run, self._state)
            text = render.render(plan)
            if text == self._text and kernel.standing():
                self.error = ""
                return False
            before_change()
            with self._answers.lock:
                kernel.apply(render.render(plan, list(self._answers.lines(now))))
                self.plan = plan  # whoever waits for the lock is to see it
        except (WallError, BadElement, SettingError) as error:
            self._report(sentence_of(error))
            return False
        self._mark()
        self._text, self.error, self.applied = text, "", time.time()
        log.info("the wall stands, set to %s", self.settings.wall)
        return True

    def _check_off(self) -> None:
        """A config.db that cannot be read says nothing of the wall, and not that it is off. Raises WallError."""
        stands = self.plan is not None or marker(self._run).exists()
        elsewhere = {*settings.in_environment(self._environ), *settings.in_file(self._state)}
        if stands and "wall" not in elsewhere and usable_settings.load_stored(self._state, self._environ) is None:
            raise WallError(say("config.db cannot be read, so the wall stays as it is; `telltale doctor` says more."))

    def sets(self) -> list[CountingSet]:
        """The sets of the standing table that count."""
        return counting_sets(render.used(self.plan), render.caught_set) if self.plan else []

    def holds_raw(self) -> bool:
        """Whether the table has sets for answers."""
        return self.plan is not None and self.plan.looks_at("raw")

    def described(self) -> FirewallStatus:
        """What the status says of the plan."""
        return FirewallStatus(
            mode=self.settings.wall,
            standing=self.plan is not None,
            switches=dict(self.plan.house) if self.plan else {},
            notes=self.plan.notes if self.plan else (),
            redirects_to={str(version): port for version, port in self.plan.dns_ports} if self.plan else {},
            redirects_at={str(version): where for version, where in self.plan.dns_at} if self.plan else {},
            lowered=dict(self.plan.lowered) if self.plan else {},
            applied=self.applied,
            error=self.error,
        )

    def _down(self, before_change: Callable[[], None]) -> bool:
        self.error = ""
        if self.plan is None and not marker(self._run).exists():
            return False
        before_change()
        changed = kernel.remove()
        marker(self._run).unlink(missing_ok=True)
        self.plan, self._text, self.applied = None, "", None
        if changed:
            log.info("the wall is down")
        return changed

    def _mark(self) -> None:
        with contextlib.suppress(OSError):
            marker(self._run).touch()

    def _report(self, sentence: str) -> None:
        if sentence != self.error:
            self.error = sentence
            log.error("%s", sentence)
