# SPDX-License-Identifier: GPL-3.0-or-later
"""Where this machine's packets go: its routes, the networks on its links, its router."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from network import iproute
from wire.addresses import PRIVATE_USE, Network

ROUTE_TABLE = Path("/proc/net/route")
# A shorter prefix on a link is a whole internet behind a point-to-point line, and no network of the home's.
_SHORTEST = {4: 8, 6: 32}


def known_routes() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """This machine's routes over IPv4 and over IPv6, as `ip -j` tells them."""
    return iproute.rows("-4", "route"), iproute.rows("-6", "route")


def on_link(routes: Iterable[Mapping[str, Any]]) -> set[str]:
    """Networks of `ip -j route` that need no router: those are the home's."""
    networks = set()
    for route in routes:
        network = _network(route)
        if network is None or "gateway" in route or "via" in route or "nexthops" in route:
            continue
        plain = route.get("type", "unicast") == "unicast" and network.num_addresses > 1
        if plain and network.prefixlen >= _SHORTEST[network.version]:
            networks.add(str(network))
    return networks


def home_links(routes: Iterable[Mapping[str, Any]]) -> set[str]:
    """Interfaces behind which private networks (RFC 1918, RFC 4193) are met without a router."""
    return {str(route.get("dev", "")) for route in routes if "gateway" not in route and _is_private(_network(route))}


def router(table: Path = ROUTE_TABLE) -> str | None:
    """The router's IPv4 address by the kernel's own table, which starts no process; None: there is none."""
    try:
        rows = [line.split() for line in table.read_text("ascii").splitlines()[1:]]
    except (OSError, ValueError):
        return None
    for row in rows:
        if len(row) > 2 and row[1] == "00000000" and row[2] != "00000000":
            return socket.inet_ntoa(int(row[2], 16).to_bytes(4, "little"))
    return None


def _network(route: Mapping[str, Any]) -> Network | None:
    try:
        return ip_network(str(route.get("dst", "")), strict=False)
    except ValueError:
        return None  # "default"


def _is_private(network: Network | None) -> bool:
    return network is not None and any(
        network.network_address in known and network.broadcast_address in known
        for known in PRIVATE_USE if known.version == network.version
    )  # fmt: skip
