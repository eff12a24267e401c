# SPDX-License-Identifier: GPL-3.0-or-later
"""The appliance as it is seen from outside at one moment."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from native.finder import Way, running
from resolver import probe
from store.base import status
from store.base.process_status import Statuses
from store.config import usable_settings
from store.config.endpoints import Endpoint, dns_endpoint
from store.config.settings import Settings
from store.health.health import Health, assess


@dataclass(frozen=True, slots=True)
class Observation:
    """Its directory, its settings, what its processes say (`live`: those that are there), and how well it is.

    `mistyped`: a sentence for each variable and file that is wrong. `way`: the code of this process.
    `server` was asked, and answered in `milliseconds`, None when it did not; `now` is Unix seconds.
    """

    state: Path
    environ: Mapping[str, str]
    settings: Settings
    live: Statuses
    health: Health
    server: Endpoint
    milliseconds: float | None = None
    now: float = field(default_factory=time.time)
    mistyped: tuple[str, ...] = ()
    way: Way = Way.PLAIN

    @property
    def running(self) -> bool:
        """Whether a supervisor reports."""
        return self.live.supervisor is not None


def observe(state: Path, environ: Mapping[str, str]) -> Observation:
    """Read what the processes of this state directory say, and ask over DNS."""
    chosen = usable_settings.look(state, environ)
    values = chosen.settings
    live = status.read_live(status.find_run_dir(state, environ))
    server = dns_endpoint(values.dns, live.supervisor)
    milliseconds = probe.ask(server, values.own_name)
    health = assess(live, milliseconds is not None, status.now())
    return Observation(state, environ, values, live, health, server, milliseconds, mistyped=chosen.faults,
                       way=running().way)  # fmt: skip
