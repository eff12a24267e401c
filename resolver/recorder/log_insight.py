# SPDX-License-Identifier: GPL-3.0-or-later
"""What the query log tells of the home, looked at now and then in a thread of the recorder's, off every query's way:
kinds of devices by what they ask for, and whether one address stands for all.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from network import own_addresses, routes
from resolver.kept import freed_memory
from resolver.recorder import announced_facts, identify
from store.base import db, hidden_home, router_guides
from store.base.hidden_home import Asked, HiddenHome
from store.config import devices
from store.config.devices import DeviceRow
from store.devices import kind_rules
from store.devices.kind_rules import Signs
from store.log.protocol import LogError, LogReader
from store.stats.sqlite_reader import open_reader
from wire.addresses import parse

LOOK_SECONDS = 900.0  # between two looks; each has the recorder write what waits
WATCH_SECONDS = 60.0  # while somebody stands for the home: it is to go soon after it was mended
FIRST_SECONDS = 60.0
KIND_HOURS, SHARE_HOURS, LATEST_MINUTES = 24, 6, 15
ROWS_MAX = 2000  # pairs of a device and a name that tells a kind
DEVICES_MAX = 500  # the busiest
_CONTAINER = (Path("/.dockerenv"), Path("/run/.containerenv"))
_HOUR_US = 3_600_000_000

log = logging.getLogger(__name__)


class LogInsight:
    """One per recorder. `hidden`: who stands for the home by the last look."""

    def __init__(self, state: Path, open_log: Callable[[Path], LogReader] = open_reader) -> None:
        self.hidden = HiddenHome()
        self._state, self._open_log = state, open_log
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="insight", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()

    def join(self, seconds: float) -> None:
        """Wait until it has ended."""
        self._thread.join(seconds)

    def _serve(self) -> None:
        wait = FIRST_SECONDS
        while not self._closing.wait(wait):
            try:
                self.look(time.time())
            except (LogError, sqlite3.Error, OSError) as error:
                log.info("the query log cannot be looked at just now (%s)", error)
            except Exception:
                log.exception("the query log could not be looked at")
            freed_memory.give_back()  # after a storm it takes some 70 MiB for a moment
            wait = WATCH_SECONDS if self.hidden.cause else LOOK_SECONDS

    def look(self, now: float) -> None:
        """Learn kinds, and judge who stands for the home. Raises LogError, sqlite3.Error."""
        now_us = int(now * 1_000_000)
        with contextlib.closing(db.connect(self._state / "config.db", read_only=True)) as con:
            rows = devices.devices(con)
        with contextlib.closing(self._open_log(self._state)) as reader:
            names = _asked_names(reader, now_us)
            hours = _counts(reader, now_us - SHARE_HOURS * _HOUR_US, now_us, rows)
            minutes = _counts(reader, now_us - LATEST_MINUTES * 60_000_000, now_us, rows)
        if names:
            announced_facts.store_asked(self._state / "config.db", names)
        addresses = {row.id: row.addresses for row in rows}
        kinds = {number: _kinds(asked) for number, asked in names.items()}
        gateway = {router} if (router := routes.router()) else set()
        judged = hidden_home.judge(Asked(hours, minutes, addresses, kinds), gateway, _in_container())
        self.hidden = HiddenHome() if judged is None else _filled(judged, rows)


def _asked_names(reader: LogReader, now_us: int) -> dict[int, set[str]]:
    """Device id → names that it asked for, of those that tell a kind."""
    names: dict[int, set[str]] = {}
    since = now_us - KIND_HOURS * _HOUR_US
    for row in reader.name_queries(kind_rules.ASKED, kind_rules.ASKED, since, now_us, ROWS_MAX):
        if row.device_id is not None:
            names.setdefault(row.device_id, set()).add(row.name)
    return names


def _counts(reader: LogReader, from_us: int, to_us: int, rows: Iterable[DeviceRow]) -> dict[int, int]:
    """Queries by device; this machine's own are left out."""
    ours = {row.id for row in rows if row.addresses and all(map(_is_ours, row.addresses))}
    with reader.counts(from_us, to_us) as counts:
        tops = counts.top("devices", limit=DEVICES_MAX)
    return {int(top.key): top.queries for top in tops if top.key and int(top.key) not in ours}


def _is_ours(address: str) -> bool:
    try:
        return parse(address).is_loopback
    except ValueError:
        return False  # a MAC address, of whom a router tells no more


def _kinds(names: Iterable[str]) -> int:
    return len({guess.kind for name in names if (guess := kind_rules.guess(Signs(asked=(name,))))})


def _in_container() -> bool:
    return any(path.exists() for path in _CONTAINER)


def _filled(home: HiddenHome, rows: Iterable[DeviceRow]) -> HiddenHome:
    """With the router's brand, and the address under which devices reach us."""
    row = next((row for row in rows if home.address in row.addresses), None)
    texts = [] if row is None else [row.name or "", row.found_name or "", row.maker or ""]
    texts.append(identify.named_by_itself(home.address) or "")
    here = own_addresses.towards(home.address)
    return replace(home, brand=router_guides.brand_of(texts), here=(str(here),) if here else ())
