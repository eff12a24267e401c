# SPDX-License-Identifier: GPL-3.0-or-later
"""Who stands at the web port while the pages' process is not there: it sleeps, starts, or ends again and again.

    up         everything that comes is its own; we wait for nothing but its word
    asleep     what comes is taken in, and the first who asks for something wakes it
    starting   for a moment what comes waits where it is: a quick start shows nothing but the page that was asked for
    late       after that moment it is taken in: who would look at a page is shown one that says what is going on, and
               comes again by itself; everything else is kept and handed over, whole, once the process is there

Of a connection nothing is read before it is answered here (guests), so whoever gets it gets all of it, a POST as
well. One that says nothing, or nothing of HTTP, wakes nobody. Connections over HTTPS come from the process
that ends TLS, and go the same way. Nothing here waits or raises, and all of it is bounded, for each device as well:
DNS depends on this loop.
"""

from __future__ import annotations

import logging
import math
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from enum import StrEnum
from functools import partial

from appliance.process import peeked_request, waiting_page
from appliance.process.children import Child
from appliance.process.guests import Guest, Guests
from appliance.process.signals import Signals
from network.places import Bounds
from store.base import web_way
from store.base.process_status import ChildState

LATE_SECONDS = 2.0  # of a start, after which people are told of it
SILENT_SECONDS = 10.0  # for which a connection may say nothing; as long as the pages' process waits for headers
KEPT_SECONDS = 60.0  # for which one that asks is kept; browsers and programs give up at about that time
MAX_GUESTS = 64  # connections that wait here; what is beyond them waits in the backlog
MAX_GIVEN_BACK = 64  # beside them, those that a process hands back when it falls asleep: 32
# Of one device, whose browser opens six; of one /64 of IPv6, where it may take as many addresses as it likes.
BOUNDS = Bounds(connections=MAX_GUESTS + MAX_GIVEN_BACK, client=16, network=32)
BATCH = 16  # taken at one look
AGAIN_SECONDS = 1.0  # after which it is tried again where no descriptor was left, or the way was full

log = logging.getLogger("telltale.supervisor")


class Stage(StrEnum):
    UP = "up"
    ASLEEP = "asleep"
    STARTING = "starting"
    LATE = "late"


