# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asked for certain names, and who asked at all: looks at the query log that cost the same however long it is.

Times are µs since 1970, ranges half open. A look goes back from the end of its range, over MAX_RECORDS at most.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from store.records import Verdict

# A busy home's week; a Raspberry Pi goes through it in about a second.
MAX_RECORDS = 1_000_000
# Names found below an ending: each customer of a service has one, but malware could make them up.
MAX_NAMES = 5_000
HOUR_US = 3_600_000_000


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
    rows = con.execute(
        f"""SELECT c.address, NULLIF(c.device_id, 0), n.name, g.n, g.blocked, g.first, g.last FROM
            (SELECT client_id, name_id, count(*) AS n, min(time_us) AS first, max(time_us) AS last,
                    sum(outcome_id IN (SELECT id FROM outcomes WHERE verdict = {int(Verdict.BLOCK)})) AS blocked
             FROM ({_RECENT}) WHERE name_id IN (SELECT value FROM json_each(?)) GROUP BY client_id, name_id) g
            JOIN clients c ON c.id = g.client_id JOIN names n ON n.id = g.name_id
            ORDER BY g.last DESC LIMIT ?""",  # noqa: S608 - only fixed text is put in, here and below
        (from_us, to_us, MAX_RECORDS, json.dumps(ids), limit),
    )
    return [Asked(*row) for row in rows]


def hours_asked(con: sqlite3.Connection, devices: Iterable[int], from_us: int, to_us: int) -> dict[int, int]:
    """Device id → in how many different hours of the range it asked anything; without those that did not."""
    rows = con.execute(
        f"""SELECT c.device_id, count(DISTINCT r.time_us / {HOUR_US}) FROM ({_RECENT}) r
            JOIN clients c ON c.id = r.client_id
            WHERE r.client_id IN (SELECT id FROM clients WHERE device_id IN (SELECT value FROM json_each(?)))
            GROUP BY c.device_id""",  # noqa: S608
        (from_us, to_us, MAX_RECORDS, json.dumps(sorted(devices))),
    )
    return dict(rows.fetchall())


_RECENT = """SELECT time_us, client_id, name_id, outcome_id FROM records
             WHERE time_us >= ? AND time_us < ? ORDER BY time_us DESC LIMIT ?"""


def _ids(con: sqlite3.Connection, names: Iterable[str], endings: Iterable[str]) -> list[int]:
    """The exact names by their index; all endings in one look over the names."""
    exact = con.execute("SELECT id FROM names WHERE name IN (SELECT value FROM json_each(?))", (_json(names),))
    found = {row[0] for row in exact}
    tails = [f".{ending}" for ending in endings]
    if tails:
        terms = " OR ".join("substr(name, ?) = ?" for _ in tails)
        values = [value for tail in tails for value in (-len(tail), tail)]
        below = con.execute(f"SELECT id FROM names WHERE {terms} LIMIT ?", (*values, MAX_NAMES))  # noqa: S608
        found |= {row[0] for row in below}
    return sorted(found)


def _json(texts: Iterable[str]) -> str:
    return json.dumps(list(texts))
