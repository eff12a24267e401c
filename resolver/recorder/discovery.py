# SPDX-License-Identifier: GPL-3.0-or-later
"""Which device an address belongs to, for the recorder: known ones from memory, new ones into config.db.

    kernel ─► NeighbourTable ─┐
    routers ─► `told` (EDNS) ─┼─► Sighting ─► store.devices.sightings_store ─► config.db ─► the workers' policies
    lease files ─► NameLookup ┘

A new address becomes a device at once, by its MAC where that is known. DHCP gives an address to another device in time:
the kernel tells that its MAC changed before the first query of that one is read, so its rows wait until config.db says
whose it is now, and what was asked before stays with the first. Another address of a device that is known is met before
it asks at all.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from network.lease_files import OWN_FILE
from resolver.recorder.address_words import AddressWords
from resolver.recorder.buffer import EDNS_MARK, plain_client
from resolver.recorder.name_lookup import LOOK_UPS_MAX, NameLookup
from resolver.recorder.newcomers_met import NewcomersMet
from resolver.recorder.sightings import Sightings
from store.base import db
from store.config import devices, list_status
from store.config.choices import NameSource
from store.config.settings import Settings
from store.devices import hand_networks, sightings_store
from store.devices.sightings_store import Sighting
from store.log.batches import DEVICE_MARK, named_device
from store.privacy import kept_devices
from store.privacy.log_privacy import Kept

AGAIN_SECONDS = 6 * 3600.0  # names change when a device gets another lease
BUSY_MS = 50  # what the recorder waits for a locked config.db …
MOVED_BUSY_MS = 300  # the same where an address moved, whose rows would else be nobody's
RETRY_SECONDS = 1.0  # … and how long then not again: rows have their device when they are written
LOCKED_SECONDS = 5.0  # no transaction of ours takes so long; a lock that does is reported
MOVED_SECONDS = 0.2  # between two commits for the sake of addresses that moved; others wait for the next second
HEARD_SECONDS = 600.0  # between two notes in config.db of who was heard: a card wears by each
UNMET_MAX = 20_000  # new addresses between two commits, some 2 MB
KNOWN_MAX = 40_000  # addresses remembered; store forgets beyond the same number

T = TypeVar("T")

log = logging.getLogger(__name__)


class Discovery:
    """One per recorder; `see` is called with the clients of each batch, everything else now and then."""

    def __init__(
        self,
        state: Path,
        settings: Callable[[], Settings] = Settings,
        asks: Callable[[NameSource, str], bool] = lambda source, address: True,
    ) -> None:
        """`settings`: as they are now. `asks`: whether a source of names is to be asked of an address."""
        self._path, self._settings = state / "config.db", settings
        self._known: dict[str, int] = {}
        self._macs: dict[str, str] = {}
        self._device_macs: dict[str, int] = {}
        self._given = hand_networks.NO_NETWORKS
        self._words = AddressWords(lambda: self._lookup.leases)
        self.neighbours = self._words.neighbours
        self._sightings = Sightings(lambda: settings().allowed_networks)
        self._named, self._heard = -AGAIN_SECONDS, time.monotonic()
        self._failed = False
        self._unmet: set[str] = set()
        self.newcomers = NewcomersMet(self._words.is_sure)
        self._before: dict[str, int] = {}  # of those that may have moved, whose they were
        self._next_try = self._next_move = 0.0
        self._waits_since: float | None = None
        self.merged: queue.SimpleQueue[tuple[int, int]] = queue.SimpleQueue()  # (old, new) device ids, for the log
        self.refresh()
        own_leases = str(state / OWN_FILE)
        self._lookup = NameLookup(
            self._path, self._mac_of, lambda: (*settings().lease_files, own_leases), lambda: settings().own_name, asks
        )

    def device_of(self, address: str) -> int | None:
        """The device behind an address that was met, or that a client said to be; None while nobody can tell."""
        device_id = self._known.get(address) or named_device(address)
        if device_id is None and self._given and address not in self._unmet:
            device_id = self._given.device_of(address)  # of a network given by hand, which may be a crowd
        return device_id

    def told(self, address: str, mac: str) -> None:
        """Note that a trusted router asked for who has this address, and this MAC where it named one, else ""."""
        is_news = self._words.hear(address, mac)
        if is_news and address in self._known and mac and self._macs.get(address) != mac:
            self._doubt(address)

    def take(self, clients: list[str]) -> None:
        """Note the clients of a batch, and what trusted routers told with them, which is then taken out of the list."""
        for place, client in enumerate(clients):
            if EDNS_MARK in client:
                clients[place], mac = plain_client(client)
                self.told(clients[place], mac)
        self.see(clients)

    def see(self, addresses: Iterable[str]) -> None:
        """Note addresses; `settle` gives new ones their devices, all at once."""
        self.follow_neighbours()
        met = (each for each in addresses if DEVICE_MARK not in each)  # one that named itself has any address
        now = time.monotonic()
        self._unmet |= self.newcomers.among(self._sightings.hear(met, self._known, now) - self._unmet, now)
        while len(self._unmet) > UNMET_MAX:
            self._unmet.pop()  # somebody makes them up

    def follow_neighbours(self) -> None:
        """Take what the kernel tells: addresses that moved, and new ones of devices that are known, are met at once."""
        for neighbour in self.neighbours.read():
            address, mac = str(neighbour.address), neighbour.mac
            if address in self._words.told:
                continue
            if address in self._known and self._macs.get(address) != mac:
                self._doubt(address)
            elif address not in self._known and mac in self._device_macs:
                self._unmet.add(address)
        now = time.monotonic()
        if self._unmet and now >= self._next_move:
            self._next_move = now + MOVED_SECONDS
            self.settle()

    def settle(self) -> None:
        """Meet the addresses that are new. While config.db is locked they wait, and nothing waits with them."""
        if self._unmet and (self._before or time.monotonic() >= self._next_try):
            self._meet(list(self._unmet))

    def refresh(self) -> None:
        """Read the addresses again, since people merge and groups change; on failure what was known stays."""
        try:
            with contextlib.closing(db.connect(self._path, read_only=True)) as con:
                self._known, self._macs = self._sure(devices.clients(con)), devices.macs(con)
                self._device_macs, self._given = devices.by_mac(con), hand_networks.load(con)
            self._failed, self._next_try = False, 0.0
        except sqlite3.Error as error:
            self._report(error)

    def names(self) -> dict[int, str] | None:
        """Device id → display name; None when it cannot be read now."""
        return self._read(devices.names)

    def merged_by_hand(self) -> dict[int, int] | None:
        """Device → the one that a person made it one with; None when it cannot be read now."""
        return self._read(devices.merged)

    def titles(self) -> dict[str, str] | None:
        """Blocklist id → title; None when it cannot be read now."""
        return self._read(list_status.titles)

    def kept(self, settings: Settings) -> Kept | None:
        """What may be written down of whom; None when that cannot be read now."""
        return self._read(lambda con: kept_devices.load(con, settings))

    def look_again(self) -> None:
        """Settle, and have everything named anew when the time has come; called about once a second."""
        now = time.monotonic()
        self.follow_neighbours()
        self._follow_leases()
        self.settle()
        if now - self._heard >= HEARD_SECONDS:
            self._heard = now
            self._note_heard(now)
        if now - self._named >= AGAIN_SECONDS:
            self._named = now
            for address in list(self._known)[:LOOK_UPS_MAX]:
                self._lookup.ask(address)

    def close(self) -> None:
        """Let the thread end; a look-up that runs is not waited for."""
        self._lookup.close()
        self.neighbours.close()

    def join(self, seconds: float) -> None:
        """Wait for the thread, once closed."""
        self._lookup.join(seconds)

    def _doubt(self, address: str) -> None:
        """Have an address met anew; rows of it wait until it is."""
        if (device_id := self._known.pop(address, None)) is not None:
            self._before[address] = device_id
        self._unmet.add(address)

    def _sure(self, clients: dict[str, int]) -> dict[str, int]:
        """Without those that may have moved: config.db still has them where they were."""
        return {address: device_id for address, device_id in clients.items() if address not in self._before}

    def _follow_leases(self) -> None:
        """Have lease files read anew, and take those that were: addresses whose lease is another's may have moved."""
        self._lookup.follow_files()
        while not self._lookup.changed.empty():
            leases, now = self._lookup.changed.get(), time.time()
            for address, lease in leases.items():
                if lease.mac and address in self._known and lease.holds(now) and self._macs.get(address) != lease.mac:
                    self._unmet.add(address)

    def _meet(self, addresses: list[str]) -> None:
        try:
            with contextlib.closing(db.connect(self._path)) as con:
                con.execute(f"PRAGMA busy_timeout = {MOVED_BUSY_MS if self._before else BUSY_MS}")
                new = sum(address not in self._known for address in addresses)
                if new and self._make_room(con, new):
                    self._known = self._sure(devices.clients(con))
                met = [self._words.sighting(address) for address in addresses]
                device_ids = sightings_store.meet(con, met, landing=self._settings().new_devices)
                self._tell_merged(con, device_ids)
        except sqlite3.Error as error:
            now = time.monotonic()
            self._next_try = now + RETRY_SECONDS
            self._waits_since = self._waits_since or now
            if not _is_busy(error) or now - self._waits_since >= LOCKED_SECONDS:
                self._report(error)
            return
        self._unmet.clear()
        self._before.clear()
        self._waits_since = None
        self._remember(met, device_ids)
        for address in device_ids:
            self._lookup.ask(address)

    def _make_room(self, con: sqlite3.Connection, new: int) -> int:
        heard_at = self._sightings.by_device(self._known)
        return sightings_store.make_room(con, new, heard_at, self._settings().new_devices)

    def _remember(self, met: Iterable[Sighting], device_ids: Mapping[str, int]) -> None:
        if len(self._known) + len(device_ids) > KNOWN_MAX:
            self._known.clear()
            self._macs.clear()
        if len(self._device_macs) > KNOWN_MAX:
            self._device_macs.clear()
        self._known |= device_ids
        for each in met:
            if each.mac:
                self._macs[each.address], self._device_macs[each.mac] = each.mac, device_ids[each.address]

    def _mac_of(self, address: str) -> str | None:
        return self._words.told.get(address) or self._words.neighbour(address) or self._macs.get(address)

    def _tell_merged(self, con: sqlite3.Connection, device_ids: Mapping[str, int]) -> None:
        """Tell the log of devices that turned out to be others; not of those that lost an address to them."""
        known = self._known | self._before
        pairs = {(known[at], new) for at, new in device_ids.items() if known.get(at, new) != new}
        there = devices.still_there(con, {old for old, _ in pairs}) if pairs else set()
        for old, new in pairs:
            if old not in there:
                self.merged.put((old, new))

    def _note_heard(self, now: float) -> None:
        """Note in config.db who was heard since the last time."""
        since, clock = now - HEARD_SECONDS, time.time() - now
        heard = {address: int(at + clock) for address, at in self._sightings.heard_since(since).items()}
        try:
            with contextlib.closing(db.connect(self._path)) as con:
                con.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
                sightings_store.heard(con, heard)
        except sqlite3.Error:
            self._heard = now - HEARD_SECONDS + RETRY_SECONDS * 10  # soon again

    def _read(self, what: Callable[[sqlite3.Connection], T]) -> T | None:
        try:
            with contextlib.closing(db.connect(self._path, read_only=True)) as con:
                return what(con)
        except sqlite3.Error:
            return None

    def _report(self, error: sqlite3.Error) -> None:
        if not self._failed:
            self._failed = True
            log.error("config.db cannot be used (%s); queries of new addresses are logged without a device", error)


def _is_busy(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
