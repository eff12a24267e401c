# SPDX-License-Identifier: GPL-3.0-or-later
"""Who uses which service here: look-ups and queries of the last seven days by device, from what hours add up to."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from blocklists.packs import services
from evidence.base.device_uses import DeviceUse, Uses, UsesMemo
from evidence.base.reader import EvidenceReader
from store.base.sentences import say, say_count
from store.base.store_errors import StoreError
from store.log.rollup_tables import HOUR_US
from webui.views import formatting, ranges

DAYS = 7
SECOND_US = 1_000_000
_MEMO: UsesMemo[str] = UsesMemo()


@dataclass(frozen=True, slots=True)
class UsedBy:
    """A device's part; `device` 0: of none that is known. `last_s`: when it asked last."""

    device: int
    name: str
    use: DeviceUse


@dataclass(frozen=True, slots=True)
class ServiceUse:
    """What was asked for the names of a service, by device, the most look-ups first."""

    by: tuple[UsedBy, ...]

    @property
    def lookups(self) -> int:
        return sum(each.use.lookups for each in self.by)

    @property
    def queries(self) -> int:
        return sum(each.use.queries for each in self.by)

    @property
    def blocked(self) -> int:
        return sum(each.use.blocked for each in self.by)

    @property
    def answered(self) -> int:
        return sum(each.use.answered for each in self.by)


def span_us(now: float) -> tuple[int, int]:
    """from ≤ time < to: seven days up to now, from a full hour on, since hours are what is added up."""
    to_us = int(now * SECOND_US)
    return (to_us - DAYS * ranges.DAY_US) // HOUR_US * HOUR_US, to_us


def of_all(
    state: Path, names: Mapping[int, str], among: Collection[int] | None = None, now: float | None = None
) -> dict[str, ServiceUse] | None:
    """Service id → its use, of those that were used at all; of these devices, or of all. None: it cannot be read."""
    span = span_us(time.time() if now is None else now)
    try:
        with EvidenceReader(state) as reader:
            uses = reader.uses(*span, services.holding, memo=_MEMO)
    except (sqlite3.Error, StoreError):
        return None
    return {
        service: use for service in {key for key, _ in uses.by_device}
        if (use := _use(uses, service, names, among)).by
    }  # fmt: skip


def of_one(
    state: Path, service: str, names: Mapping[int, str], among: Collection[int] | None = None, now: float | None = None
) -> tuple[ServiceUse, dict[int, int]] | None:
    """The use of one service, and its look-ups by hour of UTC (of all devices). None: it cannot be read."""
    span = span_us(time.time() if now is None else now)
    try:
        with EvidenceReader(state) as reader:
            uses = reader.uses(*span, lambda name: (service,) if service in services.holding(name) else (), True)
    except (sqlite3.Error, StoreError):
        return None
    return _use(uses, service, names, among), {hour: count for (_, hour), count in uses.by_hour.items()}


def whom(by: Iterable[UsedBy], shown: int = 3) -> str:
    """Devices by name, and how many others: "Phone, TV and 2 others"."""
    names = [formatting.visible(each.name) for each in by]
    if len(names) <= shown:
        return formatting.listed(names)
    others = len(names) - shown
    return say_count(others, "{devices} and {count:,} other", "{devices} and {count:,} others",
                     devices=", ".join(names[:shown]))  # fmt: skip


def _use(uses: Uses[str], service: str, names: Mapping[int, str], among: Collection[int] | None) -> ServiceUse:
    by = [
        UsedBy(device, names.get(device) or say("devices not known"), use)
        for (key, device), use in uses.by_device.items()
        if key == service and (among is None or device in among)
    ]  # fmt: skip
    return ServiceUse(tuple(sorted(by, key=lambda each: (-each.use.lookups, -each.use.queries, each.device))))
