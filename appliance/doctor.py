# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale doctor`: what is wrong, and the cure. Each check is a function that yields findings; none of them raises.

    state      directory, config.db, index, lists                        doctor_state
    network    ports, DNS over DNS, upstreams, this machine's resolver   doctor_network
    life       children, dropped records, clients, clock, limits         doctor_life
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance import complaint, health
from store import settings
from store.settings import Settings

OK, WARNING, BAD = "ok", "warning", "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; state is ok, warning or bad, and what is not ok has a cure."""

    check: str
    state: str
    text: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """The appliance as seen from outside: its directory, its settings, and what its processes last said."""

    state: Path
    environ: Mapping[str, str]
    settings: Settings
    status: Mapping[str, Mapping[str, Any]]
    now: float = field(default_factory=time.time)

    @property
    def running(self) -> bool:
        """Whether a supervisor has reported lately."""
        return "supervisor" in self.status


Check = Callable[[Patient], Iterator[Finding]]


def examine(state: Path, environ: Mapping[str, str] | None = None) -> list[Finding]:
    """Every finding, in the order in which a person would look."""
    from appliance import doctor_life, doctor_network, doctor_state

    environ = os.environ if environ is None else environ
    try:
        values = settings.load(state, environ)
    except settings.SettingError as error:
        return [Finding("settings", BAD, str(error), "Correct it; nothing else can be looked at before.")]
    patient = Patient(state, environ, values, health.read_status(state, environ))
    found = []
    for check in (*doctor_state.CHECKS, *doctor_network.CHECKS, *doctor_life.CHECKS):
        found += _guarded(check, patient)
    return found


def worst(findings: list[Finding]) -> str:
    """The state of the whole."""
    states = {finding.state for finding in findings}
    return BAD if BAD in states else WARNING if WARNING in states else OK


def _guarded(check: Check, patient: Patient) -> list[Finding]:
    """A check that fails is a finding of its own: the doctor is called when things are broken."""
    name = check.__name__.strip("_").replace("_", " ")
    try:
        return list(check(patient))
    except Exception as error:
        text = complaint.one_line(complaint.describe(error))
        return [Finding(name, WARNING, f"This could not be looked at: {text}.", "Run it as the user of Telltale.")]