class WebDoor:
    """Of the child `role`. `listening`: the sockets of the web port as of now; `handed`: the child's end of the way
    from the process that ends HTTPS, None where there is none; `way`: both ends of the one to the child, ours first;
    `is_home`: whether an address is of the home, for others are told nothing; `language`: for whom no browser says one;
    `is_alone`: whether DNS is all that there is, since the state directory cannot be used."""

    role = "webui"

    def __init__(
        self, listening: Callable[[], Iterable[socket.socket]], handed: socket.socket | None,
        way: tuple[socket.socket, socket.socket], is_home: Callable[[str], bool], language: str = "",
        is_alone: Callable[[], bool] = bool, clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._listening, self._handed, (self._way, self._theirs) = listening, handed, way
        self._is_home, self._language, self._is_alone, self._clock = is_home, language, is_alone, clock
        self.due = math.inf
        self._child: Child | None = None
        self._signals: Signals | None = None
        self._entrances: dict[int, Callable[[], None]] = {}  # those that are watched
        self._guests = Guests(self._came, BOUNDS)
        self._ready: int | None = None  # the process that said so last
        self._stage = Stage.STARTING
        self._since: float | None = None  # when the stage `up` or `asleep` ended
        self._shut_until = 0.0  # no descriptor is left till then
        self._now = 0.0

    def turn(self, child: Child | None, signals: Signals, now: float) -> None:
        """Look how the child is, and see to what came."""
        self._now, self._child = now, child
        if self._signals is None:
            self._signals = signals
            self._guests.watch_by(signals)
            signals.watch(self._way.fileno(), self._hear)
        self._hear()
        if child is None or not child.running:
            self._ready = None
            self._receive(self._theirs)  # what was handed over, and not taken any more
        before, self._stage = self._stage, self._find_stage()
        if self._stage is Stage.UP:
            self._guests.hand_over(self._way)
        else:
            for guest in self._guests:
                self._look_after(guest, look=self._stage is not before)
        if self._stage is Stage.ASLEEP and not self._has_room:
            self._wake()  # so many who say nothing are left to the process, which is fair to all
        self._watch_entrances()
        self.due = self._next_turn()

    def close(self) -> None:
        """Let go of all: the house ends, which may be a restart. Who asks is told to come again."""
        if self._signals is not None:
            self._signals.unwatch(self._way.fileno())
            for fd in self._entrances:
                self._signals.unwatch(fd)
            self._entrances = {}
        self._stage = Stage.LATE
        for guest in self._guests:
            self._guests.look(guest, watched=False)
            if guest in self._guests:
                self._dismiss(guest)

    def _find_stage(self) -> Stage:
        child = self._child
        if child is not None and child.asleep:
            self._since = None
            return Stage.ASLEEP
        if child is not None and child.running and child.pid == self._ready:
            self._since = None
            return Stage.UP
        self._since = self._now if self._since is None else self._since
        return Stage.LATE if self._now - self._since >= LATE_SECONDS else Stage.STARTING

    def _next_turn(self) -> float:
        moments = [math.inf]
        if self._stage is Stage.STARTING and self._since is not None:
            moments.append(self._since + LATE_SECONDS)
        if self._shut_until > self._now:
            moments.append(self._shut_until)
        if self._stage is Stage.UP and self._guests:
            moments.append(self._now + AGAIN_SECONDS)
        else:
            moments += [guest.since + _patience(guest) for guest in self._guests]
        return min(moments)

    # What comes in.

    def _watch_entrances(self) -> None:
        signals = self._signals
        assert signals is not None
        wanted: dict[int, Callable[[], None]] = {}
        if self._takes_in and self._now >= self._shut_until and self._has_room:
            wanted = {sock.fileno(): partial(self._accept, sock) for sock in self._listening()}
            if self._handed is not None:
                wanted[self._handed.fileno()] = partial(self._receive, self._handed)
        for fd in self._entrances.keys() - wanted.keys():
            signals.unwatch(fd)
        for fd in wanted.keys() - self._entrances.keys():
            signals.watch(fd, wanted[fd])
        self._entrances = wanted

    @property
    def _takes_in(self) -> bool:
        return self._stage in (Stage.ASLEEP, Stage.LATE)

    @property
    def _has_room(self) -> bool:
        return len(self._guests) < MAX_GUESTS

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(BATCH):
            if not self._has_room:
                return
            try:
                sock, peer = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                self._shut(error)
                return
            self._take(Guest(sock, web_way.TCP, str(peer[0]), self._clock()))

    def _receive(self, way: socket.socket) -> None:
        """Also what the child hands back: as much as it may."""
        for _ in range(BATCH):
            if way is self._handed and not self._has_room:
                return
            try:
                word, fds, _, _ = socket.recv_fds(way, web_way.MAX_WORD, 1)
            except BlockingIOError:
                return
            except OSError as error:
                self._shut(error)
                return
            if not word and not fds:
                return
            self._ready = web_way.ready_pid(word) or self._ready
            if fds and way is self._way:
                self._ready = None  # it falls asleep: whom it gives back must not go to it again
            for fd in fds:
                self._take_handed(socket.socket(fileno=fd), word)

    def _take_handed(self, sock: socket.socket, word: bytes) -> None:
        address = ""
        who = web_way.peer(word)
        with suppress(OSError, IndexError):
            address = who[0] if who is not None else str(sock.getpeername()[0])
            if who is not None:
                sock.setblocking(False)
                sock.send(web_way.HAVE_IT)
        known = who is not None or word == web_way.TCP
        if known and len(self._guests) < MAX_GUESTS + MAX_GIVEN_BACK:
            self._take(Guest(sock, word, address, self._clock()))
        else:
            sock.close()

    def _hear(self) -> None:
        """The child says that it is there, or hands back what it does not need to be awake for."""
        self._receive(self._way)

    def _shut(self, error: OSError) -> None:
        """Who has said nothing until now gives way at once: their descriptors may be the last."""
        for guest in self._guests:
            self._guests.look(guest, watched=self._takes_in)
            if guest in self._guests and guest.idle:
                self._guests.drop(guest)
        log.warning("no connection to the pages can be taken just now (%s)", error.strerror)
        self._shut_until = self._clock() + AGAIN_SECONDS

    def _wake(self) -> None:
        if self._child is not None and self._child.asleep:
            log.info("%s wakes", self.role)
            self._child.wake()

    # What waits here.

    def _take(self, guest: Guest) -> None:
        """Beyond its share it is told to come again, or to say something at least."""
        if not self._guests.take(guest, watched=self._takes_in):
            self._guests.answer(guest, waiting_page.refusal(self._why(), self._language))

    def _came(self, guest: Guest, first: bytes) -> None:
        """Something has come over one that waits."""
        if not peeked_request.may_be_request(first):
            self._guests.answer(guest, waiting_page.NO_REQUEST)
        elif self._stage is Stage.ASLEEP:
            self._wake()
        elif self._stage is Stage.LATE and self._is_home(guest.address):
            asked = peeked_request.parse(first, self._language)
            if asked is not None and asked.wants_page:
                self._guests.answer(guest, waiting_page.page(self._why(), asked.language, asked.is_head))

    def _look_after(self, guest: Guest, *, look: bool) -> None:
        """See what it wants, where that may matter now, and let go of one that has waited long enough."""
        if look:
            self._guests.look(guest, watched=self._takes_in)
        if guest not in self._guests or self._now - guest.since < _patience(guest):
            return
        self._dismiss(guest)

    def _dismiss(self, guest: Guest) -> None:
        if guest.asks:
            self._guests.answer(guest, waiting_page.refusal(self._why(), self._language))
        else:
            self._guests.drop(guest)

    def _why(self) -> waiting_page.Why:
        if self._child is None:
            return waiting_page.Why.ALONE if self._is_alone() else waiting_page.Why.NOT_YET
        fails = self._child.state(self._now) is ChildState.FAILING
        return waiting_page.Why.FAILS if fails else waiting_page.Why.STARTS


def _patience(guest: Guest) -> float:
    return KEPT_SECONDS if guest.asks else SILENT_SECONDS
