# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with encrypted DNS and its certificate. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from store.base.process_parts import State
from store.base.sentences import say
from store.health.health_facts import HealthFacts
from store.health.problem import Problem


def look_at_encrypted(facts: HealthFacts) -> Iterator[Problem]:
    """Ports that were asked for and stay shut. What is wrong with a certificate itself is told by `_certificate`."""
    encrypted = facts.live.encrypted
    if encrypted and encrypted.error and facts.supervisor.encrypted:
        sentence = say("Encrypted DNS: {why}", why=encrypted.error)
        cure = say("Plain DNS and the pages go on; `telltale certificate` says how the certificate stands.")
        yield Problem("encrypted_error", State.OK if encrypted.serving else State.DEGRADED, sentence, cure, "encrypted")


def look_at_certificate(facts: HealthFacts) -> Iterator[Problem]:
    """What is wrong with the certificate, each fault by itself."""
    for fault in facts.live.certificate.faults if facts.live.certificate else ():
        state = State.DEGRADED if fault.bad else State.OK
        yield Problem(f"certificate_{fault.id}", state, fault.sentence, fault.cure)
