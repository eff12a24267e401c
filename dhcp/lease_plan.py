# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be handed out where, checked against this machine's addresses. Pure; what cannot be is a DhcpError."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any

from store.base.sentences import say
from store.config.settings import Settings
from store.local.static_leases import StaticLease

MAX_ADDRESSES = 10_000  # of a range: as many devices as the house is made for
UNKNOWN_INTERFACE = say("It is not known on which network connection: name it (dhcp_interface), such as eth0.")
_LONGEST_PREFIX = 30  # of a network with room for a device beside two machines


class DhcpError(Exception):
    """DHCP cannot be served as it is set; the text is a sentence that says what would do.

    `about`: the setting, or the part of a static lease, that is wrong; "" where it is none of them.
    """

    def __init__(self, sentence: str, about: str = "") -> None:
        super().__init__(sentence)
        self.about = about


class AnotherServer(DhcpError):  # noqa: N818 - whom it met is the point
    """Somebody else hands out addresses."""


@dataclass(frozen=True, slots=True)
class Uplink:
    """The way out of the home, as the routing table has it; "" for what is not known."""

    interface: str = ""
    router: str = ""


@dataclass(frozen=True, slots=True)
class DhcpPlan:
    """All that dnsmasq is to know. `notes`: sentences of what a person should think of."""

    interface: str
    own: IPv4Address
    network: IPv4Network
    first: IPv4Address
    last: IPv4Address
    router: IPv4Address
    lease_minutes: int
    domain: str
    ipv6: bool
    static: tuple[StaticLease, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return int(self.last) - int(self.first) + 1


def make(
    settings: Settings, static: Iterable[StaticLease], links: Iterable[Mapping[str, Any]], uplink: Uplink
) -> DhcpPlan:
    """The plan; `links` as `ip -j address` tells them. Raises DhcpError."""
    interface = settings.dhcp_interface or uplink.interface
    addresses = _addresses(interface, links)
    first, last = _end(settings.dhcp_from, "dhcp_from"), _end(settings.dhcp_to, "dhcp_to")
    at = _served(settings, addresses)
    own = {other.ip for other, _ in addresses}
    router = _router(settings.dhcp_router or uplink.router, at)
    _check_range(first, last, at.network, {**dict.fromkeys(own, say("this machine")), router: say("the router")})
    leases = tuple(static)
    for lease in leases:
        check_static(lease, at.network, {*own, router})
    return DhcpPlan(
        interface, at.ip, at.network, first, last, router, settings.dhcp_lease_minutes, settings.home_domain,
        settings.dhcp_ipv6 == "on", leases, _notes(at, dict(addresses)),
    )  # fmt: skip


def network_of(
    settings: Settings, links: Iterable[Mapping[str, Any]], uplink: Uplink
) -> tuple[IPv4Network, set[IPv4Address]]:
    """The network that is, or would be, served, and the addresses there that are this machine's and the router's.

    No range needs to be chosen yet. Raises DhcpError.
    """
    addresses = _addresses(settings.dhcp_interface or uplink.interface, links)
    at, router = _served(settings, addresses), settings.dhcp_router or uplink.router
    return at.network, {other.ip for other, _ in addresses} | ({IPv4Address(router)} if router else set())


def check_static(lease: StaticLease, network: IPv4Network, taken: set[IPv4Address]) -> None:
    """Raises DhcpError where the address cannot be a device's: `taken` are this machine's and the router's."""
    address, values = IPv4Address(lease.address), {"address": lease.address, "network": str(network)}
    if not _usable(address, network):
        raise DhcpError(say("{address} is no address of a device in {network}.", **values), "address")
    if address in taken:
        raise DhcpError(say("{address} is this machine's or the router's own address.", **values), "address")


def _addresses(interface: str, links: Iterable[Mapping[str, Any]]) -> Sequence[tuple[IPv4Interface, bool]]:
    """The IPv4 addresses of the interface, and of each whether it was itself handed out by DHCP."""
    if not interface:
        raise DhcpError(UNKNOWN_INTERFACE, "dhcp_interface")
    link = next((link for link in links if link.get("ifname") == interface), None)
    if link is None:
        raise DhcpError(
            say("This machine has no network connection {interface}.", interface=interface), "dhcp_interface"
        )
    addresses = []
    for info in link.get("addr_info", []):
        if info.get("family") == "inet":
            at = IPv4Interface(f"{info['local']}/{info['prefixlen']}")
            if at.network.prefixlen <= _LONGEST_PREFIX and not at.is_loopback:
                addresses.append((at, bool(info.get("dynamic"))))
    if not addresses:
        raise DhcpError(say(
            "{interface} has no IPv4 address in a network with room for devices; give it a fixed one first.",
            interface=interface,
        ), "dhcp_interface")  # fmt: skip
    return addresses


def _served(settings: Settings, addresses: Sequence[tuple[IPv4Interface, bool]]) -> IPv4Interface:
    """Of several addresses the one in whose network the range begins."""
    if not settings.dhcp_from:
        return addresses[0][0]
    first = IPv4Address(settings.dhcp_from)
    return next((at for at, _ in addresses if first in at.network), addresses[0][0])


def _end(text: str, key: str) -> IPv4Address:
    if not text:
        raise DhcpError(say("The addresses to hand out are not chosen: set {key}.", key=key), key)
    return IPv4Address(text)


def _router(text: str, at: IPv4Interface) -> IPv4Address:
    if not text:
        raise DhcpError(
            say("It is not known who leads out of the home: set dhcp_router to the router's address."), "dhcp_router"
        )
    router = IPv4Address(text)
    if not _usable(router, at.network):
        raise DhcpError(say("The router {router} is not in {network}: devices there could not reach it.",
                            router=text, network=str(at.network)), "dhcp_router")  # fmt: skip
    return router


def _check_range(
    first: IPv4Address, last: IPv4Address, network: IPv4Network, taken: Mapping[IPv4Address, str]
) -> None:
    values = {"first": str(first), "last": str(last), "network": str(network)}
    for end, key in ((first, "dhcp_from"), (last, "dhcp_to")):
        if not _usable(end, network):
            raise DhcpError(say("{address} is no address of a device in {network}.", address=str(end), **values), key)
    if first > last:
        raise DhcpError(say("{first} comes after {last}: the range has no addresses.", **values), "dhcp_to")
    if int(last) - int(first) >= MAX_ADDRESSES:
        raise DhcpError(
            say("From {first} to {last} are more than {most:,} addresses.", most=MAX_ADDRESSES, **values), "dhcp_to"
        )
    for address, whose in taken.items():
        if first <= address <= last:
            raise DhcpError(say(
                "{address} is the address of {whose} and lies from {first} to {last}: choose a range beside it.",
                address=str(address), whose=whose, **values,
            ), "dhcp_from")  # fmt: skip


def _usable(address: IPv4Address, network: IPv4Network) -> bool:
    return address in network and address not in (network.network_address, network.broadcast_address)


def _notes(at: IPv4Interface, dynamic: Mapping[IPv4Interface, bool]) -> tuple[str, ...]:
    if not dynamic.get(at):
        return ()
    return (say(
        "This machine was given its address {address} by DHCP itself and loses it once that server is off: give it a "
        "fixed one in its own network settings.", address=str(at.ip),
    ),)  # fmt: skip
