# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions to our unbound that nobody waits for: whether it lives, whether it gets answers, what the root's signatures
say of the time."""

from __future__ import annotations

import secrets
import struct

from recursor.sane_clock import Window
from wire import stub
from wire.message import RECORD, UDP_SIZE
from wire.names import Malformed
from wire.resource_records import walk
from wire.stub import Asked
from wire.types import CD, DO, NOERROR, NS, OPT, RD, RRSIG, SOA, A

SECONDS = 3.0  # for one question; unbound answers what it knows within a millisecond
# What is asked for each kind: a name that unbound knows by itself; the root's name servers; the root's SOA, unchecked.
_QUESTIONS = {"alive": ("localhost", A), "reaches": (".", NS), "root": (".", SOA)}


class Probe:
    """At most one question on its way. `alive`, `reaches`: what the last answers said; None: not known yet."""

    def __init__(self, port: int) -> None:
        self.alive: bool | None = None
        self.reaches: bool | None = None
        self.root: Window | None = None  # of a signature over the root's SOA
        self._server = ("127.0.0.1", port)
        self._asked: tuple[str, bytes, Asked, float] | None = None
        self.silent_since: float | None = None

    def turn(self, now: float) -> bool:
        """Look what came; whether another question may be put."""
        if self._asked is None:
            return True
        kind, query, asked, since = self._asked
        try:
            packet = asked.answer(lambda packet: packet if stub.is_response(query, packet) else None)
        except OSError:
            packet = None
            since = now - SECONDS  # nobody is there
        if packet is None and now - since < SECONDS:
            return False
        asked.close()
        self._asked = None
        self._take(kind, query, packet, now)
        return True

    def ask(self, kind: str, now: float) -> None:
        """Put the question of this kind, unless another is on its way."""
        if self._asked is not None:
            return
        ident = secrets.randbits(16)
        name, qtype = _QUESTIONS[kind]
        query = stub.build(name, qtype, ident)
        packet = _unchecked(query) if kind == "root" else query
        try:
            self._asked = kind, query, Asked(packet, self._server), now
        except OSError:
            self._take(kind, query, None, now)

    @property
    def until(self) -> float | None:
        """When the question that is on its way is given up; None: none is."""
        return self._asked[3] + SECONDS if self._asked is not None else None

    def sources(self) -> list[Asked]:
        """What is readable once an answer is there."""
        return [self._asked[2]] if self._asked is not None else []

    def close(self) -> None:
        if self._asked is not None:
            self._asked[2].close()
            self._asked = None

    def _take(self, kind: str, query: bytes, packet: bytes | None, now: float) -> None:
        if kind == "alive":
            self.alive = packet is not None
            self.silent_since = None if packet is not None else self.silent_since or now
        elif kind == "reaches":
            self.reaches = packet is not None and packet[3] & 0xF == NOERROR
        else:
            self.root = signed_when(query, packet) if packet is not None else None


def signed_when(query: bytes, packet: bytes) -> Window | None:
    """When the first signature over an SOA in the answer section holds (RFC 4034 section 3.1)."""
    (count,) = struct.unpack_from("!H", packet, 6)
    try:
        for _, rtype, _, _, start, end in walk(packet, len(query), count):
            if rtype == RRSIG and end - start >= 18 and struct.unpack_from("!H", packet, start)[0] == SOA:
                expiration, inception = struct.unpack_from("!2I", packet, start + 8)
                return Window(inception, expiration)
    except (Malformed, struct.error):
        pass
    return None


def _unchecked(query: bytes) -> bytes:
    """The same with DO, for the signatures, and CD, so that they come whatever the clock says."""
    head = query[:2] + struct.pack("!5H", RD | CD, 1, 0, 0, 1)
    return head + query[12:] + b"\0" + RECORD.pack(OPT, UDP_SIZE, DO, 0)
