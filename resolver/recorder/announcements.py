# SPDX-License-Identifier: GPL-3.0-or-later
"""Hears what devices announce, by mDNS and SSDP, in a thread of the recorder's, and asks them to now and then.

    224.0.0.251:5353     ─► network.mdns ──────────────────────────┐
    239.255.255.250:1900 ─► network.ssdp ─► upnp_description (GET) ─┴─► AnnouncementBook ─► config.db, by device

Anybody on the link may send here, so a turn reads so many packets and then rests, a description is fetched of devices
that asked a query (and of the router) alone, and a device's name goes into config.db every few minutes at most.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from network import mdns, multicast, routes, ssdp, upnp_description
from network.helper_thread import HelperThread
from network.ssdp import Location
from network.upnp_description import BadDescription
from resolver.recorder import announced_facts
from resolver.recorder.announcement_book import AnnouncementBook
from store.config.choices import NameSource
from store.config.settings import Settings, parse_endpoint
from wire.addresses import parse

READS = 50  # packets of a turn …
REST_SECONDS = 0.25  # … and the rest after one: 200 packets a second, some 2 % of a Pi's core. The kernel drops more.
# Packets may be made to be slow to read, 20 ms each on a desktop: of one socket a turn takes no longer than this …
TURN_SECONDS = 0.05
SHARE = 0.1  # … and the rest is so much longer that this share of a core is all that is spent on reading
LOOK_SECONDS = 30.0  # between two looks for interfaces and settings
ASK_SECONDS = (2.0, 30.0, 300.0, 900.0)  # between two questions to all; the last again and again
STORE_SECONDS = 2.0  # between two writes …
SAME_SECONDS = 300.0  # in this time a device is written …
SAME_MAX = 5  # … so many times at most: nobody wears a card out by changing names
FETCH_SECONDS = 6 * 3600.0  # between two looks at the same description
FETCHES_MAX = 64  # that wait
STORES_MAX = 100  # devices written at one time

log = logging.getLogger(__name__)


class Announcements:
    """One per recorder. `is_known`: whether an address is a device's; `config`: config.db, into which it writes."""

    def __init__(
        self,
        config: Path,
        settings: Callable[[], Settings],
        is_known: Callable[[str], bool],
    ) -> None:
        self.book = AnnouncementBook()
        self._config, self._settings, self._is_known = config, settings, is_known
        self._mdns: tuple[multicast.MulticastGroup, multicast.Asker] | None = None
        self._ssdp: tuple[multicast.MulticastGroup, multicast.Asker] | None = None
        self._unwritten: dict[str, None] = {}
        self._written: dict[str, list[float]] = {}
        self._fetches: dict[str, Location] = {}
        self._fetched: dict[str, float] = {}
        self._asked, self._next_ask = 0, 0.0
        self._next_look = self._next_store = 0.0
        self._wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._waking, self._closing = threading.Lock(), threading.Event()
        self._thread = HelperThread("announcements", self._serve)
        self.start()

    def start(self) -> None:
        """Listen from now on; to be called now and then, since there may be no thread for it yet."""
        self._thread.start()

    def asks(self, source: NameSource, address: str) -> bool:
        """Whether an address is to be asked for its name by mDNS: not where it has told one, or none is listened to."""
        heard = self.book.of(address)
        return source is not NameSource.MDNS or (
            self._settings().discover_mdns == "on" and not (heard and heard.mdns_name)
        )

    def close(self) -> None:
        """Let the thread end; a fetch that runs is not waited for."""
        self._closing.set()
        with self._waking:
            if self._wake >= 0:
                os.eventfd_write(self._wake, 1)

    def join(self, seconds: float) -> None:
        """Wait until it has ended."""
        self._thread.join(seconds)

    def _serve(self) -> None:
        while not self._closing.is_set():
            try:
                self._turn()
            except Exception:
                log.exception("what devices announce could not be heard")
                self._closing.wait(LOOK_SECONDS)
        for pair in (self._mdns, self._ssdp):
            _close(pair)
        with self._waking:
            os.close(self._wake)
            self._wake = -1

    def _turn(self) -> None:
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + LOOK_SECONDS
            self._look()
        if now >= self._next_ask:
            self._ask(now)
        if now >= self._next_store and self._unwritten:
            self._next_store = now + STORE_SECONDS
            self._write(now)
        sockets = [*(self._mdns or ()), *(self._ssdp or ())]
        until = min(self._next_look, self._next_ask, self._next_store if self._unwritten else self._next_look)
        wait = 0.0 if self._fetches else max(0.0, until - now)
        readable, _, _ = select.select([*sockets, self._wake], [], [], wait)
        if readable:
            self._closing.wait(max(REST_SECONDS, self._read() / SHARE))
        self._fetch_one()

    def _look(self) -> None:
        """Open and close as the settings say, and join interfaces that are new."""
        settings = self._settings()
        at_home = answers_the_home(settings)
        self._mdns = _opened(self._mdns, at_home and settings.discover_mdns == "on", mdns.GROUP, mdns.PORT)
        self._ssdp = _opened(self._ssdp, at_home and settings.discover_ssdp == "on", ssdp.GROUP, ssdp.PORT)

    def _ask(self, now: float) -> None:
        self._next_ask = now + ASK_SECONDS[min(self._asked, len(ASK_SECONDS) - 1)]
        self._asked += 1
        if self._mdns:
            self._mdns[1].ask(mdns.questions())
        if self._ssdp:
            self._ssdp[1].ask(ssdp.search())

    def _read(self) -> float:
        """Take what came; the seconds of a core that it took."""
        begun = time.thread_time()
        for pair, take in ((self._mdns, self._take_mdns), (self._ssdp, self._take_ssdp)):
            for sock in pair or ():
                until = time.thread_time() + TURN_SECONDS
                for _ in range(READS // 2):
                    if (got := sock.receive()) is None:
                        break
                    if got[0]:
                        take(*got)
                    if time.thread_time() >= until:
                        break
        return time.thread_time() - begun

    def _take_mdns(self, packet: bytes, sender: str) -> None:
        if self.book.take_mdns(mdns.read(packet, sender, self.book.hosts(sender))):
            self._unwritten[sender] = None

    def _take_ssdp(self, packet: bytes, sender: str) -> None:
        announcement = ssdp.read(packet, sender)
        if announcement is None:
            return
        if self.book.take_upnp_type(sender, announcement.type):
            self._unwritten[sender] = None
        due = time.monotonic() - self._fetched.get(sender, -FETCH_SECONDS) >= FETCH_SECONDS
        wanted = due and (self._is_known(sender) or sender == routes.router())
        if announcement.location is not None and wanted and len(self._fetches) < FETCHES_MAX:
            self._fetches.setdefault(sender, announcement.location)

    def _fetch_one(self) -> None:
        if not self._fetches:
            return
        address, place = next(iter(self._fetches.items()))
        del self._fetches[address]
        self._fetched = {at: when for at, when in self._fetched.items() if self._is_known(at)} | {
            address: time.monotonic()
        }
        with contextlib.suppress(OSError, BadDescription):
            if self.book.take_description(address, upnp_description.fetch(place)):
                self._unwritten[address] = None

    def _write(self, now: float) -> None:
        """Write devices that are due; others, and addresses that are no device's yet, wait."""
        self._unwritten = {at: None for at in self._unwritten if self.book.of(at)}
        self._written = {at: times for at, times in self._written.items() if now - times[0] < SAME_SECONDS}
        due = [
            at for at in self._unwritten
            if self._is_known(at) and len(self._written.get(at, ())) < SAME_MAX
        ][:STORES_MAX]  # fmt: skip
        if not due:
            return
        heard = {at: heard for at in due if (heard := self.book.of(at))}
        try:
            announced_facts.store(self._config, heard, self._settings().own_name)
        except sqlite3.Error as error:
            log.info("what devices announce cannot be written just now (%s)", error)
            return
        for address in due:
            self._written.setdefault(address, []).append(now)
            del self._unwritten[address]


def answers_the_home(settings: Settings) -> bool:
    """Whether devices can ask us at all; where DNS listens on loopback alone, as in a trial, none is looked for."""
    return not all(parse(parse_endpoint(endpoint, 53)[0]).is_loopback for endpoint in settings.dns)


def _opened(
    pair: tuple[multicast.MulticastGroup, multicast.Asker] | None, wanted: bool, group: str, port: int
) -> tuple[multicast.MulticastGroup, multicast.Asker] | None:
    if not wanted:
        _close(pair)
        return None
    if pair is not None:
        pair[0].join()
        return pair
    try:
        return multicast.MulticastGroup(group, port), multicast.Asker(group, port)
    except OSError as error:
        log.info("what devices announce at port %d cannot be heard (%s)", port, error.strerror)
        return None


def _close(pair: tuple[multicast.MulticastGroup, multicast.Asker] | None) -> None:
    for each in pair or ():
        each.close()
