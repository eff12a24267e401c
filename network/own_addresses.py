# SPDX-License-Identifier: GPL-3.0-or-later
"""This machine's own addresses: all of them, and the one under which it meets somebody."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any

from network import iproute
from wire.addresses import Address
from wire.sockaddr import family, socket_address

# Addresses for documentation (RFC 5737, RFC 3849), so nobody's: the way there is the way to the internet.
_FAR = {4: "192.0.2.1", 6: "2001:db8::1"}


def links() -> list[dict[str, Any]]:
    """This machine's interfaces with their addresses, as `ip -j` tells them."""
    return iproute.rows("address")


def addresses(links: Iterable[dict[str, Any]]) -> set[str]:
    """The addresses of all interfaces, less loopback."""
    own = {str(info["local"]) for link in links for info in link.get("addr_info", []) if "local" in info}
    return {address for address in own if not ip_address(address).is_loopback}


def towards(other: str) -> Address | None:
    """The address under which `other` (with its interface where it is link-local) is met; None: there is no way there.

    Asks the kernel's routing table alone: a UDP socket that is connected has sent nothing.
    """
    try:
        with socket.socket(family(other), socket.SOCK_DGRAM) as sock:
            sock.connect(socket_address(other, 53))
            return ip_address(sock.getsockname()[0].partition("%")[0])
    except OSError:
        return None


def way_out(version: int = 4) -> Address | None:
    """The address under which the internet is met over IPv4 or IPv6; None: there is no way out."""
    return towards(_FAR[version])
