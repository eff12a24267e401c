# SPDX-License-Identifier: GPL-3.0-or-later
"""The switches of the wall, a row each, `Modes`: what each is set to, and the wall's settings beside them.

Settings, pages, API, command line, plans and lists of names derive from the table. A new switch is a row here, and what
`firewall.render` tells the kernel for its kinds.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from store.base.sentences import say
from store.config.choices import WallMode
from store.config.endpoints import check_list_id, check_network, check_vendor
from store.config.resolving_settings import ResolvingSettings
from store.config.setting_values import described as _set


class Kind(NamedTuple):
    """A kind of bypass: a word in names of sets and counters, in rows and in the API; and what people call it."""

    name: str
    title: str


class NameList(NamedTuple):
    """Names that are blocked too where a switch enforces: a list of ours in the index, in no table.

    `services`: the kinds of DNS services (`blocklists/services.tsv`) whose names it holds.
    """

    id: str
    title: str
    services: tuple[str, ...]


class Need(Enum):
    """What a redirect leads to, which has to be there; else the switch watches, and the sentence says so."""

    DNS = say("This machine answers DNS on none of its own addresses, so port 53 is only watched.")
    TIME = say("This machine serves no time (nothing listens on UDP port 123), so NTP is only watched.")


@dataclass(frozen=True, slots=True)
class Switch:
    """One row. For the house its mode is a setting, which `default` is the default of."""

    name: str
    title: str
    about: str
    kinds: tuple[Kind, ...]
    default: WallMode = WallMode.ENFORCE
    names: NameList | None = None
    needs: Need | None = None

    @property
    def setting(self) -> str:
        """The setting that holds the house's mode."""
        return setting_of(self.name)


def setting_of(switch: str) -> str:
    """The setting that holds the house's mode of a switch."""
    return f"wall_{switch}"


SWITCHES = (
    Switch(
        "port53",
        say("DNS asked elsewhere"),
        say("A device that asks another DNS server on port 53 is answered by Telltale instead, and does not notice."),
        (Kind("port53", say("Plain DNS elsewhere")),),
        needs=Need.DNS,
    ),
    Switch(
        "encrypted",
        say("DNS over TLS and QUIC"),
        say("Port 853 is refused at once, so that the device falls back to plain DNS, which Telltale answers."),
        (Kind("dot", say("DNS over TLS")), Kind("doq", say("DNS over QUIC"))),
    ),
    Switch(
        "doh",
        say("DNS over HTTPS"),
        say("Addresses that serve nothing but DNS are refused, and the names of such services are blocked."),
        (Kind("doh", say("DNS over HTTPS")), Kind("resolver", say("Another resolver's address"))),
        names=NameList("wall:doh", say("The wall: encrypted DNS"), ("doh", "relay")),
    ),
    Switch(
        "httpdns",
        say("Vendors' own resolvers"),
        say("Vendors' resolvers over HTTP, built into apps, are refused, and their names are blocked."),
        (Kind("httpdns", say("A vendor's HTTP resolver")),),
        names=NameList("wall:httpdns", say("The wall: vendors' HTTP resolvers"), ("httpdns",)),
    ),
    Switch(
        "networks",
        say("Networks that you name"),
        say("Networks and vendors that you enter in the settings are refused altogether."),
        (Kind("network", say("A network that is refused")),),
    ),
    Switch(
        "raw",
        say("No answer, no connection"),
        say(
            "A connection to an address that no answer of Telltale gave to this device is refused. The strictest one: "
            "let it watch for some days."
        ),
        (Kind("raw", say("An address that no answer named")),),
        default=WallMode.WATCH,
    ),
    Switch(
        "ntp",
        say("Time asked elsewhere"),
        say("A device that asks another server for the time gets it from this machine, if it serves time."),
        (Kind("ntp", say("Time elsewhere")),),
        default=WallMode.OFF,
        needs=Need.TIME,
    ),
)
BY_NAME = {switch.name: switch for switch in SWITCHES}
# Kind → its switch, and kind → what people call it, in the order of the rows.
SWITCH_OF = {kind.name: switch for switch in SWITCHES for kind in switch.kinds}
KINDS = {kind.name: kind.title for switch in SWITCHES for kind in switch.kinds}
# The lists of names, and the switch that each goes with.
NAME_LISTS = {switch.names.id: switch for switch in SWITCHES if switch.names}

