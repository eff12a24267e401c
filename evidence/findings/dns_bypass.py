# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways around DNS that DNS itself tells of, wherever Telltale stands: resolvers asked for by name, and silence."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from blocklists.packs import dns_services
from blocklists.packs.dns_services import NAME_KINDS, Services
from evidence.findings import silent_devices
from evidence.findings.silent_devices import Silent
from network import neighbours
from store.config import devices
from store.log.protocol import LogReader
from store.log.values import NameQueries

LINES = 200


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One client's queries for one name of a DNS service; times in µs since 1970."""

    device: str
    device_id: int | None
    client: str
    name: str
    kind: str
    title: str
    company: str
    count: int
    blocked: int
    first_us: int
    last_us: int


@dataclass(frozen=True, slots=True)
class SilentLine:
    """A device that is up and asked last at `last_us`, after asking in `hours` hours of the day or two before."""

    device: str
    device_id: int
    last_us: int
    hours: int


def asked_for(
    log: LogReader, names: Mapping[int, str], from_us: int, to_us: int, limit: int = LINES
) -> list[AskedLine]:
    """Names of DNS services that were asked in the range, newest first. `names`: of devices. Raises LogError."""
    known = dns_services.load()
    return lines(log.name_queries(known.by_name, known.by_ending, from_us, to_us, limit), known, names)


def lines(rows: Iterable[NameQueries], known: Services, names: Mapping[int, str]) -> list[AskedLine]:
    """The rows with their services and the names of their devices; a row of no service is left out."""
    with_service = [(row, known.of(row.name)) for row in rows]
    return [
        AskedLine(
            names.get(row.device_id or 0, row.client), row.device_id if row.device_id in names else None, row.client,
            row.name, service.kind, title(service.kind), service.company, row.count, row.blocked, row.first_us,
            row.last_us,
        )
        for row, service in with_service if service is not None
    ]  # fmt: skip


def title(kind: str) -> str:
    """What people call a kind of service."""
    return NAME_KINDS.get(kind) or kind[:1].upper() + kind[1:]


def silent(log: LogReader, config: sqlite3.Connection, now_us: int) -> list[SilentLine]:
    """Devices that are up now and fell silent an hour ago or more. Raises LogError and sqlite3.Error."""
    rows = devices.devices(config)
    by_mac = {mac.mac: row.id for row in rows for mac in row.macs}
    last = silent_devices.quiet(neighbours.reachable(), by_mac, log.devices_seen(), now_us) if by_mac else {}
    if not last:
        return []
    names = {row.id: devices.display_name(row) for row in rows}
    return silent_lines(silent_devices.judged(last, _usual(log, last)), names)


def silent_lines(silent: Iterable[Silent], names: Mapping[int, str]) -> list[SilentLine]:
    """With the names of the devices."""
    return [
        SilentLine(names.get(device.device_id, "?"), device.device_id, device.last_us, device.hours)
        for device in silent
    ]


def _usual(log: LogReader, last: Mapping[int, int]) -> dict[int, int]:
    """One look for all: the day before the earliest silence, up to the latest query of any of them."""
    return log.active_hours(last, min(last.values()) - silent_devices.BEFORE_US, max(last.values()) + 1)
