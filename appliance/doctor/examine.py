# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale doctor`: what is wrong, and the cure. Each check is a function that yields findings; none of them raises.

    state_checks      directory, config.db, index, lists
    network_checks    ports, DNS over DNS, upstreams, this machine's resolver
    processes         children, dropped records, clients, clock, limits
"""

import os
from collections.abc import Mapping
from pathlib import Path

from appliance import errors
from appliance.doctor import health, network_checks, processes, state_checks
from appliance.doctor.finding import BAD, OK, WARNING, Check, Finding, Patient
from store.config import settings


def examine(state: Path, environ: Mapping[str, str] | None = None) -> list[Finding]:
    """Every finding, in the order in which a person would look."""
    environ = os.environ if environ is None else environ
    try:
        values = settings.load(state, environ)
    except settings.SettingError as error:
        return [Finding("settings", BAD, str(error), "Correct it; nothing else can be looked at before.")]
    patient = Patient(state, environ, values, health.read_status(state, environ))
    found = []
    for check in (*state_checks.CHECKS, *network_checks.CHECKS, *processes.CHECKS):
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
        text = errors.one_line(errors.describe(error))
        return [Finding(name, WARNING, f"This could not be looked at: {text}.", "Run it as the user of Telltale.")]
