# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the processes that help beside DNS. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from store.base.process_parts import State
from store.base.process_status import DhcpState
from store.base.sentences import Sentence, say, say_count
from store.health.health_facts import HealthFacts
from store.health.problem import Problem
from store.health.unreached import is_unreached


def look_at_updater(facts: HealthFacts) -> Iterator[Problem]:
    """Blocklists that could not be brought up to date."""
    if facts.live.updater and (failed := len(facts.live.updater.errors)):
        sentence = say_count(
            failed,
            "A blocklist could not be updated; its last good copy, if there is one, stays in use.",
            "{count:,} blocklists could not be updated; their last good copies, if there are any, stay in use.",
        )
        away = all(map(is_unreached, facts.live.updater.errors.values()))
        cure = _way_there() if away else say(
            "The page Blocklists and `telltale lists` say which and why; correct its source, or turn it off."
        )  # fmt: skip
        yield Problem("updater_error", State.DEGRADED, sentence, cure, "updater")


def _way_there() -> Sentence:
    """What helps where no server of the failed lists could be reached: mostly their sources are right."""
    return say(
        "No server was reached: look first whether this machine is on the internet and has a DNS server that answers; "
        "then lists are fetched by themselves. Of one that still fails, correct the source on the page Blocklists, or "
        "turn it off."
    )


def look_at_firewall(facts: HealthFacts) -> Iterator[Problem]:
    """The wall could not be changed."""
    firewall = facts.live.firewall
    if firewall and firewall.error:
        sentence = say("The wall's last change was not carried out: {error}.", error=firewall.error.rstrip("."))
        cure = say("The wall stays as it was; the page Bypass and `telltale wall status` say how it stands.")
        yield Problem("firewall_error", State.DEGRADED, sentence, cure, "firewall")


def look_at_dhcp(facts: HealthFacts) -> Iterator[Problem]:
    """DHCP is not served as it should be, or another serves it too."""
    dhcp = facts.live.dhcp
    if dhcp and dhcp.error:
        cure = say("`telltale dhcp` says how it stands; devices keep the addresses that they have until those end.")
        yield Problem("dhcp_error", State.DEGRADED, dhcp.error, cure, "dhcp")
    elif unserved := facts.supervisor.unserved_dhcp:
        cure = say("Or turn it off: `telltale dhcp off`, or where it is set.")
        yield Problem("dhcp_error", State.DEGRADED, unserved, cure, "supervisor")
    elif dhcp and dhcp.state is DhcpState.SERVING and dhcp.others and not dhcp.allowed_beside:
        others = ", ".join(dhcp.others)
        sentence = say("Another DHCP server hands out addresses beside this one: {others}.", others=others)
        cure = say("Turn it off there (mostly that is the router), or turn ours off: `telltale dhcp off`.")
        yield Problem("dhcp_others", State.DEGRADED, sentence, cure, "dhcp")


def look_at_recursor(facts: HealthFacts) -> Iterator[Problem]:
    """What our own resolver says of itself."""
    nowhere = any(worker.nowhere for worker in facts.live.workers.values())
    for word, sentence, cure in facts.live.recursor.problems(nowhere=nowhere) if facts.live.recursor else ():
        yield Problem(word, State.DEGRADED, sentence, cure, "recursor")


def look_at_evidence(facts: HealthFacts) -> Iterator[Problem]:
    """The record cannot be read for evidence."""
    evidence = facts.live.evidence
    if evidence and evidence.error:
        cure = say("Make room on the disk, and look who owns the state directory; it goes on by itself within minutes.")
        yield Problem("evidence_error", State.DEGRADED, evidence.error, cure)
