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
from wire.addresses import HOME_DEVICES, PRIVATE_USE, SPARED, Address

_UDP_TABLES = (Path("/proc/net/udp"), Path("/proc/net/udp6"))
_FORWARDING = (Path("/proc/sys/net/ipv4/ip_forward"), Path("/proc/sys/net/ipv6/conf/all/forwarding"))
_NTP = f":{123:04X}"


@dataclass(frozen=True, slots=True)
class LocalNetwork:
    """Found on this machine; `dns_ports` and `ntp` say what may be redirected here.

    on_link: networks reached without a router; own: this machine's addresses; dns_ports: port by IP version;
    dns_at: the address, where DNS answers at that one alone; forwards: whether anything passes through this machine.
    """

    on_link: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    dns_ports: tuple[tuple[int, int], ...] = ()
    dns_at: tuple[tuple[int, str], ...] = ()
    ntp: bool = False
    forwards: bool = True

    def dns_port(self, version: int) -> int | None:
        """The port on which this machine answers DNS of the home over IPv4 or IPv6, or None."""
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
    ports, at = dns_targets(endpoints, own)
    return LocalNetwork(tuple(sorted(on_link)), own, ports, at, serves_time(), forwards())


def dns_targets(
    endpoints: Iterable[tuple[str, int]], own: Iterable[str]
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, str], ...]]:
    """Where port 53 can be sent, (IP version, port) and (IP version, address): without an address, to any of ours.

    DNS that listens on one address of several has to be met there, which is the home's side rather than the other.
    """
    ports, at = dict[int, int](), dict[int, str]()
    at_home = [address for address in map(ip_address, own) if not address.is_link_local]
    listening = [(ip_address(host.partition("%")[0]), port) for host, port in endpoints]
    for address, port in sorted(listening, key=lambda pair: (not pair[0].is_unspecified, not _is_private(pair[0]))):
        same = [own_address for own_address in at_home if own_address.version == address.version]
        if address.version in ports or not (address.is_unspecified or address in same):
            continue
        ports[address.version] = port
        if not address.is_unspecified and len(same) > 1:
            at[address.version] = str(address)
    return tuple(sorted(ports.items())), tuple(sorted(at.items()))


def _is_private(address: Address) -> bool:
    return any(address in network for network in PRIVATE_USE if network.version == address.version)


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
