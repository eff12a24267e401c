# SPDX-License-Identifier: GPL-3.0-or-later
"""Who sent a datagram, as the kernel says it."""

from __future__ import annotations

import socket
import sys
from typing import Any, NamedTuple


class Sender(NamedTuple):
    """Who sent a datagram, for an answer later: the kernel's socket address, and the control message of the answer."""

    name: bytes
    control: bytes


def name_of(client: bytes) -> str:
    """The address in an `Inbox.client` as text, an IPv6 link-local one with the number of its interface."""
    if len(client) == 4:
        return socket.inet_ntop(socket.AF_INET, client)
    interface = int.from_bytes(client[16:20], sys.byteorder)
    text = socket.inet_ntop(socket.AF_INET6, client[:16])
    return f"{text}%{interface}" if interface else text


def peer_of(peer: tuple[Any, ...]) -> str:
    """Who is at the other end of a connection, by the address of its socket, as `name_of` tells of who sent a datagram:
    a link-local address with the number of its interface, which stands in a place of its own."""
    address = str(peer[0])
    return f"{address.partition('%')[0]}%{peer[3]}" if len(peer) > 3 and peer[3] else address
