# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections that wait at a door for the process that serves them: taken in, looked at, handed over or let go of.

One device may not take all the places (`network.places`), or it would shut out everybody while the process is away.
Of what comes over one nothing is taken (MSG_PEEK) before it is answered here, so whoever gets it gets all of it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

from appliance.process.signals import Signals
from network.places import Bounds, Places

PEEK_BYTES = 8192
TAKE_BYTES = 65_536  # of a request that is answered here: left unread, it would make the kernel cut the answer off


class Guest:
    """A connection: by which word it is handed over, whose it is, since when it is here, whether something has come."""

    def __init__(self, sock: socket.socket, word: bytes, address: str, since: float) -> None:
        self.sock, self.word, self.address, self.since = sock, word, address, since
        self.asks = self.watched = False
        self.used = since
        self.cut: Callable[[], None] = sock.close

    @property
    def idle(self) -> bool:
        """Whether it has asked for nothing: then nothing is lost with it."""
        return not self.asks


class Guests:
    """Those that wait now, within `bounds`. `on_first_bytes` is called with one, as often as it is looked at. Nothing
    here waits."""

    def __init__(self, on_first_bytes: Callable[[Guest, bytes], None], bounds: Bounds) -> None:
        self._on_first_bytes = on_first_bytes
        self._places: Places[Guest] = Places(bounds)
        self._waiting: dict[Guest, None] = {}  # in the order in which they came
        self._signals: Signals | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[Guest]:
        return iter(tuple(self._waiting))

    def watch_by(self, signals: Signals) -> None:
        """Before the first comes."""
        self._signals = signals

    def take(self, guest: Guest, *, watched: bool) -> bool:
        """Let it wait here, or see what it asks for at least; whether there is a place for it, else it is to be
        answered. One of its own that has asked for nothing gives way to it."""
        guest.sock.setblocking(False)
        guest.cut = partial(self.drop, guest)
        self._waiting[guest] = None
        self.look(guest, watched=watched)
        if guest not in self._waiting or self._places.take(guest, guest.since):
            return True
        own = (each for each in self if each.address == guest.address and each is not guest)
        silent = next((each for each in own if each.idle), None)
        if silent is None:
            return False
        self.drop(silent)
        return self._places.take(guest, guest.since)

    def look(self, guest: Guest, *, watched: bool) -> None:
        """Whether something has come, and what; if not, with `watched`, as soon as it does."""
        if guest not in self._waiting:
            return
        try:
            first = guest.sock.recv(PEEK_BYTES, socket.MSG_PEEK)
        except BlockingIOError:
            self._watch(guest, watched)
            return
        except OSError:
            first = b""
        if not first:
            self.drop(guest)
            return
        guest.asks = True
        self._watch(guest, False)
        self._on_first_bytes(guest, first)

    def answer(self, guest: Guest, response: bytes) -> None:
        """From here, and let go of it."""
        with suppress(OSError):
            guest.sock.recv(TAKE_BYTES)
        with suppress(OSError):
            guest.sock.send(response)
            guest.sock.shutdown(socket.SHUT_WR)
        self.drop(guest)

    def hand_over(self, way: socket.socket) -> None:
        """All of them to who is at the other end; what finds no room there waits on."""
        for guest in self:
            try:
                socket.send_fds(way, [guest.word], [guest.sock.fileno()])
            except OSError:
                return
            self.drop(guest)

    def drop(self, guest: Guest) -> None:
        """Let go of it."""
        del self._waiting[guest]
        self._places.leave(guest)
        self._watch(guest, False)
        guest.sock.close()

    def _watch(self, guest: Guest, wanted: bool) -> None:
        signals = self._signals
        assert signals is not None
        if wanted and not guest.watched:
            signals.watch(guest.sock.fileno(), partial(self.look, guest, watched=True))
        elif guest.watched and not wanted:
            signals.unwatch(guest.sock.fileno())
        guest.watched = wanted
