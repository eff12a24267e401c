# SPDX-License-Identifier: GPL-3.0-or-later
"""What all connections of one kind have in common: the certificate, who may come in, and what is counted of them."""

from __future__ import annotations

import ssl
from collections import Counter
from collections.abc import Callable
from typing import Protocol

from network.places import Bounds, Placed, Places
from resolver.encrypted.admission import Admission
from resolver.encrypted.handshake_limits import HandshakeLimits

# A connection takes some 60 KB under TLS, so that all of them take 50 MB at the most; a phone has one, a browser two.
BOUNDS = Bounds(connections=800, client=40, network=400)
SHAKING_MAX = 200  # handshakes that are not through: what does not move on is gone within seconds
MAX_WORD = 63  # a label


class AskedName(ssl.SSLObject):
    """A server's end of TLS that keeps the name that the client asked for."""

    asked = ""


class House(Protocol):
    """What the process knows that its doors need."""

    admission: Admission


class Door:
    """Of one kind: DNS over TLS, or HTTPS."""

    def __init__(self, house: House, places: Places[Placed], limits: HandshakeLimits) -> None:
        self.house, self.places, self._limits = house, places, limits
        self.context: ssl.SSLContext | None = None
        self.counters: Counter[str] = Counter()  # keys are fixed words
        self.shaking = 0
        self.plain_answer: Callable[[bytes], bytes] = lambda data: b""

    def use(self, context: ssl.SSLContext) -> None:
        """From the next connection on; those that are there go on with what they have."""
        context.sslobject_class = AskedName
        context.sni_callback = _keep_name
        self.context = context

    def let_in(self, connection: Placed, now: float) -> bool:
        """Whether a connection just made is worth more than the end of it."""
        if not connection.address or not self.house.admission.may_knock(connection.address):
            self.count("stranger")
        elif self.shaking >= SHAKING_MAX or not self.places.take(connection, now):
            self.count("full")
        else:
            self.shaking += 1
            return True
        return False

    def may_shake(self, address: str, now: float) -> bool:
        """Whether a client may make one more handshake now."""
        if self._limits.take(address, now):
            return True
        self.count("storm")
        return False

    def shaken(self) -> None:
        """A handshake is through."""
        self.shaking -= 1
        self.counters["connections"] += 1

    def leave(self, connection: Placed, *, shaken: bool) -> None:
        """A connection is over."""
        if connection in self.places.taken:
            self.places.leave(connection)
            if not shaken:
                self.shaking -= 1

    def count(self, why: str) -> None:
        """A connection that was refused or cut."""
        self.counters[why] += 1

    @staticmethod
    def name(tls: ssl.SSLObject | None) -> str:
        """The name that a client asked for, "" for none."""
        return tls.asked if isinstance(tls, AskedName) else ""

    @classmethod
    def word(cls, tls: ssl.SSLObject | None) -> str:
        """Its first label, where it has several."""
        first, dot, _ = cls.name(tls).partition(".")
        return first[:MAX_WORD].lower() if dot else ""


def _keep_name(tls: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
    if isinstance(tls, AskedName):
        tls.asked = name or ""
