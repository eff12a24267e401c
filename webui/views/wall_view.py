# SPDX-License-Identifier: GPL-3.0-or-later
"""The wall's switches in words: what each does, what it caught lately, what it can do where Telltale stands. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from firewall.sight import Sight
from firewall.topology import Role, Topology
from store.base.process_status import FirewallStatus
from store.base.sentences import say, together
from store.config.choices import ScopeKind, WallMode
from store.config.scopes import HOUSE, Scope, in_order
from store.config.wall_switches import BY_NAME, SWITCHES, Switch, weakest
from store.wall.wall_overrides import Override
from webui.views import formatting
from webui.views.labels import label


@dataclass(frozen=True, slots=True)
class SwitchView:
    """One switch for one scope. `set`: its own mode, None where it follows; `wished`: with what it follows;
    `holds`: the mode in force.

    `follow`: words for following the wider scope, "" for the house; `here`: what it can do where Telltale stands, ""
    where all; passed, refused, names (blocked): counts; `quiet`: what to say where all are zero; `locked`: what sets it
    instead of the page; `why` it does less than it is set to, where that is more than a word.
    """

    key: str
    title: str
    about: str
    here: str
    set: WallMode | None
    wished: WallMode
    holds: WallMode
    follow: str
    passed: int
    refused: int
    names: int
    quiet: str
    locked: str
    why: str = ""

    @property
    def lowered(self) -> bool:
        """Whether the wall as a whole holds it at watching."""
        return self.holds is WallMode.WATCH and self.wished is WallMode.ENFORCE

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """(value, what people read)."""
        follow = (("default", self.follow),) if self.follow else ()
        return (*follow, *((mode, label(mode)) for mode in WallMode))

    @property
    def chosen(self) -> str:
        """The choice that is made."""
        return self.set or "default"


@dataclass(frozen=True, slots=True)
class Differs:
    """A group or device with switches of its own, for the list on the house's page."""

    scope: str
    title: str
    switches: str


def switches(
    wall: WallMode,
    wider: Mapping[str, WallMode],
    own: Mapping[str, WallMode],
    follow: str,
    counts: Mapping[str, tuple[int, int]],
    names: Mapping[str, int],
    topology: Topology,
    quiet: str,
    locked: Mapping[str, str],
    firewall: FirewallStatus | None = None,
) -> list[SwitchView]:
    """All switches of a scope; `own`: what it sets itself; `wider`, `follow`: what holds else, and the words for that.

    `counts`: kind → (passed, refused); `names`: blocklist id → queries that it blocked; `quiet`: what to say of a
    switch that looks and caught nothing; `locked`: settings fixed from outside → by what; `firewall`, of the house:
    what its process says of the switches as they are.
    """
    views = []
    for switch in SWITCHES:
        wished = own.get(switch.name) or wider[switch.name]
        holds = weakest(wished, wall)
        real = firewall.switches.get(switch.name) if firewall and firewall.mode == wall else None
        why = ""
        if firewall and real and weakest(holds, WallMode(real)) is not holds:
            holds, why = WallMode(real), firewall.lowered.get(switch.name, "")
        caught = [counts.get(kind.name, (0, 0)) for kind in switch.kinds]
        views.append(SwitchView(
            switch.name, switch.title, switch.about, here(switch, topology), own.get(switch.name), wished,
            holds, follow, sum(passed for passed, _ in caught), sum(refused for _, refused in caught),
            names.get(switch.names.id, 0) if switch.names else 0,
            say("not looked at while off") if holds is WallMode.OFF else quiet, locked.get(switch.setting, ""), why,
        ))  # fmt: skip
    return views


def quiet(seen: Sight, from_: float, now: float, readable: bool = True) -> str:
    """What to say of a switch that looks and caught nothing since `from_` (Unix seconds)."""
    if not readable:
        return say("what it caught cannot be read now")
    if not seen.sees:
        return say("not visible from here")
    if seen.since is not None and seen.since > from_:
        return say("nothing caught since it was put up, {when}", when=formatting.ago(seen.since, now))
    return say("nothing caught in 24 hours")


def here(switch: Switch, topology: Topology) -> str:
    """What a switch means where Telltale stands; "" where it can do all that it says."""
    if topology.role is not Role.DNS:
        return ""
    return say("names only from here") if switch.names else say("no effect from here")


def where(topology: Topology) -> list[str]:
    """Where Telltale stands, a sentence each."""
    if topology.shut_in:
        return [say(
            "Telltale runs in a container with a network of its own, so it is a plain DNS server: nothing of the home "
            "passes through it. Give the container the host's network (network_mode: host) and cap_add: [NET_ADMIN] on "
            "a machine that is the gateway, or tell the router."
        )]  # fmt: skip
    inside = [say("It runs in a container on the host's network; the wall needs cap_add: [NET_ADMIN] there.")]
    by_role = {
        Role.DNS: say(
            "Telltale is a plain DNS server here: it answers those who ask, and nothing else passes through it. "
            "So it can block the names of other DNS services, but hold back no packet. To do that, tell the router, or "
            "make this machine the gateway."
        ),
        Role.GATEWAY: say(
            "Telltale is the gateway: everything that the home sends out passes through it, and every "
            "switch holds for every device."
        ),
        Role.CHOSEN: say(
            "Telltale is the gateway of chosen devices: the switches hold for those whose router it is, by "
            "their own settings or by DHCP. Others go past it."
        ),
    }
    return [by_role[topology.role], *(inside if topology.container else [])]


def differing(rows: Iterable[Override], names: Mapping[str, str]) -> list[Differs]:
    """Groups and devices with switches of their own; `names`: scope → what people call it."""
    by_scope: dict[str, list[str]] = {}
    for row in rows:
        if row.switch in BY_NAME:
            by_scope.setdefault(row.scope, []).append(_set_to(row))
    views = [
        Differs(scope, formatting.visible(names.get(scope, scope)), together(*modes, between=", "))
        for scope, modes in by_scope.items()
    ]
    return sorted(views, key=lambda view: (Scope.parse(view.scope).kind == ScopeKind.DEVICE, view.title.casefold()))


def _set_to(row: Override) -> str:
    return say("{switch}: {mode}", switch=BY_NAME[row.switch].title, mode=label(row.mode))


def scopes(names: dict[str, str]) -> list[tuple[str, str]]:
    """(scope, what people call it): the house, groups, devices."""
    return in_order((names | {str(HOUSE): say("The whole house")}).items())
