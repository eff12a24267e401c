# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the wall looks at what passes, so that nothing caught means that nothing was there; else why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from firewall.topology import Role, Topology
from store.base.process_status import FirewallStatus, Statuses
from store.base.sentences import say
from store.config.choices import WallMode

ROLE = "keepalive"  # of the child that starts the process of the wall


@dataclass(frozen=True, slots=True)
class Sight:
    """`why` it sees nothing, "" where it sees, and what cures that, "" where `why` says it.

    `since`: when it last began to look, in Unix seconds, None where that is not known or it sees nothing;
    `only`: what limits what it sees, "" where nothing does.
    """

    why: str = ""
    cure: str = ""
    since: float | None = None
    only: str = ""

    @property
    def sees(self) -> bool:
        """Whether nothing caught means anything."""
        return not self.why


def sight(mode: WallMode, statuses: Statuses, look: Callable[[], Topology]) -> Sight:
    """What the wall sees at this moment. `statuses`: of live processes; `look`, where this machine stands, is called
    where that matters, since it asks the system.
    """
    if mode == WallMode.OFF:
        return Sight(say("The wall is off, so nothing is looked at."), say("Let it watch: everything still passes."))
    firewall = statuses.firewall
    if firewall is None:
        return _unheld(statuses)
    if not firewall.standing:
        return Sight(firewall.error or say("The wall is not up yet."), say("`telltale doctor` says more."))
    where = look()
    if where.role is Role.DNS:
        return _passed_by(where)
    seen = _switched(firewall)
    if where.role is Role.CHOSEN and seen.sees:
        only = say("Only devices are seen whose router this machine is.")
        return replace(seen, only=only)
    return seen


def _unheld(statuses: Statuses) -> Sight:
    """No process of the wall reports: it was never started for want of a right, or it is in trouble."""
    supervisor = statuses.supervisor
    if supervisor is not None and all(child.role != ROLE for child in supervisor.children):
        return Sight(
            say(
                "The wall is switched on, but nothing holds it: Telltale was started without the right to look at "
                "this machine's traffic (CAP_NET_ADMIN)."
            ),
            say(
                "Start it as root, or as a service (`sudo telltale install --wall`); a container needs cap_add: "
                "[NET_ADMIN]."
            ),
        )
    return Sight(
        say("The wall is switched on, but nothing holds it: its process does not report."),
        say("`telltale doctor` says more."),
    )


def _passed_by(where: Topology) -> Sight:
    if where.shut_in:
        return Sight(
            say("Telltale runs in a container with a network of its own: nothing of the home passes through it."),
            say(
                "Give the container the host's network (network_mode: host) and cap_add: [NET_ADMIN] on a machine that "
                "is the gateway, or tell the router."
            ),
        )
    return Sight(
        say("Telltale is a plain DNS server here: what devices send elsewhere does not pass through it."),
        say("Tell the router, or make this machine the gateway; the wall's page shows both."),
    )


def _switched(firewall: FirewallStatus) -> Sight:
    if firewall.switches and all(mode == WallMode.OFF for mode in firewall.switches.values()):
        return Sight(say("Every switch of the wall is off for the house."), say("Let them watch."))
    return Sight(since=firewall.applied)
