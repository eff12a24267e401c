# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale doctor`: what is wrong, and the cure. Each check is a function that yields findings; none of them raises.

    state_checks      directory, config.db, index, lists
    side_file_checks  evidence.db, chain.db, bypass.db, idle_tests.db
    processes         whether DNS answers, the processes, the query log: the health that the pages show too
    network_checks    ports, what DNS answers, upstreams, clients
    resolver_checks   who really answers this machine, and whether somebody on the way does
    encrypted_checks  the certificate, and whether encrypted DNS is served as a client wants it
    machine_checks    clock, limits, what the wall sees
"""

import os
from collections.abc import Mapping
from pathlib import Path

from appliance import errors
from appliance.doctor import (
    encrypted_checks,
    machine_checks,
    network_checks,
    processes,
    resolver_checks,
    side_file_checks,
    state_checks,
)
from appliance.doctor.examined import BAD, OK, WARNING, Check, Finding
from appliance.doctor.observation import Observation, observe
from store.base.sentences import Sentence, say, sentence_of


def examine(state: Path, environ: Mapping[str, str] | None = None) -> list[Finding]:
    """Every finding, in the order in which a person would look."""
    environ = os.environ if environ is None else environ
    seen = observe(state, environ)
    cure = say("Correct it, and restart Telltale.")
    findings = [Finding("settings", BAD, mistyped, cure) for mistyped in seen.mistyped]
    state_files = (*state_checks.CHECKS, *side_file_checks.CHECKS)
    network = (*network_checks.CHECKS, *resolver_checks.CHECKS, *encrypted_checks.CHECKS)
    for check in (*state_files, *processes.CHECKS, *network, *machine_checks.CHECKS):
        findings += _guarded(check, seen)
    return findings


def worst(findings: list[Finding]) -> str:
    """The state of the whole."""
    states = {finding.state for finding in findings}
    return BAD if BAD in states else WARNING if WARNING in states else OK


def _guarded(check: Check, seen: Observation) -> list[Finding]:
    """A check that fails is a finding of its own: the doctor is called when things are broken."""
    name = check.__name__.strip("_").replace("_", " ")
    try:
        return list(check(seen))
    except Exception as error:
        sentence = sentence_of(error)
        text = sentence if isinstance(sentence, Sentence) else errors.one_line(errors.describe(error))
        why = say("This could not be looked at: {why}.", why=text)
        return [Finding(name, WARNING, why, say("Run it as the user of Telltale."))]
