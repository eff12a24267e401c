# SPDX-License-Identifier: GPL-3.0-or-later
"""DHCP as its page shows it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import AddressValueError, IPv4Address, IPv4Network

from network.lease_lines import Lease
from store.base.sentences import say
from store.local.static_leases import StaticLease
from webui.views import formatting
from webui.views.settings_view import FieldView

MAX_LEASES = 200  # of one page; a home has few, a search finds the others, and the API has all
# The settings of the form, in its order, with their titles there.
TITLES = {
    "dhcp_from": say("First address"),
    "dhcp_to": say("Last address"),
    "dhcp_router": say("Router (gateway)"),
    "home_domain": say("Domain"),
    "dhcp_lease_minutes": say("Lease time in minutes"),
    "dhcp_interface": say("Network connection"),
    "dhcp_ipv6": say("DNS over IPv6 (router advertisements)"),
}
EXAMPLES = {
    "dhcp_from": "192.168.1.100", "dhcp_to": "192.168.1.200", "dhcp_router": "192.168.1.1", "home_domain": "home.arpa",
    "dhcp_interface": "eth0",
}  # fmt: skip
ADDED = ""  # which static lease a form is about: the new one


@dataclass(frozen=True, slots=True)
class StaticView:
    """A static lease; `which`: its MAC. `now`: the address that the device has instead, "" where there is no other."""

    which: str
    address: str
    name: str
    device: int | None
    device_name: str
    now: str


@dataclass(frozen=True, slots=True)
class LeaseView:
    """Who has an address; `ends`: Unix seconds, 0 for never. The name is as the device says it: hostile, perhaps."""

    address: str
    mac: str
    name: str
    ends: int
    static: bool
    device: int | None
    device_name: str


@dataclass(frozen=True, slots=True)
class RangeView:
    """How full the range is: addresses in all, handed out now, kept by a static lease that nobody has now, free."""

    first: str
    last: str
    size: int
    given: int
    kept: int

    @property
    def free(self) -> int:
        return self.size - self.given - self.kept


def fields(every: Iterable[FieldView]) -> list[FieldView]:
    """Those of the form, out of all settings."""
    by_key = {field.key: field for field in every}
    return [replace(by_key[key], title=title) for key, title in TITLES.items()]


def static(
    rows: Sequence[StaticLease], given: Iterable[Lease], by_mac: Mapping[str, int], names: Mapping[int, str]
) -> list[StaticView]:
    """The static leases, in the order of the rows."""
    holds = {lease.mac: lease.address for lease in given if lease.mac}
    made = []
    for row in rows:
        device, now = by_mac.get(row.mac), holds.get(row.mac, "")
        made.append(StaticView(
            row.mac, row.address, row.name, device, names.get(device or 0, ""), "" if now == row.address else now
        ))  # fmt: skip
    return made


def leases(
    rows: Sequence[Lease], kept: Iterable[StaticLease], by_mac: Mapping[str, int], names: Mapping[int, str], q: str = ""
) -> list[LeaseView]:
    """In the order of the rows, those that hold every word of `q`."""
    macs, words = {lease.mac for lease in kept}, q.lower().split()
    made = []
    for row in rows:
        mac = row.mac or ""
        device = by_mac.get(mac)
        called = names.get(device or 0, "")
        if all(word in f"{row.address} {mac} {row.name or ''} {called}".lower() for word in words):
            made.append(LeaseView(row.address, mac, row.name or "", row.ends, mac in macs, device, called))
    return made


def conflicts(rows: Sequence[Lease], kept: Sequence[StaticLease], network: IPv4Network | None) -> list[str]:
    """What does not go together, a sentence each: kept addresses that others have, or that lie elsewhere; names twice.

    `network`: what is, or would be, served; None while that is not known.
    """
    return [*_taken(rows, kept), *_outside(kept, network), *_named_twice(rows)]


def range_of(first: str, last: str, rows: Iterable[Lease], kept: Iterable[StaticLease]) -> RangeView | None:
    """How full it is; None while none is chosen."""
    try:
        begin, end = int(IPv4Address(first)), int(IPv4Address(last))
    except AddressValueError:
        return None
    if end < begin:
        return None
    given = {int(IPv4Address(row.address)) for row in rows}
    static_ = {int(IPv4Address(row.address)) for row in kept} - given
    inside = (sum(begin <= address <= end for address in some) for some in (given, static_))
    return RangeView(first, last, end - begin + 1, *inside)


def _taken(rows: Iterable[Lease], kept: Iterable[StaticLease]) -> Iterator[str]:
    holders = {row.address: row for row in rows}
    for lease in kept:
        holder = holders.get(lease.address)
        if holder is not None and holder.mac and holder.mac != lease.mac:
            yield say("{address} is kept for {mac}, and {holder} has it until its lease ends.", address=lease.address,
                      mac=lease.mac, holder=formatting.visible(holder.name or holder.mac))  # fmt: skip


def _outside(kept: Iterable[StaticLease], network: IPv4Network | None) -> Iterator[str]:
    for lease in kept:
        if network is not None and IPv4Address(lease.address) not in network:
            yield say("{address}, kept for {mac}, lies outside the network {network}: nobody gets it.",
                      address=lease.address, mac=lease.mac, network=str(network))  # fmt: skip


def _named_twice(rows: Iterable[Lease]) -> Iterator[str]:
    called: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.name:
            called[row.name.lower()].append(row.address)
    for name, addresses in called.items():
        if len(addresses) > 1:
            yield say("{addresses} call themselves {name}: give one of them another name by a static lease.",
                      addresses=formatting.listed(addresses), name=formatting.visible(name))  # fmt: skip
