# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of an imported history into the log, a few thousand at a time, each of them once.

A row stands in the log already where one of the same source, address, name, type and verdict has the same second, as
often as the file has it: so the same history adds nothing the second time, and one that overlaps adds what is missing.
Each row keeps its second, and in it the microsecond that the file says or the next one that is free. How far a file is
taken in stands in the log, in the transaction of the rows.
"""

import sqlite3
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from store.base import bulk_insert
from store.base.db import transaction
from store.imports.import_file import SECOND_US, ImportFile
from store.log import last_times
from store.log.records import Key
from store.log.values import LATEST_US
from store.log.writer import Inside

STEP_ROWS = 4_000  # some 40 ms; the recorder reads what came from the workers between two steps
WINDOW_US = 600 * SECOND_US  # of the log are held in memory beside them: at 5,000 queries a second 3 million times
OWN_NAME = "telltale"  # the source of what another Telltale recorded; here that is none

_SOURCE = Key._fields.index("source") - 1  # its place in an outcome
_TYPE, _VERDICT = Key._fields.index("qtype") - 1, Key._fields.index("verdict") - 1
_IN_WINDOW = "FROM records r WHERE r.time_us >= ? AND r.time_us < ?"
_THERE = f"""SELECT r.time_us, c.address, r.name_id, o.type, o.verdict, COALESCE(s.name, '{OWN_NAME}')
    FROM records r JOIN clients c ON c.id = r.client_id JOIN outcomes o ON o.id = r.outcome_id
        LEFT JOIN sources s ON s.id = o.source_id
    WHERE r.time_us >= ? AND r.time_us < ?"""  # noqa: S608 - fixed text
_OLDEST_OWN = """SELECT r.time_us FROM records r JOIN outcomes o ON o.id = r.outcome_id
    WHERE r.time_us >= ? AND o.source_id = 0 ORDER BY r.time_us LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Taken:
    """How far an import is: rows that were looked at, how many of them were missing, and whether that was all."""

    taken: int
    added: int
    done: bool


@dataclass(frozen=True, slots=True)
class _Columns:
    """Rows by the ids of the log, by time. same: what makes a row, by its place, the same one, but for its second."""

    times: list[int]
    clients: list[int]
    names: list[int]
    outcomes: list[int]
    took: list[int]
    same: Callable[[int], tuple[object, ...]]

    def at(self, places: Sequence[int]) -> list[list[int]]:
        """Clients, names, outcomes and durations of these rows."""
        return [list(map(each.__getitem__, places)) for each in (self.clients, self.names, self.outcomes, self.took)]


def step(log: Inside, file: ImportFile, most: int = STEP_ROWS) -> Taken:
    """Take the next rows in, in one transaction. Raises sqlite3.Error; then nothing has changed."""
    con = log.con
    try:
        with transaction(con):
            log.interner.refresh()
            number, after, added = _begun(con, file, log.now_us)
            rows = file.read(after, most)
            if rows:
                columns = _known(log, file, rows)
                added += sum(_add(log, columns, window) for window in _windows(con, columns.times))
            after = rows[-1][0] if rows else after
            done = after >= file.rows
            if done:
                _entitle(con, file)
            con.execute(
                "UPDATE imports SET taken = ?, added = ?, done_us = ? WHERE id = ?",
                (after, added, log.now_us if done else None, number),
            )
    except BaseException:
        log.interner.forget()  # ids that the rollback took back
        raise
    return Taken(after, added, done)


def _begun(con: sqlite3.Connection, file: ImportFile, now_us: int) -> tuple[int, int, int]:
    """(number, rows taken, rows added) of the import, which is noted when it begins."""
    row = con.execute("SELECT id, taken, added FROM imports WHERE key = ?", (file.key,)).fetchone()
    if row:
        return int(row[0]), int(row[1]), int(row[2])
    before = con.execute("SELECT value FROM marks WHERE key = 'imported_to'").fetchone()[0]
    own = con.execute(_OLDEST_OWN, (before,)).fetchone()
    imported_to = max(before, min(file.to_us + 1, own[0] if own else LATEST_US))
    con.execute("UPDATE marks SET value = ? WHERE key = 'imported_to'", (imported_to,))
    made = con.execute(
        "INSERT INTO imports (key, source, file, rows, from_us, to_us, at_us) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (file.key, file.source, file.file, file.rows, file.from_us, file.to_us, now_us),
    ).lastrowid
    assert made is not None
    return made, 0, 0


