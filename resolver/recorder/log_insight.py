# SPDX-License-Identifier: GPL-3.0-or-later
"""What the query log tells of the home, looked at now and then: kinds of devices by what they ask for, and whether one
address stands for all.

    python -m resolver.recorder.log_insight --state DIR --run DIR

The supervisor forks one each time (appliance.runs.insight_runs), niced, off every query's way. Who
stands for the home is told in its status.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from network import own_addresses, routes
from resolver.recorder import announced_facts, identify
from store.base import db, hidden_home, logs, router_guides, status
from store.base.argv import argued
from store.base.hidden_home import Asked, HiddenHome
from store.base.process_status import InsightStatus
from store.config import devices
from store.config.devices import DeviceRow
from store.devices import kind_rules
from store.devices.kind_rules import Signs
from store.log.protocol import LogError, LogReader
from store.stats.sqlite_reader import open_reader
from wire.addresses import parse

NICENESS = 10
LONGEST_SECONDS = 600  # then it is ended: a look takes a second over a large log
HIDDEN, UNREAD = 3, 4  # exit codes: somebody stands for the home; there was nothing to look at
KIND_HOURS, SHARE_HOURS, LATEST_MINUTES = 24, 6, 15
ROWS_MAX = 2000  # pairs of a device and a name that tells a kind
_CONTAINER = (Path("/.dockerenv"), Path("/run/.containerenv"))
_HOUR_US = 3_600_000_000

log = logging.getLogger(__name__)


def main(words: Sequence[str] | None = None) -> int:
    """Look once; 0, HIDDEN or UNREAD."""
    given = argued(words, ("state", "run"))
    logs.setup("insight")
    os.nice(NICENESS)
    signal.alarm(LONGEST_SECONDS)
    try:
        hidden = look(Path(given["state"]), time.time())
    except (LogError, sqlite3.Error, OSError) as error:
        log.info("the query log cannot be looked at just now (%s)", error)
        return UNREAD
    status.publish(Path(given["run"]), "insight", InsightStatus(hidden_home=hidden))
    return HIDDEN if hidden.cause else 0


def look(state: Path, now: float, open_log: Callable[[Path], LogReader] = open_reader) -> HiddenHome:
    """Learn kinds, and judge who stands for the home; without a cause: nobody. Raises LogError, sqlite3.Error."""
    now_us = int(now * 1_000_000)
    with contextlib.closing(db.connect(state / "config.db", read_only=True)) as con:
        rows = devices.devices(con)
    with contextlib.closing(open_log(state)) as reader:
        names = _asked_names(reader, now_us)
        hours = _counts(reader, now_us - SHARE_HOURS * _HOUR_US, now_us, rows)
        minutes = _counts(reader, now_us - LATEST_MINUTES * 60_000_000, now_us, rows)
    if names:
        announced_facts.store_asked(state / "config.db", names)
    addresses = {row.id: row.addresses for row in rows}
    kinds = {number: _kinds(asked) for number, asked in names.items()}
    gateway = {router} if (router := routes.router()) else set()
    judged = hidden_home.judge(Asked(hours, minutes, addresses, kinds), gateway, _in_container())
    return HiddenHome() if judged is None else _filled(judged, rows)


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
    return {device: queries for device, queries in reader.device_queries(from_us, to_us).items() if device not in ours}


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


if __name__ == "__main__":
    raise SystemExit(main())
