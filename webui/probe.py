# SPDX-License-Identifier: GPL-3.0-or-later
"""Does DNS answer? Asks the name kept for that over UDP, as a device at home would ask any."""

from __future__ import annotations

import secrets
import socket
import struct
import threading
import time

from resolver import local
from store.settings import Settings, parse_endpoint

TIMEOUT_SECONDS = 1.0
# /health is open to all: however often it is called, DNS is asked this seldom.
KEPT_SECONDS = 5.0
# Questions that are not ours, or late, are passed over this often at most.
MAX_STRAY_PACKETS = 8
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (the addresses to ask when we listen on all)


class Probe:
    """Remembers the last result for `KEPT_SECONDS`; one thread asks, the others wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._answered = False

    def answered(self, settings: Settings) -> bool:
        with self._lock:
            if time.monotonic() - self._asked_at > KEPT_SECONDS:
                name = local.health_name(settings.own_name)
                self._answered = any(ask(endpoint, name) for endpoint in settings.dns[:1])
                self._asked_at = time.monotonic()
            return self._answered


def ask(endpoint: str, name: str, timeout: float = TIMEOUT_SECONDS) -> bool:
    """Whether `endpoint` (ADDRESS:PORT) answers `name` A IN with NOERROR within `timeout` seconds."""
    host, port = parse_endpoint(endpoint, 53)
    host = _ANY.get(host, host)
    query = build(name)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.settimeout(timeout)
            sock.connect((host, port))
            sock.send(query)
            return any(is_answer(query, sock.recv(4096)) for _ in range(MAX_STRAY_PACKETS))
    except OSError:
        return False


def build(name: str, qtype: int = 1) -> bytes:
    """A query for `name` (ASCII, without escapes) IN, type A unless told, recursion desired (RFC 1035 section 4)."""
    labels = b"".join(bytes([len(label)]) + label for label in name.encode("ascii").split(b"."))
    return struct.pack("!HHHHHH", secrets.randbits(16), 0x0100, 1, 0, 0, 0) + labels + struct.pack("!BHH", 0, qtype, 1)


def is_answer(query: bytes, packet: bytes) -> bool:
    """Whether `packet` has the query's id, is a response, and says NOERROR."""
    return len(packet) >= 12 and packet[:2] == query[:2] and packet[2] & 0x80 != 0 and packet[3] & 0x0F == 0
