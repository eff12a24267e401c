# SPDX-License-Identifier: GPL-3.0-or-later
"""Memos outlive an edit of config.db that decides nothing: a phone that comes with another address, a lease, a token.

A memo belongs to the seat under which it was made. Where all that a seat is made from is the same in the new snapshot,
the seats go on, and only whose an address is gets found out anew. What is the same is told by the values themselves,
never by who wrote them: an edit that nobody thought of here begins anew, as all did before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from resolver.answer.snapshot import Snapshot, build
from resolver.kept.client_seats import ClientSeats
from store.household.device_policies import DevicePolicies
from store.household.policy_values import PolicySet


def build_after(old: Snapshot, state: Path, environ: Mapping[str, str]) -> Snapshot:
    """As `snapshot.build`, with the seats and memos of `old` where it can be. May run beside the loop."""
    return carried(old, build(state, environ, old))


def carried(old: Snapshot, new: Snapshot) -> Snapshot:
    """`new`, with the seats and memos of `old` where everything is judged alike under both."""
    policies = _with_objects_of(old.policies, new.policies)
    if policies is None or not _is_alike(old, new):
        return new
    old.home.devices = new.home.devices  # seats know the zone; memos hold none of those names
    return replace(old, policies=policies, networks=new.networks, by_client=ClientSeats(), by_address=ClientSeats())


def _is_alike(old: Snapshot, new: Snapshot) -> bool:
    if old.fallbacks or new.fallbacks or old.settings != new.settings or not old.index.holds_the_same(new.index):
        return False
    return not old.index.complex_rules.personal or old.policies.who == new.policies.who


def _with_objects_of(old: PolicySet, new: PolicySet) -> PolicySet | None:
    """`new` with the policies of `old`, by whose identity seats are known; None where any says something else."""
    before, after = old.by_device, new.by_device
    if not isinstance(before, DevicePolicies) or not isinstance(after, DevicePolicies):
        return None
    if not before.says_the_same(after) or old.newcomers != new.newcomers:
        return None
    if (old.answers, old.records, old.forwards) != (new.answers, new.records, new.forwards):
        return None
    policies = replace(new, default=old.default, by_device=before, newcomers=old.newcomers)
    policies.keep_exempted_of(old)
    return policies
