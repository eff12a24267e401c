# SPDX-License-Identifier: GPL-3.0-or-later
"""Which device an address belongs to, for the recorder: known ones from memory, new ones into config.db.

A new address becomes a device at once, by its MAC where the neighbour table holds it. Maker and name are looked up
afterwards in a thread, since routers and devices may take a second to answer, or never do.

DHCP gives an address to another device in time. So one that was silent, or whose MAC changed, is looked up anew before
its rows are written: from then on it is the other device, and what was asked before stays with the first.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from network import neighbours
from network.neighbours import Neighbours
from resolver.recorder import identify
from resolver.recorder.sightings import Sightings
from store.base import db
from store.config import devices, list_status
from wire.addresses import parse

NEIGHBOURS_SECONDS = 5.0  # between two readings of the neighbour table: each starts a process
LOOK_UPS_MAX = 500  # addresses that wait to be named; more are named when they are next looked at
AGAIN_SECONDS = 6 * 3600.0  # names change when a device gets another lease
BUSY_MS = 50  # what the recorder waits for a locked config.db …
RETRY_SECONDS = 1.0  # … and how long then not again: rows have their device when they are written
LOCKED_SECONDS = 5.0  # no transaction of ours takes so long; a lock that does is reported
UNMET_MAX = 20_000  # new addresses between two commits, some 2 MB
KNOWN_MAX = 20_000  # addresses remembered; store forgets beyond the same number

log = logging.getLogger(__name__)


class Discovery:
    """One per recorder; `see` is called with the clients of each batch, everything else now and then."""

    def __init__(self, state: Path, allowed: Callable[[], Iterable[str]] = tuple) -> None:
        """`allowed`: the networks that the settings add to the home; strangers are no devices."""
        self._path = state / "config.db"
        self._known: dict[str, int] = {}
        self._macs: dict[str, str] = {}
        self._sightings = Sightings(allowed, time.monotonic())
        self._doubted: set[str] = set()  # known ones, no more than those
        self._neighbours = Neighbours(neighbours.table, NEIGHBOURS_SECONDS)
        self._named = -AGAIN_SECONDS
        self._failed = False
        self._unmet: set[str] = set()
        self._next_try = 0.0
        self._waits_since: float | None = None
        self._queue: queue.Queue[tuple[int, str] | None] = queue.Queue(LOOK_UPS_MAX)
        self.merged: queue.SimpleQueue[tuple[int, int]] = queue.SimpleQueue()  # (old, new) device ids, for the log
        self.refresh()
        self._thread = threading.Thread(target=self._look_up_all, name="identify", daemon=True)
        self._thread.start()

    def device_of(self, address: str) -> int | None:
        """The device behind an address that was met; None while config.db cannot be written or read."""
        return self._known.get(address)

    def see(self, addresses: Iterable[str]) -> None:
        """Note addresses; `settle` gives new ones their devices, all at once."""
        new, silent = self._sightings.hear(addresses, self._known, time.monotonic())
        self._unmet |= new
        self._doubted |= silent
        while len(self._unmet) > UNMET_MAX:
            self._unmet.pop()  # somebody makes them up

    def settle(self) -> None:
        """Meet the addresses that are new. While config.db is locked they wait, and nothing waits with them."""
        if self._doubted:
            self._check()
        if self._unmet and time.monotonic() >= self._next_try:
            self._meet(list(self._unmet))

    def refresh(self) -> None:
        """Read the addresses again, since people merge and groups change; on failure what was known stays."""
        try:
            with contextlib.closing(db.connect(self._path, read_only=True)) as con:
                self._known, self._macs = devices.clients(con), devices.macs(con)
            self._failed, self._next_try = False, 0.0
        except sqlite3.Error as error:
            self._report(error)

    def names(self) -> dict[int, str] | None:
        """Device id → display name; None when it cannot be read now."""
        try:
            with contextlib.closing(db.connect(self._path, read_only=True)) as con:
                return devices.names(con)
        except sqlite3.Error:
            return None

    def titles(self) -> dict[str, str] | None:
        """Blocklist id → title; None when it cannot be read now."""
        try:
            with contextlib.closing(db.connect(self._path, read_only=True)) as con:
                return list_status.titles(con)
        except sqlite3.Error:
            return None

    def look_again(self) -> None:
        """Settle, and have everything named anew when the time has come; called about once a second."""
        now = time.monotonic()
        self._doubted |= self._sightings.to_check(now)
        self.settle()
        if now - self._named >= AGAIN_SECONDS:
            self._named = now
            for address, device_id in list(self._known.items())[:LOOK_UPS_MAX]:
                self._ask_for(device_id, address)

    def close(self) -> None:
        """Let the thread end; a look-up that runs is not waited for."""
        with contextlib.suppress(queue.Full):
            self._queue.put_nowait(None)

    def _check(self) -> None:
        """Have those met anew who have another MAC address than their device."""
        now, doubted = time.monotonic(), self._doubted
        self._doubted = set()
        for address in doubted:
            mac = self._mac_of(address, now, fresh=True)
            if mac and mac.lower() != self._macs.get(address):
                self._unmet.add(address)

    def _meet(self, addresses: list[str]) -> None:
        try:
            with contextlib.closing(db.connect(self._path)) as con:
                con.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
                new = sum(address not in self._known for address in addresses)
                if new and devices.make_room(con, new, self._sightings.by_device(self._known)):
                    self._known = devices.clients(con)
                macs = self._macs_of(addresses)
                device_ids = devices.sighted_all(con, macs)
                self._tell_merged(con, device_ids)
        except sqlite3.Error as error:
            now = time.monotonic()
            self._next_try = now + RETRY_SECONDS
            self._waits_since = self._waits_since or now
            if not _is_busy(error) or now - self._waits_since >= LOCKED_SECONDS:
                self._report(error)
            return
        self._unmet.clear()
        self._waits_since = None
        if len(self._known) + len(device_ids) > KNOWN_MAX:
            self._known.clear()
            self._macs.clear()
        self._known |= device_ids
        self._macs |= {address: mac.lower() for address, mac in macs.items() if mac}
        for address, device_id in device_ids.items():
            self._ask_for(device_id, address)

    def _macs_of(self, addresses: list[str]) -> dict[str, str | None]:
        now = time.monotonic()
        return {address: self._mac_of(address, now) for address in addresses}

    def _tell_merged(self, con: sqlite3.Connection, device_ids: Mapping[str, int]) -> None:
        """Tell the log of devices that turned out to be others; not of those that lost an address to them."""
        pairs = {(self._known[at], new) for at, new in device_ids.items() if self._known.get(at, new) != new}
        there = devices.still_there(con, {old for old, _ in pairs}) if pairs else set()
        for old, new in pairs:
            if old not in there:
                self.merged.put((old, new))

    def _mac_of(self, client: str, now: float, *, fresh: bool = False) -> str | None:
        try:
            return self._neighbours.mac_of(parse(client), now, fresh=fresh)
        except ValueError:
            return None  # a record of what has no address

    def _ask_for(self, device_id: int, address: str) -> None:
        with contextlib.suppress(queue.Full):
            self._queue.put_nowait((device_id, address))

    def _look_up_all(self) -> None:
        while (item := self._queue.get()) is not None:
            try:
                self._look_up(*item)
            except Exception:
                log.exception("a device could not be looked up")

    def _look_up(self, device_id: int, address: str) -> None:
        mac = neighbours.table().get(parse(address))
        maker = identify.maker_of(mac) if mac else None
        name = identify.name_of(address)
        if mac is None and name is None:
            return
        with contextlib.closing(db.connect(self._path)) as con:
            owner = devices.sighted(con, address, mac) if mac else device_id  # another's by now, or the same after all
            kept = devices.set_facts(con, owner, mac, maker, name)
            if kept != device_id and not devices.still_there(con, [device_id]):
                self.merged.put((device_id, kept))

    def _report(self, error: sqlite3.Error) -> None:
        if not self._failed:
            self._failed = True
            log.error("config.db cannot be used (%s); queries of new addresses are logged without a device", error)


def _is_busy(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
