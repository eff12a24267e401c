# SPDX-License-Identifier: GPL-3.0-or-later
"""Which device asked for names that somebody is interested in, how often, and in which hours: of few names among many.

A name may belong to several groups; what was asked for it counts in each. Numbers add up as those of
evidence.base.grouping do.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from copy import copy
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, Self, TypeVar

from evidence.base import grouping, hours_table
from evidence.base.hours_table import HOUR_S, Piece
from evidence.base.log_hours import SECOND_US, HourRow

Key = TypeVar("Key", bound=Hashable)
KeysOf = Callable[[str], tuple[Key, ...]]  # of a name; () for one that is of no interest
MAX_KEPT = 2  # looks: the hours of now, and those of a look that another hour began in
_EVERY_SECOND = 1 << 40  # of look-ups, however many there are
_NAMES = "SELECT DISTINCT name_id FROM records WHERE time_us >= ? AND time_us < ?"


@dataclass(slots=True)
class DeviceUse:
    """What a device (0: none that is known) asked for the names of a group; `last_s`: the second of the last query."""

    queries: int = 0
    lookups: int = 0
    blocked: int = 0
    answered: int = 0
    failed: int = 0
    last_s: int = 0

    def add(self, queries: int, lookups: int, blocked: int, answered: int, failed: int, last_s: int) -> None:
        self.queries += queries
        self.lookups += lookups
        self.blocked += blocked
        self.answered += answered
        self.failed += failed
        self.last_s = max(self.last_s, last_s)


@dataclass(slots=True)
class Uses(Generic[Key]):
    """By group and device; look-ups by group and hour of UTC, as far as hours were asked for one by one."""

    by_device: dict[tuple[Key, int], DeviceUse] = field(default_factory=dict)
    by_hour: Counter[tuple[Key, int]] = field(default_factory=Counter)

    def of(self, key: Key, device: int) -> DeviceUse:
        return self.by_device.setdefault((key, device), DeviceUse())

    def copied(self) -> Self:
        """Another of the same numbers, to add to."""
        return type(self)({place: copy(use) for place, use in self.by_device.items()}, Counter(self.by_hour))


class UsesMemo(Generic[Key]):
    """What whole hours added up to at the last looks; for threads.

    `like`: what has to be the same for that to hold still.
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, Uses[Key]] = {}
        self._lock = Lock()

    def uses(self, like: Hashable, read: Callable[[Uses[Key]], None]) -> Uses[Key]:
        """Uses to add to; `read` adds the whole hours where they are not remembered."""
        with self._lock:
            kept = self._kept.pop(like, None)
            if kept is None:
                read(kept := Uses())
            self._kept[like] = kept
            while len(self._kept) > MAX_KEPT:
                del self._kept[next(iter(self._kept))]
            return kept.copied()


def add_pieces(uses: Uses[Key], con: sqlite3.Connection, pieces: Iterable[Piece], keys_of: KeysOf[Key]) -> None:
    """Whole hours and days of evidence.db. Raises sqlite3.Error and CorruptDatabase."""
    names = con.execute("SELECT id, name FROM names")
    wanted = {number: keys for number, name in names if (keys := keys_of(name))}
    for piece in pieces if wanted else ():
        block = hours_table.block(con, piece)
        for device, places in block.places.items():
            for place, name in zip(places, block.names_at(places), strict=True):
                if name in wanted:
                    row = block.row(device, name, place)
                    for key in wanted[name]:
                        uses.of(key, device).add(*row[2:7], piece.begins_s + row.first + row.span)
                        if not piece.is_day and row.lookups:
                            uses.by_hour[key, piece.hour] += row.lookups


def add_log(uses: Uses[Key], log: sqlite3.Connection, from_us: int, to_us: int, keys_of: KeysOf[Key]) -> None:
    """What the log has of from ≤ time < to. Raises sqlite3.Error."""
    words = grouping.words_of(log, {number for (number,) in log.execute(_NAMES, (from_us, to_us))})
    names = [word for word in words.values() if keys_of(word)]
    rows = grouping.grouped(log, from_us, to_us, None, names, _EVERY_SECOND) if names else ()
    for row in rows:
        _add_row(uses, row, keys_of(row.pair.name))


def _add_row(uses: Uses[Key], row: HourRow, keys: tuple[Key, ...]) -> None:
    pair = row.pair
    for key in keys:
        uses.of(key, pair.device_id).add(
            pair.queries, pair.lookups, pair.blocked, pair.answered, pair.failed, pair.last_us // SECOND_US
        )
        for second in row.seconds:
            uses.by_hour[key, second // HOUR_S] += 1
