# SPDX-License-Identifier: GPL-3.0-or-later
"""What one running web UI knows: where its files are, its settings, and the small tables that live in memory."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from evidence.idle_test.live_tests import LiveTests
from evidence.whatif.whatif_jobs import WhatIfJobs
from network.neighbours import Neighbours
from resolver.upstream.trial import Names
from store.accounts import login_sessions, two_step
from store.accounts.login_sessions import Lifetime
from store.base import secret, status, version
from store.base.process_status import Statuses
from store.base.sentences import sentence_of
from store.base.store_errors import StoreError
from store.config import usable_settings
from store.config.endpoints import dns_endpoint
from store.config.session import EditError
from store.config.settings import Settings
from store.health.health import Health, assess
from store.local import forwards
from webui.http.kept_backups import KeptBackups
from webui.http.kept_probe import KeptProbe
from webui.http.kept_throttles import KeptThrottles
from webui.http.throttle import Throttle

log = logging.getLogger("webui")

COOKIE = "telltale_session"  # what the name begins with, and all of it before there was one for each instance

VERSION = version.version()
# A changed setting is seen by the guard within this time; reading the file on every call would cost more than it gives.
SETTINGS_AGE_SECONDS = 2.0
# One scrypt run takes 16 MiB and a quarter of a second of a Pi's core: never more than this many at once.
MAX_PASSWORD_CHECKS = 2


@dataclass(slots=True)
class WebUi:
    """One per app, at `app.state.ui`; `stopping` ends the live streams when the process is asked to stop."""

    state: Path
    run: Path
    environ: Mapping[str, str]
    stopping: bool = False
    # Whether compiled templates are kept in the state directory: by the process that serves it, not by a test.
    keeps_templates: bool = False
    # True once a password was seen: it can be changed but never taken away.
    set_up: bool = False
    # Live views that are open now (webui.http.tail).
    listeners: int = 0
    throttle: Throttle = field(default_factory=Throttle)
    # The same for each person, of those that come from where nobody of that name has come from; and for codes.
    user_tries: Throttle = field(default_factory=lambda: Throttle(own=(10, 20.0)))
    code_tries: Throttle = field(default_factory=lambda: Throttle(own=(5, 60.0)))
    # What a device may ask of its own page, and change on it: more than a person taps, less than a program could.
    own_reads: Throttle = field(default_factory=lambda: Throttle(own=(20, 2.0), house=(60, 1.0)))
    own_writes: Throttle = field(default_factory=lambda: Throttle(own=(20, 3.0), house=(60, 1.0)))
    neighbours: Neighbours = field(default_factory=Neighbours)
    probe: KeptProbe = field(default_factory=KeptProbe)
    questions: WhatIfJobs = field(default_factory=WhatIfJobs)  # what a change would have done
    trial_names: Names = field(default_factory=Names)  # what upstreams are tried with
    idle_tests: LiveTests = field(default_factory=LiveTests)  # those that somebody watches
    password_checks: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(MAX_PASSWORD_CHECKS)
    )
    setting_up: threading.Lock = field(default_factory=threading.Lock)
    # Held by whoever reads or restores a backup (webui.http.large_bodies), and those that wait for a yes.
    taking_backup: threading.Lock = field(default_factory=threading.Lock)
    kept_backups: KeptBackups = field(default_factory=KeptBackups)
    kept_throttles: KeptThrottles = field(init=False)
    _settings: tuple[float, Settings] | None = None
    _cookie: str | None = None

    def __post_init__(self) -> None:
        names = ("throttle", "user_tries", "code_tries", "own_reads", "own_writes")
        self.kept_throttles = KeptThrottles(self.run, {name: getattr(self, name) for name in names})
        self.kept_throttles.load()

    @property
    def cookie(self) -> str:
        """The name of this instance's cookie: browsers keep one jar for all ports of a host, where another may be."""
        if self._cookie is None:
            try:
                self._cookie = f"{COOKIE}_{secret.derive(self.state, 'cookie name').hex()[:8]}"
            except StoreError:  # nothing to derive it from: nobody is logged in either
                return COOKIE
        return self._cookie

    def settings(self) -> Settings:
        """The settings in force, at most `SETTINGS_AGE_SECONDS` old; while they do not read, the ones before."""
        now = time.monotonic()
        if self._settings is None or now - self._settings[0] > SETTINGS_AGE_SECONDS:
            self._settings = (now, self._load())
        return self._settings[1]

    def life(self) -> Lifetime:
        """How long a log-in holds."""
        settings = self.settings()
        return Lifetime(settings.session_idle_hours * 3600, settings.session_longest_days * 86_400)

    def statuses(self) -> Statuses:
        """What the processes say of themselves, without what is left over from those that are gone."""
        return status.read_live(self.run)

    def health(self) -> Health:
        """How well the appliance is now. DNS is asked where it is bound, `KEPT_SECONDS` ago at most."""
        statuses, settings = self.statuses(), self.settings()
        endpoint = dns_endpoint(settings.dns, statuses.supervisor)
        return assess(statuses, self.probe.answers(endpoint, settings.own_name), status.now())

    def is_busy(self) -> bool:
        """Whether something lives in this process alone that somebody comes back for, when no request runs."""
        now = time.time()
        return (
            self.questions.are_kept() or self.kept_backups.are_kept()
            or login_sessions.are_unwritten(now) or two_step.are_unwritten(now)
        )  # fmt: skip

    def refuse_ours(self, specs: Iterable[str]) -> None:
        """Raise EditError where one of the upstreams' specs is this appliance itself."""
        try:
            forwards.refuse_ours(specs, self.leads_here())
        except ValueError as error:
            raise EditError(sentence_of(error)) from None

    def leads_here(self) -> Callable[[str], bool]:
        """Whether an upstream's spec is this appliance itself."""
        return forwards.leads_here(self.settings().dns, self.statuses().supervisor)

    def forget_settings(self) -> None:
        """After an edit: the next look reads them afresh."""
        self._settings = None

    def _load(self) -> Settings:
        usable, before = usable_settings.look(self.state, self.environ), self._settings
        for fault in usable.faults:
            log.error("%s", fault)
        return before[1] if usable.faults and before else usable.settings
