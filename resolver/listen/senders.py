# SPDX-License-Identifier: GPL-3.0-or-later
"""Who sent a datagram, as the kernel says it."""

from __future__ import annotations

import socket
import sys
from typing import NamedTuple


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
