# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking one question as a device does: a query over UDP and its answer, for health checks. Standard library alone."""

from __future__ import annotations

import secrets
import socket
import struct
import time

from wire.message import HEADER
from wire.names import to_wire
from wire.sockaddr import family, socket_address
from wire.types import RD, A

SECONDS = 2.0


def ask(name: str, server: tuple[str, int], qtype: int = A, timeout: float = SECONDS) -> tuple[int, bytes] | None:
    """(rcode, packet) of one query over UDP, or None when no response comes; a response must match id and question.

    Raises ValueError for a `name` that is none.
    """
    query = build(name, qtype, secrets.randbits(16))
    deadline = time.monotonic() + timeout
    with socket.socket(family(server[0]), socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(socket_address(*server))
            sock.send(query)
            while (left := deadline - time.monotonic()) > 0:
                sock.settimeout(left)
                packet = sock.recv(4096)
                if is_response(query, packet):
                    return packet[3] & 15, packet
        except OSError:
            return None
    return None


def build(name: str, qtype: int = A, ident: int = 0) -> bytes:
    """A query for `name` IN with recursion desired (RFC 1035 section 4). Raises ValueError for what is no name."""
    return HEADER.pack(ident, RD, 1, 0, 0, 0) + to_wire(name) + struct.pack("!2H", qtype, 1)


def is_response(query: bytes, packet: bytes) -> bool:
    """Whether `packet` is a response with the query's id and question, in whatever case."""
    answered = len(packet) >= len(query) and packet[:2] == query[:2] and packet[2] & 0x80 != 0
    return answered and packet[12 : len(query)].lower() == query[12:].lower()
