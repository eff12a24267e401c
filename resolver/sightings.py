# SPDX-License-Identifier: GPL-3.0-or-later
"""Which device an address belongs to, for the recorder: known ones from memory, new ones into config.db.

A new address becomes a device at once, by its MAC where the neighbour table holds it. Maker and name are looked up
afterwards in a thread, since routers and devices may take a second to answer, or never do.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import sqlite3
import threading
import time
from pathlib import Path

from resolver import identify
from store import db, devices

NEIGHBOURS_SECONDS = 5.0  # between two looks at the neighbour table: each starts a process
LOOK_UPS_MAX = 500  # addresses that wait to be named; more are named when they are next looked at
AGAIN_SECONDS = 6 * 3600.0  # names change when a device gets another lease
KNOWN_MAX = 20_000  # addresses remembered; store forgets beyond the same number

log = logging.getLogger(__name__)


class Sightings:
    """One per recorder; `device_of` is called for each client of each batch, everything else now and then."""

    def __init__(self, state: Path) -> None:
        self._path = state / "config.db"
        self._known: dict[str, int] = {}
        self._neighbours: dict[str, str] = {}
        self._looked = self._named = -AGAIN_SECONDS
        self._failed = False
        self._queue: queue.Queue[tuple[int, str] | None] = queue.Queue(LOOK_UPS_MAX)
        self.merged: queue.SimpleQueue[tuple[int, int]] = queue.SimpleQueue()  # (old, new) device ids, for the log
        self.refresh()
        self._thread = threading.Thread(target=self._look_up_all, name="identify", daemon=True)
        self._thread.start()

    def device_of(self, address: str) -> int | None:
        """The device behind `address`; None while config.db cannot be written or read."""
        known = self._known.get(address)
        return known if known is not None else self._meet(address)

    def refresh(self) -> None:
        """Read the addresses again, since people merge and groups change; on failure what was known stays."""
        try:
            with contextlib.closing(db.connect(self._path, read_only=True)) as con:
                self._known = devices.clients(con)
            self._failed = False
        except sqlite3.Error as error:
            self._report(error)

    def names(self) -> dict[int, str] | None:
        """Device id → display name; None when it cannot be read now."""
        try:
            with contextlib.closing(db.connect(self._path, read_only=True)) as con:
                return devices.names(con)
        except sqlite3.Error:
            return None

    def look_again(self) -> None:
        """Have everything named anew when the time has come; called about once a second."""
        now = time.monotonic()
        if now - self._named >= AGAIN_SECONDS:
            self._named = now
            for address, device_id in list(self._known.items())[:LOOK_UPS_MAX]:
                self._ask_for(device_id, address)

    def close(self) -> None:
        """Let the thread end; a look-up that runs is not waited for."""
        with contextlib.suppress(queue.Full):
            self._queue.put_nowait(None)

    def _meet(self, address: str) -> int | None:
        try:
            with contextlib.closing(db.connect(self._path)) as con:
                device_id = devices.sighted(con, address, self._mac_of(address))
        except sqlite3.Error as error:
            self._report(error)
            return None
        if len(self._known) >= KNOWN_MAX:
            self._known.clear()
        self._known[address] = device_id
        self._ask_for(device_id, address)
        return device_id

    def _mac_of(self, address: str) -> str | None:
        now = time.monotonic()
        if address not in self._neighbours and now - self._looked >= NEIGHBOURS_SECONDS:
            self._looked = now
            self._neighbours = identify.neighbours()
        return self._neighbours.get(address)

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
        mac = identify.neighbours().get(address)
        maker = identify.maker_of(mac) if mac else None
        name = identify.name_of(address)
        if mac is None and name is None:
            return
        with contextlib.closing(db.connect(self._path)) as con:
            kept = devices.set_facts(con, device_id, mac, maker, name)
        if kept != device_id:
            self.merged.put((device_id, kept))

    def _report(self, error: sqlite3.Error) -> None:
        if not self._failed:
            self._failed = True
            log.error("config.db cannot be used (%s); queries of new addresses are logged without a device", error)
