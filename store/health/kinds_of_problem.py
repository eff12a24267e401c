# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of problem that there is, in the order in which those of one state are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from store.health import (
    client_problems,
    code_problems,
    encrypted_problems,
    helper_problems,
    process_problems,
    recording_problems,
    state_problems,
    upstream_problems,
)
from store.health.health_facts import HealthFacts
from store.health.problem import Problem

# A kind of problem is one of these. That no upstream answers is no reason to call DNS down: whoever restarts what is
# down would do so whenever the provider has a bad hour.
LOOKS: tuple[Callable[[HealthFacts], Iterator[Problem]], ...] = (
    process_problems.look_at_dns,
    process_problems.look_at_supervisor,
    process_problems.look_at_workers,
    upstream_problems.look_at_upstreams,
    upstream_problems.look_at_circles,
    process_problems.look_at_restarting,
    state_problems.look_at_state_directory,
    state_problems.look_at_fallbacks,
    recording_problems.look_at_recorder,
    recording_problems.look_at_new_log,
    recording_problems.look_at_hidden_home,
    helper_problems.look_at_updater,
    helper_problems.look_at_firewall,
    helper_problems.look_at_dhcp,
    helper_problems.look_at_recursor,
    helper_problems.look_at_evidence,
    encrypted_problems.look_at_encrypted,
    encrypted_problems.look_at_certificate,
    state_problems.look_at_warnings,
    state_problems.look_at_restored,
    recording_problems.look_at_dropped,
    client_problems.look_at_turned_away,
    client_problems.look_at_crowd,
    code_problems.look_at_code,
)


def find_problems(facts: HealthFacts) -> Iterator[Problem]:
    """One after the other, those of one state in the order of `LOOKS`; one is enough where nothing runs at all."""
    for look in LOOKS[:2] if facts.all_gone else LOOKS:
        yield from look(facts)
