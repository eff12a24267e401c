# SPDX-License-Identifier: GPL-3.0-or-later
"""What is private, loopback, link-local or special: said once. Pure.

Each network has its name from IANA's registries (RFC 6890). Whoever asks about an address does so of one of the sets
below, which are told apart by what they are for; where two differ, they differ on purpose.

    HOME_DEVICES ⊂ AT_HOME ⊂ LOCAL ⊂ SPARED, NOT_PUBLIC
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    collapse_addresses,
    ip_address,
    ip_network,
)

from wire.embedded import CARRIERS, HIDING, MAPPED, carried, hidden

_MAPPED_HEAD = MAPPED.network_address.packed[:12]

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Networks = tuple[Network, ...]


def joined(*groups: Iterable[Network]) -> Networks:
    """The networks of all groups, sorted, without overlaps, and joined where they touch."""
    every = [network for group in groups for network in group]
    v4 = collapse_addresses(network for network in every if isinstance(network, IPv4Network))
    v6 = collapse_addresses(network for network in every if isinstance(network, IPv6Network))
    return (*v4, *v6)


def clothed(networks: Iterable[Network], prefixes: Iterable[IPv6Network]) -> Networks:
    """The IPv4 ones among them in the clothes of IPv6, behind each of the prefixes."""
    every = tuple(prefixes)
    return tuple(carried(each, prefix) for each in networks if isinstance(each, IPv4Network) for prefix in every)


def _of(*texts: str) -> Networks:
    return tuple(map(ip_network, texts))


UNSPECIFIED = _of("0.0.0.0/32", "::/128")
THIS_NETWORK = _of("0.0.0.0/8")  # RFC 1122; many systems take all of it for themselves
LOOPBACK = _of("127.0.0.0/8", "::1/128")
PRIVATE_USE = _of("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")  # RFC 1918, RFC 4193
LINK_LOCAL = _of("169.254.0.0/16", "fe80::/10")  # RFC 3927, RFC 4291
SHARED = _of("100.64.0.0/10")  # RFC 6598: between a provider's router and the home's
MULTICAST = _of("224.0.0.0/4", "ff00::/8")
RESERVED = _of("240.0.0.0/4")  # RFC 1112, broadcast among it
BROADCAST = _of("255.255.255.255/32")
DOCUMENTATION = _of("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")  # RFC 5737, RFC 3849
DISCARD = _of("100::/64")  # RFC 6666
SITE_LOCAL = _of("fec0::/10")  # given up by RFC 3879, and routed by who still has them

# Addresses that devices of any home have; global ones come from the links of this one.
HOME_DEVICES = joined(PRIVATE_USE, LINK_LOCAL)
# Where a client of the home may come from: its devices, this machine, and a provider's own network.
AT_HOME = joined(HOME_DEVICES, LOOPBACK, SHARED)
# What means something else in every home, and the machine itself.
LOCAL = joined(AT_HOME, THIS_NETWORK, UNSPECIFIED)
# What a public name must not lead to, whatever its address is dressed in.
NOT_PUBLIC = joined(LOCAL, SITE_LOCAL, clothed(LOCAL, CARRIERS))
# Destinations that the wall never touches.
SPARED = joined(LOCAL, MULTICAST, RESERVED)
# Where nothing answers: a list that gives a name such an address means "block".
NOWHERE = joined(
    UNSPECIFIED, THIS_NETWORK, LOOPBACK, DOCUMENTATION, RESERVED, DISCARD, clothed((*THIS_NETWORK, *LOOPBACK), [MAPPED])
)
# Whose reverse zones the public DNS has nothing to say of (RFC 6303, RFC 7793).
LOCALLY_SERVED = joined(LOCAL, DOCUMENTATION, BROADCAST)


def holder(networks: Iterable[Network]) -> Callable[[bytes], bool]:
    """A test whether a packed address (4 or 16 bytes) is in one of the networks, by one or two looks for nearly all."""
    every = tuple(networks)
    v4, v6 = (_by_byte([network for network in every if network.version == version]) for version in (4, 6))

    def holds(packed: bytes) -> bool:
        inside = (v4 if len(packed) == 4 else v6)[packed[0]]
        if inside is True or inside is False:
            return inside
        within = inside[packed[1]]
        if within is True or within is False:
            return within
        number = int.from_bytes(packed, "big")
        return any(number & mask == network for mask, network in within)

    return holds


def first_bytes(networks: Iterable[Network]) -> frozenset[int]:
    """The first bytes of all their addresses, of both families."""
    return frozenset(byte for network in networks for byte in _bytes_at(network, 0))


_Rows = tuple[tuple[int, int], ...]  # (mask, network) as numbers


def _by_byte(networks: list[Network]) -> list[bool | list[bool | _Rows]]:
    """Under each first byte all or nothing, or under each second byte all, nothing, or what must be compared."""
    table: list[bool | list[bool | _Rows]] = [False] * 256
    for network in networks:
        for first in _bytes_at(network, 0):
            if network.prefixlen <= 8:
                table[first] = True
                continue
            below = table[first] or [False] * 256
            if isinstance(below, list):
                table[first] = below
                for second in _bytes_at(network, 1):
                    rows = below[second] or ()
                    row = (int(network.netmask), int(network.network_address))
                    below[second] = True if network.prefixlen <= 16 or rows is True else (*rows, row)
    return table


def _bytes_at(network: Network, place: int) -> range:
    return range(network.network_address.packed[place], network.broadcast_address.packed[place] + 1)


_is_listed = holder(NOT_PUBLIC)
PRIVATE_FIRST_BYTES = first_bytes(NOT_PUBLIC)  # Teredo's and NAT64's are among them


def is_private(packed: bytes) -> bool:
    """Whether a public name must not lead to this address, or to one that it carries."""
    if packed[:4] in HIDING and len(packed) == 16 and (inside := hidden(packed)):
        return _is_listed(inside)
    return _is_listed(packed)


def parse(text: str) -> Address:
    """One address, with or without its interface (`fe80::1%eth0`); IPv4 in the clothes of IPv6 counts as IPv4.

    Raises ValueError for what is none.
    """
    return plain(ip_address(text.partition("%")[0]))


def plain(address: Address) -> Address:
    """The IPv4 address that an IPv6 one is mapped from, where it is."""
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def packed(text: str) -> bytes:
    """What `parse` gives, as 4 or 16 bytes, in a fiftieth of its time: for whoever asks of each of a crowd.

    Raises ValueError for what is no address.
    """
    bare = text.partition("%")[0]
    try:
        address = socket.inet_pton(socket.AF_INET6 if ":" in bare else socket.AF_INET, bare)
    except OSError:
        raise ValueError(f"{bare!r} is no address.") from None
    return address[12:] if address[:12] == _MAPPED_HEAD else address


def reverse_zones(networks: Iterable[Network]) -> frozenset[str]:
    """The zones of in-addr.arpa and ip6.arpa that the networks are made of: cut at bytes, and at half bytes."""
    zones: set[str] = set()
    for network in networks:
        step = 8 if network.version == 4 else 4
        labels = -(-network.prefixlen // step)
        for part in network.subnets(new_prefix=labels * step):
            every = part.network_address.reverse_pointer.split(".")
            zones.add(".".join(every[len(every) - 2 - labels :]))
    return frozenset(zones)
