# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asked for certain names, and who asked at all: looks at the query log that cost the same however long it is.

Times are µs since 1970, ranges half open.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from store import tally
from store.blocks import DAYS, HOUR_US, HOURS, client_of
from store.cover import Cover, cover, records_of
from store.db import transaction
from store.records import Verdict

# One look goes over so many at most, from the end of its range: a busy home's two days, on a small board a second.
MAX_RECORDS = 1_000_000
# Names found below an ending: each customer of a service has one, but malware could make them up.
MAX_NAMES = 5_000


@dataclass(frozen=True, slots=True)
class Asked:
    """One client's queries for one name; `blocked` of `count` were."""

    client: str
    device_id: int | None
    name: str
    count: int
    blocked: int
    first_us: int
    last_us: int


def asked(
    con: sqlite3.Connection, names: Iterable[str], endings: Iterable[str], from_us: int, to_us: int, limit: int = 200
) -> list[Asked]:
    """Queries for these names, and for names below the endings (`dns.example` holds `a.dns.example`), newest first."""
    ids = _ids(con, names, endings)
    if not ids:
        return []
    cut = con.execute(_CUT, (from_us, to_us, MAX_RECORDS)).fetchone()
    rows = con.execute(
        f"""SELECT c.address, NULLIF(c.device_id, 0), n.name, g.n, g.blocked, g.first, g.last FROM
            (SELECT client_id, name_id, count(*) AS n, min(time_us) AS first, max(time_us) AS last,
                    sum(outcome_id IN (SELECT id FROM outcomes WHERE verdict = {int(Verdict.BLOCK)})) AS blocked
             FROM records WHERE time_us >= ? AND time_us < ? AND name_id IN (SELECT value FROM json_each(?))
             GROUP BY client_id, name_id) g
            JOIN clients c ON c.id = g.client_id JOIN names n ON n.id = g.name_id
            ORDER BY g.last DESC LIMIT ?""",  # noqa: S608 - only fixed text is put in, here and below
        (cut[0] + 1 if cut else from_us, to_us, json.dumps(ids), limit),
    )
    return [Asked(*row) for row in rows]


def hours_asked(con: sqlite3.Connection, devices: Iterable[int], from_us: int, to_us: int) -> dict[int, int]:
    """Device id → in how many different hours of the range it asked anything; without those that did not."""
    with transaction(con, "DEFERRED"):
        owners = dict(con.execute(_CLIENTS_OF, (json.dumps(sorted(devices)),)))
        hours = {(owners[client], hour) for client, hour in _hours(cover(con, from_us, to_us, owners))}
    return dict(Counter(device for device, _ in hours))


_CLIENTS_OF = "SELECT id, device_id FROM clients WHERE device_id IN (SELECT value FROM json_each(?))"
_CUT = "SELECT time_us FROM records WHERE time_us >= ? AND time_us < ? ORDER BY time_us DESC LIMIT 1 OFFSET ?"


def _hours(part: Cover) -> Iterator[tuple[int, int]]:
    """(client, hour) of all that its clients asked: only who asked has a row in an hour that is added up."""
    for day in part.days:
        for row, moments in part.rows(DAYS, day, "moments"):
            yield from ((client_of(row), 24 * day + (key >> 3)) for key, _ in tally.unpack(moments))
    for hour in part.hours:
        yield from ((client, hour) for client in part.who(HOURS, (hour,)))
    where, values = records_of(part.clients)
    for span in part.gaps:
        sql = f"SELECT DISTINCT client_id, time_us / {HOUR_US} FROM records {where}"  # noqa: S608 - only fixed text
        yield from part.con.execute(sql, (*span, *values))


def _ids(con: sqlite3.Connection, names: Iterable[str], endings: Iterable[str]) -> list[int]:
    """The exact names by their index; all endings in one look over the names, which tests their last letters first."""
    found = {number for (number,) in con.execute(_EXACT, (json.dumps(list(names)),))}
    tails = tuple(f".{ending}" for ending in endings)
    if tails:
        letters = min(map(len, tails))
        some = con.execute(_ENDING, (-letters, json.dumps([tail[-letters:] for tail in tails])))
        below = (number for number, name in some if name.endswith(tails))
        found.update(islice(below, MAX_NAMES))
    return sorted(found)


_EXACT = """WITH wanted AS (SELECT value FROM json_each(?))
    SELECT id FROM known_names WHERE name IN wanted
    UNION ALL SELECT id FROM names
    WHERE id > (SELECT value FROM marks WHERE key = 'names_known') AND name IN wanted"""
_ENDING = "SELECT id, name FROM names WHERE substr(name, ?) IN (SELECT value FROM json_each(?))"
