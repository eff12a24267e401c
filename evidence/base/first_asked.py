# SPDX-License-Identifier: GPL-3.0-or-later
"""When a device asked for a name for the first time: it outlives the log, within a bound. All raise sqlite3.Error.

What a person clears from the log is forgotten here as well, with what was found in it.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from evidence.base import hours_table
from evidence.base.exact_times import Moment, exact_us
from store.base.db import transaction
from store.sums import packed

MAX_FIRST_ASKED = 500_000  # some 12 MB; beyond it the oldest that the log has forgotten go, and would be new again
FAR_BEYOND = 100_000  # above it, after which it is brought back in the midst of a pass
OF_SITE = 20  # of one registered domain by one device, that stay then: more are labels that are made up anew
_LATEST_HOUR = 1 << 40


def forget(
    con: sqlite3.Connection, device: int | None = None, before_us: int | None = None,
    log: sqlite3.Connection | None = None,
) -> None:  # fmt: skip
    """A person cleared the log of a device, or of all: forget what it asked first, and what was found, before a time.

    To be called once the hours are as the log has them now: what it has still is when a name was asked for first.
    """
    with transaction(con):
        con.execute(_FORGET_FIRST, (device, before_us))
        con.execute(_FORGET_FOUND, (device, before_us))
        known = _known(con, device)
        missing = {pair: second for pair, second in _firsts(con, device).items() if not _has(known, *pair)}
        names = dict(con.execute("SELECT id, name FROM names")) if missing else {}
        moments = (Moment(whose, names[name], second, False) for (whose, name), second in missing.items())
        rows = ((*pair, at) for pair, at in zip(missing, exact_us(log, moments), strict=True))
        con.executemany("INSERT OR IGNORE INTO first_asked (device_id, name_id, first_us) VALUES (?, ?, ?)", rows)


def cleared(con: sqlite3.Connection) -> int:
    """The id of the last clearing of the log that was followed here."""
    row = con.execute("SELECT value FROM marks WHERE key = 'cleared'").fetchone()
    return int(row[0]) if row else 0


def note_cleared(con: sqlite3.Connection, number: int) -> None:
    con.execute("INSERT OR REPLACE INTO marks (key, value) VALUES ('cleared', ?)", (number,))


def tidy(
    con: sqlite3.Connection, site_of: Callable[[str], str], most: int = MAX_FIRST_ASKED, beyond: int = 0
) -> None:
    """Keep what outlives the log within its bound, and drop names that nothing refers to any more. `beyond`: nothing is
    done for so many above it, since each time takes seconds.

    First go those that the log has forgotten, the oldest first; then what a device asked of a site beyond a few names.
    """
    surplus = con.execute("SELECT count(*) FROM first_asked").fetchone()[0] - most
    if surplus <= beyond:
        return
    with transaction(con):
        logged = _logged(con)
        oldest = (pair for pair in con.execute(_OLDEST) if not _has(logged, *pair))
        gone = _delete(con, islice(oldest, surplus))
        if gone < surplus:
            _delete(con, _of_large_sites(con, site_of, surplus - gone))
        _drop_unused(con, logged)


def _delete(con: sqlite3.Connection, pairs: Iterable[tuple[int, int]]) -> int:
    """How many there were. They are all read first: as bytes, since there may be as many as a storm had names."""
    devices, names = array("Q"), array("Q")
    for device, name in pairs:
        devices.append(device)
        names.append(name)
    con.executemany(_DELETE, zip(devices, names, strict=True))
    return len(names)


def drop_unused_names(con: sqlite3.Connection) -> None:
    """Names that neither the hours have nor anybody asked for first."""
    with transaction(con):
        _drop_unused(con, _logged(con))


def _drop_unused(con: sqlite3.Connection, logged: _Bits) -> None:
    used = bytearray()
    for bits in (*logged.values(), *_known(con, None).values()):
        used = _union(used, bits)
    unused = [(name,) for (name,) in con.execute("SELECT id FROM names") if not packed.holds(used, name)]
    con.executemany("DELETE FROM names WHERE id = ?", unused)


_FORGET_FIRST = "DELETE FROM first_asked WHERE (?1 IS NULL OR device_id = ?1) AND (?2 IS NULL OR first_us < ?2)"
_FORGET_FOUND = "DELETE FROM findings WHERE (?1 IS NULL OR device_id = ?1) AND (?2 IS NULL OR last_us < ?2)"
_OLDEST = "SELECT device_id, name_id FROM first_asked ORDER BY first_us"
_DELETE = "DELETE FROM first_asked WHERE device_id = ? AND name_id = ?"
_BY_TIME = """SELECT f.device_id, f.name_id, n.name FROM first_asked f JOIN names n ON n.id = f.name_id
              ORDER BY f.first_us"""

_Bits = dict[int, bytearray]
"""Device → a bit for each name id."""


def _has(bits: _Bits, device: int, name: int) -> bool:
    return device in bits and packed.holds(bits[device], name)


def _known(con: sqlite3.Connection, device: int | None) -> _Bits:
    names: defaultdict[int, list[int]] = defaultdict(list)
    sql = "SELECT device_id, name_id FROM first_asked WHERE ? IS NULL OR device_id = ?"
    for whose, name in con.execute(sql, (device, device)):
        names[whose].append(name)
    return {whose: packed.bits(numbers) for whose, numbers in names.items()}


def _logged(con: sqlite3.Connection) -> _Bits:
    """What the hours have."""
    bits: _Bits = {}
    for piece in hours_table.pieces(con, 0, _LATEST_HOUR):
        block = hours_table.block(con, piece)
        for device in block.places:
            bits[device] = _union(bits.get(device, bytearray()), packed.bits(block.names(device)))
    return bits


def _union(some: bytearray, others: bytearray) -> bytearray:
    length = max(len(some), len(others))
    both = int.from_bytes(some, "little") | int.from_bytes(others, "little")
    return bytearray(both.to_bytes(length, "little"))


def _firsts(con: sqlite3.Connection, device: int | None) -> dict[tuple[int, int], int]:
    """(device, name id) → the second of its first query that the hours have."""
    firsts: dict[tuple[int, int], int] = {}
    for piece in hours_table.pieces(con, 0, _LATEST_HOUR):
        block = hours_table.block(con, piece)
        for whose in block.places if device is None else [device]:
            for row in block.of(whose):
                firsts.setdefault((whose, row.name), piece.begins_s + row.first)
    return firsts


def _of_large_sites(
    con: sqlite3.Connection, site_of: Callable[[str], str], most: int
) -> Iterator[tuple[int, int]]:
    """The latest of each device and site beyond the first few."""
    counts: Counter[int] = Counter()  # by hash, half as much to hold: of two sites with one, a name is kept less
    for device, name_id, name in con.execute(_BY_TIME):
        site = hash((device, site_of(name)))
        counts[site] += 1
        if counts[site] > OF_SITE and most:
            most -= 1
            yield device, name_id
