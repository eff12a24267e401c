# SPDX-License-Identifier: GPL-3.0-or-later
"""From settings and what was found on this machine to what the wall is to hold. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from firewall.targets import Targets
from network.address_sets import NONE, BadElement, Elements, address, elements, mac
from network.local_network import LocalNetwork
from store.base.sentences import say
from store.config.choices import WallMode
from store.config.settings import Settings
from store.config.wall_switches import SWITCHES, Modes, Need, strictest, weakest
from wire.addresses import HOME_DEVICES, Network

NOT_A_GATEWAY = say(
    "This machine passes nothing on: as a plain DNS server it can hold no device back. Make it the gateway "
    "(`telltale gateway plan`), or tell the router (`telltale gateway recipe`)."
)
# Groups with switches of their own: each makes two chains, and a home has a handful.
MAX_PROFILES = 16
# Clients named in them: store.config.devices keeps no more addresses.
MAX_MEMBERS = 20_000


@dataclass(frozen=True, slots=True)
class Profile:
    """Clients with other switches than the house's; members are IP addresses and MAC addresses, sorted."""

    modes: Modes
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that `render` needs. Every element is parsed already.

    home: clients; spared: destinations that are never touched; exempt: clients that are never touched; dns_ports: where
    port 53 is sent, by IP version; a version without one is refused instead, so that the client tries the other;
    dns_at: the address that it is sent to, where it is to be that one; lowered: why a switch does less than set.
    """

    house: Modes
    home: Elements
    spared: Elements
    exempt: Elements = NONE
    doh: Elements = NONE
    httpdns: Elements = NONE
    networks: Elements = NONE
    profiles: tuple[Profile, ...] = ()
    dns_ports: tuple[tuple[int, int], ...] = ()
    dns_at: tuple[tuple[int, str], ...] = ()
    lowered: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)

    def all_modes(self) -> tuple[Modes, ...]:
        """The house's switches, then each profile's: the number is part of a chain's name."""
        return (self.house, *(profile.modes for profile in self.profiles))

    def highest(self, kind: str) -> WallMode:
        """The strictest mode that a kind has anywhere."""
        return strictest(modes.of(kind) for modes in self.all_modes())

    def looks_at(self, kind: str) -> bool:
        """Whether a kind is watched or refused anywhere."""
        return self.highest(kind) is not WallMode.OFF


def plan(settings: Settings, local: LocalNetwork, targets: Targets, members: Iterable[tuple[str, Modes]] = ()) -> Plan:
    """The plan; `members` are clients (IP or MAC address) whose switches differ. Raises BadElement."""
    notes: list[str] = [] if local.forwards else [NOT_A_GATEWAY]
    top = settings.wall
    house = _possible(settings.wall_switches.at_most(top), local, notes)
    profiles = _profiles([(who, _possible(modes.at_most(top), local, [])) for who, modes in members], house)
    return Plan(
        house=house,
        home=elements((*HOME_DEVICES, *local.on_link, *settings.allowed_networks)),
        spared=elements((*_parts(local.never), *settings.wall_exceptions, *settings.allowed_networks)),
        exempt=elements(settings.wall_exempt),
        doh=targets.doh_elements,
        httpdns=targets.httpdns_elements,
        networks=elements((*settings.wall_refused_networks, *_of_vendors(settings, targets, notes))),
        profiles=profiles,
        dns_ports=local.dns_ports,
        dns_at=local.dns_at,
        lowered=_lowered(settings, house, local),
        notes=tuple(notes),
    )


def _of_vendors(settings: Settings, targets: Targets, notes: list[str]) -> list[Network]:
    """The addresses of the vendors that are refused; a name that is not known is told."""
    refused: list[Network] = []
    for name in settings.wall_refused_vendors:
        networks = targets.of_vendor(name)
        if not networks:
            known = ", ".join(targets.vendors)
            notes.append(say("No addresses of '{name}' are known; there are those of {known}.", name=name, known=known))
        refused += networks
    return refused


def _possible(wanted: Modes, local: LocalNetwork, notes: list[str]) -> Modes:
    """Redirecting needs somebody at the other end; without, it is watched."""
    there = {Need.DNS: bool(local.dns_ports), Need.TIME: local.ntp}
    watched = {}
    for switch in SWITCHES:
        if switch.needs is not None and not there[switch.needs] and wanted[switch.name] is WallMode.ENFORCE:
            watched[switch.name] = WallMode.WATCH
            notes.append(switch.needs.value)
    return wanted | watched


def _lowered(settings: Settings, house: Modes, local: LocalNetwork) -> tuple[tuple[str, str], ...]:
    """(switch, why) of those that do less for the house than they are set to."""
    reasons: list[tuple[str, str]] = []
    for switch in SWITCHES:
        wished = settings.wall_switches[switch.name]
        if house[switch.name] == wished and (local.forwards or wished is WallMode.OFF):
            continue
        if not local.forwards:
            reasons.append((switch.name, NOT_A_GATEWAY))
        elif switch.needs is not None and house[switch.name] is not weakest(wished, settings.wall):
            reasons.append((switch.name, switch.needs.value))
        else:
            reasons.append((switch.name, say("The wall as a whole goes no further.")))
    return tuple(reasons)


def _profiles(members: list[tuple[str, Modes]], house: Modes) -> tuple[Profile, ...]:
    if len(members) > MAX_MEMBERS:
        raise BadElement(say(
            "More than {most} clients have switches of their own; put them into the house's.",
            most=MAX_MEMBERS,
        ))
    groups: dict[Modes, set[str]] = {}
    for who, modes in members:
        if modes != house:
            is_mac = who.count(":") == 5 and "::" not in who
            groups.setdefault(modes, set()).add(mac(who) if is_mac else str(address(who)))
    if len(groups) > MAX_PROFILES:
        raise BadElement(say(
            "More than {most} different sets of switches; give some groups the same.", most=MAX_PROFILES
        ))
    profiles = [Profile(modes, tuple(sorted(who))) for modes, who in groups.items()]
    return tuple(sorted(profiles, key=lambda profile: profile.members))


def _parts(networks: Elements) -> Iterable[str]:
    return (str(network) for network in (*networks.v4, *networks.v6))
