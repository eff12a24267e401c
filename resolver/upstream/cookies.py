# SPDX-License-Identifier: GPL-3.0-or-later
"""Cookies towards one plain upstream (RFC 7873, RFC 9018): what nobody can forge who does not see our queries.

    ask    our cookie, eight random bytes; and the server's own, once it gave one, so that it knows us
    hear   an answer that holds our cookie is the server's: whoever guesses port, id and letters does not know it

From the first such answer on, a datagram without it counts as forged, and the question goes over a stream, where no
stranger can answer. Says a stream that the server has stopped giving cookies, none is expected any more.
"""

from __future__ import annotations

import logging
import os
import time

from wire.client_options import COOKIE

SIZE = 8  # of ours: RFC 7873 section 4
SERVER_LEAST, SERVER_MOST = 8, 32  # of the server's
LOST_MOST = 3  # times that it stopped giving them, before it is asked without: several machines under one address
AGAIN_SECONDS = 3600.0

log = logging.getLogger(__name__)


class Cookies:
    """Of one server. `options`: what stands in the OPT record of a query to it, as bytes; `subnet` first, as given."""

    __slots__ = ("_lost", "_name", "_off_until", "_on", "_own", "_server", "_subnet", "expected", "options")

    def __init__(self, name: str, subnet: bytes = b"", *, on: bool) -> None:
        self._name, self._subnet, self._on = name, subnet, on
        self._own = os.urandom(SIZE)
        self._server = b""
        self._lost, self._off_until = 0, 0.0
        self.expected = b""  # without which a datagram is none of this server's; nothing: it never gave one
        self.options = b""
        self._dress()

    def hear(self, packet: bytes, start: int = 12) -> None:
        """A packet that counts as this server's answer to a query with `options`: keep the cookie that it may hold."""
        at = packet.find(self._own, start) if self._on else -1
        if at < 0:
            return
        size = int.from_bytes(packet[at - 2 : at], "big") - SIZE
        if packet[at - 4 : at - 2] != _CODE or not SERVER_LEAST <= size <= SERVER_MOST:
            return  # one that repeats what it does not know
        given = packet[at + SIZE : at + SIZE + size]
        if given != self._server and len(given) == size:
            self._server, self.expected = given, self._own
            self._dress()

    def hear_stream(self, packet: bytes) -> None:
        """The same, over a stream, where it is the server that has left it out."""
        if self.expected and packet.find(self.expected) < 0:
            self.lose()
        else:
            self.hear(packet)

    def lose(self) -> None:
        """It gives none any more; it is believed without, and after a few times asked without for a while."""
        self._server = self.expected = b""
        self._lost += 1
        if self._lost >= LOST_MOST and self._on:
            self._on, self._off_until = False, time.monotonic() + AGAIN_SECONDS
            log.warning("upstream %s gives cookies now and then; it is asked without", self._name)
        self._dress()

    def check(self) -> None:
        """Ask with cookies again when that time is over; called by the worker's clock."""
        if self._off_until and time.monotonic() >= self._off_until:
            self._on, self._lost, self._off_until = True, LOST_MOST - 1, 0.0
            self._own = os.urandom(SIZE)
            self._dress()

    def _dress(self) -> None:
        cookie = self._own + self._server
        self.options = self._subnet + (_CODE + len(cookie).to_bytes(2, "big") + cookie if self._on else b"")


_CODE = COOKIE.to_bytes(2, "big")
