# SPDX-License-Identifier: GPL-3.0-or-later
"""What the wall stands on: which networks are the home's, and where this machine answers DNS and time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from network import own_addresses, routes
from network.address_sets import Elements, elements
from wire.addresses import HOME_DEVICES, SPARED

_UDP_TABLES = (Path("/proc/net/udp"), Path("/proc/net/udp6"))
_FORWARDING = (Path("/proc/sys/net/ipv4/ip_forward"), Path("/proc/sys/net/ipv6/conf/all/forwarding"))
_NTP = f":{123:04X}"


@dataclass(frozen=True, slots=True)
class LocalNetwork:
    """Found on this machine; `dns_ports` and `ntp` say what may be redirected here.

    on_link: networks reached without a router; own: this machine's addresses; dns_ports: port by IP version;
    forwards: whether anything passes through this machine at all.
    """

    on_link: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    dns_ports: tuple[tuple[int, int], ...] = ()
    ntp: bool = False
    forwards: bool = True

    def dns_port(self, version: int) -> int | None:
        """The port on which this machine answers DNS over IPv4 or IPv6 on every address, or None."""
        return dict(self.dns_ports).get(version)

    @property
    def home(self) -> Elements:
        """Where clients are."""
        return elements((*HOME_DEVICES, *self.on_link))

    @property
    def never(self) -> Elements:
        """Destinations that are never touched, our own addresses first among them."""
        return elements((*SPARED, *self.on_link, *self.own))


def find(endpoints: Iterable[tuple[str, int]]) -> LocalNetwork:
    """The local network now; `endpoints` are where this machine answers DNS. What cannot be found out is left empty."""
    on_link = routes.on_link(route for version in routes.known_routes() for route in version)
    own = tuple(sorted(own_addresses.addresses(own_addresses.links())))
    return LocalNetwork(tuple(sorted(on_link)), own, dns_ports(endpoints, own), serves_time(), forwards())


def dns_ports(endpoints: Iterable[tuple[str, int]], own: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """(IP version, port) where every address of this machine is answered; a single address would miss a redirect."""
    ports: dict[int, int] = {}
    at_home = [ip_address(address) for address in own]
    for host, port in endpoints:
        listening = ip_address(host)
        same = [address for address in at_home if address.version == listening.version and not address.is_link_local]
        if listening.is_unspecified or (len(same) == 1 and same[0] == listening):
            ports.setdefault(listening.version, port)
    return tuple(sorted(ports.items()))


def serves_time(tables: Iterable[Path] = _UDP_TABLES) -> bool:
    """Whether something on this machine listens on UDP port 123 of every address."""
    for table in tables:
        try:
            lines = table.read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        local = [line.split()[1] for line in lines if len(line.split()) > 1]
        if any(entry.endswith(_NTP) and not entry.rpartition(":")[0].strip("0") for entry in local):
            return True
    return False


def forwards(switches: Iterable[Path] = _FORWARDING) -> bool:
    """Whether this machine passes on packets of others, over IPv4 or IPv6; so too when it cannot be seen."""
    seen = []
    for switch in switches:
        with contextlib.suppress(OSError):
            seen.append(switch.read_text("ascii").strip() != "0")
    return any(seen) or not seen
