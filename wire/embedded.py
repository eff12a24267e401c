# SPDX-License-Identifier: GPL-3.0-or-later
"""IPv4 addresses that an IPv6 one carries in it: mapped, compatible, NAT64, 6to4, Teredo. Pure.

Whoever sends to such an address reaches the IPv4 one, where the network has the machine in between that such a prefix
is for. So what is private there is private here.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

MAPPED = IPv6Network("::ffff:0:0/96")  # RFC 4291 section 2.5.5.2
COMPATIBLE = IPv6Network("::/96")  # RFC 4291 section 2.5.5.1, given up
TRANSLATED = IPv6Network("::ffff:0:0:0/96")  # RFC 2765, given up
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052
SIX_TO_FOUR = IPv6Network("2002::/16")  # RFC 3056
NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")  # RFC 8215: prefixes of any RFC 6052 length are taken out of it
TEREDO = IPv6Network("2001::/32")  # RFC 4380: the client's address in the last 32 bits, each bit turned round
# Where the IPv4 address stands right behind the prefix.
CARRIERS = (MAPPED, COMPATIBLE, TRANSLATED, NAT64, SIX_TO_FOUR)
LENGTHS = (32, 40, 48, 56, 64, 96)  # of a NAT64 prefix (RFC 6052 section 2.2)

_ALL = (1 << 128) - 1
_LOCAL, _TEREDO = NAT64_LOCAL.network_address.packed[:6], TEREDO.network_address.packed[:4]
# The first four bytes of addresses that carry another where no prefix of theirs can tell.
HIDING = frozenset({_LOCAL[:4], _TEREDO})


def carried(network: IPv4Network, prefix: IPv6Network) -> IPv6Network:
    """The IPv6 network of all that carry an address of `network` behind `prefix`; bits 64 to 71 are left out.

    Those are zero in every NAT64 address (RFC 6052 section 2.2); nothing else carries an address across them.
    """
    start, length = prefix.prefixlen, network.prefixlen
    number, end = int(prefix.network_address), start + length
    value = int(network.network_address) >> (32 - length) if length else 0
    if start >= 72 or end <= 64:
        return IPv6Network((number | value << (128 - end), end))
    low = end - max(start, 64)  # bits that come to stand behind the gap
    high = value >> low << 64 if start < 64 else 0
    return IPv6Network((number | high | (value & (1 << low) - 1) << (128 - 72 - low), 72 + low))


def hidden(packed: bytes) -> bytes:
    """The IPv4 address that an address (16 bytes) beginning with one of `HIDING` carries, packed; b"" for none.

    Within 64:ff9b:1::/48 it is looked for where the common length of 96 bits puts it: others are told by the network.
    """
    if packed[:4] == _TEREDO:
        return bytes(byte ^ 0xFF for byte in packed[12:])
    return packed[12:] if packed[:6] == _LOCAL else b""


def extracted(packed: bytes, length: int) -> bytes:
    """The IPv4 address behind a NAT64 prefix of so many bits, packed."""
    at = length // 8
    return (packed[at:8] + packed[9:])[:4] if at < 9 else packed[at : at + 4]


def behind(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one stands for, where it does; for `::` and `::1` they are themselves."""
    if isinstance(address, IPv4Address) or int(address) <= 1:
        return address
    packed = address.packed
    for carrier in CARRIERS:
        if address in carrier:
            return IPv4Address(extracted(packed, carrier.prefixlen))
    inside = hidden(packed) if packed[:4] in HIDING else b""
    return IPv4Address(inside) if inside else address


def nat64_prefix(packed: bytes, known: tuple[bytes, ...]) -> IPv6Network | None:
    """The NAT64 prefix of an address that carries one of the `known` IPv4 ones (RFC 7050 section 3); None: of none."""
    for length in LENGTHS:
        if extracted(packed, length) in known and (length == 96 or not packed[8]):
            return IPv6Network((int.from_bytes(packed, "big") & _ALL << (128 - length) & _ALL, length))
    return None
