# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is at home: private and loopback addresses, what the settings allow, and the IPv6 networks on our links.

With IPv6 the devices of a home have public addresses, and often ask from them. They share a prefix with this machine,
and whoever has an address in it is on the same link; a stranger has not. Prefixes come from the provider and change.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import IPv6Network, ip_network
from pathlib import Path

from wire.addresses import AT_HOME, Network, Networks, holder, packed, parse

IF_INET6 = Path("/proc/net/if_inet6")
IPV6_ROUTE = Path("/proc/net/ipv6_route")
PREFIXES_MAX = 64  # of all interfaces; a machine at home has one to four
_TABLE_BYTES = 1 << 16
ROUTES_MAX = 2000  # a machine at home has some dozens
_UP = 0x1
_DIRECT = _UP | 0x2 | 0x200 | 0x80000000 | 0x100000  # not: by a router, rejected, an address of our own, anycast
_SHORTEST = 56  # a shorter prefix on an interface is no home's link, and admitting it would admit strangers


def home_networks(allowed: Iterable[str]) -> Networks:
    """Where clients of this home may come from now; `allowed`: networks that the settings add. Starts no program."""
    return _networks(tuple(allowed), _table(IF_INET6), _table(IPV6_ROUTE))


def is_at_home(client: str, networks: Iterable[Network]) -> bool:
    """Whether a client's address, with or without its interface, is in one of them; ValueError for what is none."""
    address = parse(client)
    return any(address in network for network in networks if network.version == address.version)


def home_test(networks: Iterable[Network]) -> Callable[[str], bool]:
    """`is_at_home` of these networks, made ready for many clients."""
    holds = holder(networks)
    return lambda client: holds(packed(client))


def link_prefixes(path: Path = IF_INET6) -> Networks:
    """The global IPv6 prefixes of this machine's interfaces, sorted; none where they cannot be read."""
    return prefixes(_table(path))


def link_routes(path: Path = IPV6_ROUTE) -> Networks:
    """The global IPv6 networks that are reached without a router, sorted; none where they cannot be read.

    Many routers hand out a /128, and the prefix as a route of its own: then no interface has it.
    """
    return routes(_table(path))


def _table(path: Path) -> str:
    """A table of the kernel's, "" where it cannot be read. A file of Python's would make ten calls of these three."""
    parts = []
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            while part := os.read(descriptor, _TABLE_BYTES):
                parts.append(part)
        finally:
            os.close(descriptor)
        return b"".join(parts).decode("ascii")
    except (OSError, ValueError):
        return ""


@lru_cache(1)  # the tables are read every other second, and change once a month
def _networks(allowed: tuple[str, ...], interfaces: str, ways: str) -> Networks:
    links = sorted({*prefixes(interfaces), *routes(ways)})
    return (*AT_HOME, *(ip_network(text, strict=False) for text in allowed), *links)


@lru_cache(1)
def routes(table: str) -> Networks:
    """Networks from /56 to /127 of /proc/net/ipv6_route whose packets need no router; odd lines are passed over.

    A line is `network length source length router metric references uses flags interface`, in hexadecimal.
    """
    networks: set[IPv6Network] = set()
    for line in table.splitlines()[:ROUTES_MAX]:
        try:
            network, length, _, _, router, _, _, _, flags, interface = line.split()
            bits, address = int(length, 16), int(network, 16)
            direct = int(flags, 16) & _DIRECT == _UP and not int(router, 16) and interface != "lo"
            if direct and address >> 125 == 1 and _SHORTEST <= bits < 128:
                networks.add(IPv6Network((address, bits), strict=False))
        except ValueError:
            continue
    return tuple(sorted(networks))


@lru_cache(1)
def prefixes(table: str) -> Networks:
    """The global prefixes from /56 to /127 in /proc/net/if_inet6; lines in another form are passed over.

    A line is `address index prefixlen scope flags name`, the numbers in hexadecimal; scope 0 is global.
    """
    networks: set[IPv6Network] = set()
    for line in table.splitlines()[:PREFIXES_MAX]:
        try:
            address, _, length, scope, *_ = line.split()
            bits = int(length, 16)
            if int(scope, 16) == 0 and _SHORTEST <= bits < 128:
                networks.add(IPv6Network((int(address, 16), bits), strict=False))
        except ValueError:
            continue
    return tuple(sorted(networks))