def _known(log: Inside, file: ImportFile, rows: Sequence[tuple[int, int, int, int, int]]) -> _Columns:
    """Rows by the ids of the log."""
    _, times, client_of, key_of, took = zip(*rows, strict=True)
    interner, keys, who = log.interner, file.keys({*key_of}), file.clients({*client_of})
    clients = dict(zip(who, interner.clients(list(who.values())), strict=True))
    names = dict(zip(keys, interner.names([name for name, _ in keys.values()]), strict=True))
    outcomes = {number: interner.outcome(outcome) for number, (_, outcome) in keys.items()}

    def same(place: int) -> tuple[object, ...]:
        key = key_of[place]
        outcome = keys[key][1]
        source = outcome[_SOURCE] or OWN_NAME
        return (who[client_of[place]][0], names[key], outcome[_TYPE], outcome[_VERDICT], source)

    return _Columns(
        list(times), list(map(clients.__getitem__, client_of)), list(map(names.__getitem__, key_of)),
        list(map(outcomes.__getitem__, key_of)), list(took), same,
    )  # fmt: skip


def _windows(con: sqlite3.Connection, times: list[int]) -> Iterator[range]:
    """The places in parts that lie within WINDOW_US, where the log has rows beside them; a second is never cut."""
    if not con.execute(f"SELECT 1 {_IN_WINDOW} LIMIT 1", _span(times[0], times[-1])).fetchone():
        yield range(len(times))
        return
    start = 0
    while start < len(times):
        end = bisect_left(times, times[start] // SECOND_US * SECOND_US + WINDOW_US)
        yield range(start, end)
        start = end


def _add(log: Inside, columns: _Columns, places: Sequence[int]) -> int:
    """Those of a window that the log lacks."""
    con, span = log.con, _span(columns.times[places[0]], columns.times[places[-1]])
    taken = {at for (at,) in con.execute(f"SELECT r.time_us {_IN_WINDOW}", span)}
    if taken:
        places = _missing(columns, places, con.execute(_THERE, span))
    if not places:
        return 0
    times = _free([columns.times[place] for place in places], taken)
    if times != sorted(times):
        order = sorted(range(len(times)), key=times.__getitem__)
        times, places = [times[place] for place in order], [places[place] for place in order]
    clients, *others = columns.at(places)
    bulk_insert.insert(con, "records", [times, clients, *others])
    log.rollup.invalidate(times[0], times)
    first, last = dict(zip(reversed(clients), reversed(times), strict=True)), dict(zip(clients, times, strict=True))
    last_times.write(con, [(client, (at, last[client])) for client, at in first.items()], log.newest_us)
    return len(times)


def _span(first_us: int, last_us: int) -> tuple[int, int]:
    """From the second of the first to the end of the last one's."""
    return first_us // SECOND_US * SECOND_US, last_us // SECOND_US * SECOND_US + SECOND_US


def _missing(columns: _Columns, places: Sequence[int], there: Iterable[tuple[Any, ...]]) -> Sequence[int]:
    """Of the same rows of a second as many as the log has are left out, those nearest to the ones that it has."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for place in places:
        groups.setdefault((columns.times[place] // SECOND_US, *columns.same(place)), []).append(place)
    there_of: dict[tuple[object, ...], list[int]] = {}
    for at, *same in there:
        if (key := (at // SECOND_US, *same)) in groups:
            there_of.setdefault(key, []).append(at)
    gone = set[int]()
    for key, times in there_of.items():
        gone.update(_matched(columns.times, groups[key], times))
    return [place for place in places if place not in gone] if gone else places


def _matched(times: list[int], places: list[int], there: list[int]) -> list[int]:
    """The places of the rows that these times of the log stand for."""
    if len(there) >= len(places):
        return places
    left, matched, others = list(places), list[int](), Counter(there)
    for place in places:
        if others[times[place]] > 0:
            others[times[place]] -= 1
            left.remove(place)
            matched.append(place)
    for at in others.elements():
        nearest = min(left, key=lambda place: abs(times[place] - at))
        left.remove(nearest)
        matched.append(nearest)
    return matched


def _free(times: list[int], taken: set[int]) -> list[int]:
    """A microsecond for each that nobody has, in its own second; later where there is one, else earlier."""
    free, before = [], -1
    for at in times:
        end = at // SECOND_US * SECOND_US + SECOND_US
        place = max(at, before + 1)
        while place in taken and place < end:
            place += 1
        if place >= end:
            place = at
            while place in taken:
                place -= 1
        else:
            before = place
        taken.add(place)
        free.append(place)
    return free


def _entitle(con: sqlite3.Connection, file: ImportFile) -> None:
    con.executemany("UPDATE lists SET title = ? WHERE key = ? AND title = key", file.titles())
