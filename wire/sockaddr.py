# SPDX-License-Identifier: GPL-3.0-or-later
"""How a socket is told where: an address of one link alone (`fe80::1%eth0`) needs the number of its interface."""

from __future__ import annotations

import socket

SocketAddress = tuple[str, int] | tuple[str, int, int, int]


def family(host: str) -> socket.AddressFamily:
    """Of an address as people write it."""
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def socket_address(host: str, port: int) -> SocketAddress:
    """For `bind` and `connect`, which drop the interface otherwise. Raises OSError where there is no such interface."""
    address, mark, interface = host.partition("%")
    if not mark:
        return host, port
    number = int(interface) if interface.isdigit() else socket.if_nametoindex(interface)
    return address, port, 0, number
