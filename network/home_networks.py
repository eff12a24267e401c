# SPDX-License-Identifier: GPL-3.0-or-later
"""Which addresses are the home's: private and loopback ones, and the IPv6 networks that this machine stands in.

With IPv6 the devices of a home have public addresses, and often ask from them. They share a prefix with this machine,
and whoever has an address in it is on the same link; a stranger has not. Prefixes come from the provider and change.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

Network = IPv4Network | IPv6Network

HOME_NETWORKS: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10",
            "::1/128", "fe80::/10", "fc00::/7",
        ),
    )
)  # fmt: skip

IF_INET6 = Path("/proc/net/if_inet6")
PREFIXES_MAX = 64  # of all interfaces; a machine at home has one to four
_SHORTEST = 56  # a shorter prefix on an interface is no home's link, and admitting it would admit strangers


def on_link(path: Path = IF_INET6) -> tuple[Network, ...]:
    """The global IPv6 prefixes of this machine's interfaces, sorted; none where they cannot be read."""
    try:
        return prefixes(path.read_text("ascii"))
    except (OSError, ValueError):
        return ()


def prefixes(table: str) -> tuple[Network, ...]:
    """The global prefixes from /56 to /127 in /proc/net/if_inet6; lines in another form are passed over.

    A line is `address index prefixlen scope flags name`, the numbers in hexadecimal; scope 0 is global.
    """
    found: set[IPv6Network] = set()
    for line in table.splitlines()[:PREFIXES_MAX]:
        try:
            address, _, length, scope, *_ = line.split()
            bits = int(length, 16)
            if int(scope, 16) == 0 and _SHORTEST <= bits < 128:
                found.add(IPv6Network((int(address, 16), bits), strict=False))
        except ValueError:
            continue
    return tuple(sorted(found))