_NONE: Mapping[str, str] = {}
_RANK = {mode: rank for rank, mode in enumerate(WallMode)}


def weakest(*modes: WallMode) -> WallMode:
    """The one that goes least far."""
    return min(modes, key=_RANK.__getitem__)


def strictest(modes: Iterable[WallMode]) -> WallMode:
    """The one that goes furthest."""
    return max(modes, key=_RANK.__getitem__)


class Modes(Mapping[str, WallMode]):
    """Name of a switch → its mode, for every switch in the table's order. Never changed; equal ones are one key."""

    __slots__ = ("_modes",)

    def __init__(self, chosen: Mapping[str, str] = _NONE) -> None:
        """OFF where nothing is chosen. Raises ValueError for what is no mode, and KeyError for no switch."""
        if unknown := chosen.keys() - BY_NAME.keys():
            raise KeyError(f"no switch of the wall: {', '.join(sorted(unknown))}")
        self._modes = {name: WallMode(chosen.get(name, WallMode.OFF)) for name in BY_NAME}

    def __getitem__(self, switch: str) -> WallMode:
        return self._modes[switch]

    def __iter__(self) -> Iterator[str]:
        return iter(self._modes)

    def __len__(self) -> int:
        return len(self._modes)

    def __hash__(self) -> int:
        return hash(tuple(self._modes.values()))

    def __or__(self, chosen: Mapping[str, str]) -> "Modes":
        """The same with these modes instead."""
        return Modes({**self, **chosen})

    def __repr__(self) -> str:
        return f"Modes({', '.join(f'{name}={mode}' for name, mode in self.items() if mode is not WallMode.OFF)})"

    def of(self, kind: str) -> WallMode:
        """The mode of a kind of bypass: one switch may stand for several."""
        return self._modes[SWITCH_OF[kind].name]

    def at_most(self, mode: WallMode) -> "Modes":
        """The same, none further than `mode`."""
        return Modes({name: weakest(own, mode) for name, own in self.items()})


USUAL = Modes({switch.name: switch.default for switch in SWITCHES})


@dataclass(frozen=True, slots=True, kw_only=True)
class WallSettings(ResolvingSettings):
    """The settings of the wall, its switches among them: a part of `known_settings.Settings`."""

    wall: WallMode = _set(
        WallMode.OFF,
        say(
            "The firewall against ways around DNS: off, watch (counts, blocks nothing) or enforce; none of its "
            "switches goes further."
        ),
        choices=tuple(WallMode),
    )
    wall_switches: Modes = USUAL
    wall_doh_lists: tuple[str, ...] = _set(
        (), say("Ids of blocklists that hold addresses of DNS services; the wall treats them as its own."),
        check_list_id,
    )  # fmt: skip
    wall_refused_networks: tuple[str, ...] = _set(
        (), say("Networks outside the home to which no device may connect."), check_network
    )
    wall_refused_vendors: tuple[str, ...] = _set(
        (), say("Vendors whose known addresses no device may reach, on any port; by the names in firewall/data."),
        check_vendor,
    )  # fmt: skip
    wall_exceptions: tuple[str, ...] = _set((), say("Networks outside that the wall never touches."), check_network)
    wall_exempt: tuple[str, ...] = _set(
        (), say("Client addresses or networks that the wall never touches."), check_network
    )
    wall_answer_seconds: int = _set(
        3600, say("Seconds for which an address counts as answered beyond its TTL; apps keep addresses."),
        low=0, high=86_400,
    )  # fmt: skip
