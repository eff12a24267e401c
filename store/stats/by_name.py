# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asked for certain names, and who asked at all: looks at the query log that cost the same however long it is.

Times are µs since 1970, ranges half open.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from store.base.db import transaction
from store.log import interning
from store.log.in_gaps import records_of
from store.log.records import Verdict
from store.log.rollup_tables import DAYS, HOUR_US, HOURS
from store.log.timespan import Timespan, split
from store.log.values import LATEST_US, NameQueries
from store.stats import search, top_names
from store.stats.search import TEST_COSTS, IdFilter
from store.sums import counts, packed

# One look reads so many at most, from the end of its range: a busy home's day, and only hours that hold the names.
MAX_RECORDS = 600_000
# Names found below an ending: each customer of a service has one, but malware could make them up.
MAX_NAMES = 5_000


_Sums = tuple[int, int, int, int]


def name_queries(
    con: sqlite3.Connection, names: Iterable[str], endings: Iterable[str], from_us: int, to_us: int, limit: int = 200
) -> list[NameQueries]:
    """Queries for these names, and for names below the endings (`dns.example` holds `a.dns.example`), newest first."""
    with transaction(con, "DEFERRED"):
        numbers = _ids(con, names, endings)
        groups = _groups(con, numbers, from_us, to_us) if numbers else {}
        latest = sorted(groups, key=lambda pair: -groups[pair][3])[:limit]
        lines = [(con.execute(_WORDS, pair).fetchone(), groups[pair]) for pair in latest]
    return [NameQueries(client, device, name, *sums) for (client, device, name), sums in lines]


def ids(con: sqlite3.Connection, names: Iterable[str]) -> list[int]:
    """The numbers of these names, of those that the log knows."""
    return [number for (number,) in con.execute(_EXACT, (json.dumps(list(names)),))]


def active_hours(con: sqlite3.Connection, devices: Iterable[int], from_us: int, to_us: int) -> dict[int, int]:
    """Device id → in how many different hours of the range it asked anything; without those that did not."""
    with transaction(con, "DEFERRED"):
        owners = dict(con.execute(_CLIENTS_OF, (json.dumps(sorted(devices)),)))
        hours = {(owners[client], hour) for client, hour in _hours(split(con, from_us, to_us, owners))}
    return dict(Counter(device for device, _ in hours))


def device_queries(con: sqlite3.Connection, from_us: int, to_us: int) -> dict[int, int]:
    """Device id → its queries in the range, without those that asked nothing and without clients of no device."""
    with transaction(con, "DEFERRED"):
        timespan = split(con, from_us, to_us)
        by_client = Counter(top_names.by_key(timespan.section("clients"), None))
        for span in timespan.gaps:
            by_client.update(dict(con.execute(_BY_CLIENT, span).fetchall()))
        owners = interning.devices(con, by_client)
    total = Counter[int]()
    for client, count in by_client.items():
        if device := owners.get(client):
            total[device] += count
    return dict(total)


# Nothing else of the records is looked at, so that a million of them takes a moment, and no memory.
_BY_CLIENT = "SELECT client_id, count(*) FROM records WHERE time_us >= ? AND time_us < ? GROUP BY client_id"
_CLIENTS_OF = "SELECT id, device_id FROM clients WHERE device_id IN (SELECT value FROM json_each(?))"
_WORDS = "SELECT c.address, NULLIF(c.device_id, 0), n.name FROM clients c, names n WHERE c.id = ? AND n.id = ?"
_SUMS = f"""SELECT client_id, name_id, count(*),
        sum(outcome_id IN (SELECT id FROM outcomes WHERE verdict = {int(Verdict.BLOCK)})), min(time_us), max(time_us)
    FROM records WHERE time_us >= ? AND time_us < ? AND name_id IN (SELECT value FROM json_each(?))
    GROUP BY client_id, name_id"""  # noqa: S608 - only a number is put in


def _groups(con: sqlite3.Connection, ids: list[int], from_us: int, to_us: int) -> dict[tuple[int, int], _Sums]:
    """(client, name) → count, blocked, first and last time; hours that cannot hold these names are not read."""
    groups: dict[tuple[int, int], _Sums] = {}
    left = MAX_RECORDS
    for (start, end), may_hold in search.spans(split(con, from_us, to_us), IdFilter(names=frozenset(ids))):
        if left <= 0:
            break
        if not may_hold:
            left -= TEST_COSTS
            continue
        rows, start = search.counted(con, (start, end), left)
        left -= rows
        for client, name, *sums in con.execute(_SUMS, (start, end, json.dumps(ids))):
            more = groups.get((client, name), (0, 0, LATEST_US, 0))
            groups[client, name] = (
                more[0] + sums[0], more[1] + sums[1], min(more[2], sums[2]), max(more[3], sums[3])
            )  # fmt: skip
    return groups


def _hours(part: Timespan) -> Iterator[tuple[int, int]]:
    """(client, hour) of all that its clients asked: only who asked has a row in an hour that is added up."""
    for day in part.days:
        for row, moments in part.rows(DAYS, day, "moments"):
            client, keys = packed.client_of(row), (key for key, _ in counts.unpack(moments))
            yield from ((client, 24 * day + hour) for hour in packed.numbers(keys))
    for hour in part.hours:
        yield from ((client, hour) for client in part.who(HOURS, (hour,)))
    where, values = records_of(part.clients)
    for span in part.gaps:
        sql = f"SELECT DISTINCT client_id, time_us / {HOUR_US} FROM records {where}"  # noqa: S608 - only fixed text
        yield from part.con.execute(sql, (*span, *values))


def _ids(con: sqlite3.Connection, names: Iterable[str], endings: Iterable[str]) -> list[int]:
    """The exact names by their index; all endings in one look over the names, which tests their last letters first."""
    numbers = set(ids(con, names))
    tails = tuple(f".{ending}" for ending in endings)
    if tails:
        letters = min(map(len, tails))
        some = con.execute(_ENDING, (-letters, json.dumps([tail[-letters:] for tail in tails])))
        below = (number for number, name in some if name.endswith(tails))
        numbers.update(islice(below, MAX_NAMES))
    return sorted(numbers)


_EXACT = """WITH wanted AS (SELECT value FROM json_each(?))
    SELECT id FROM known_names WHERE name IN wanted
    UNION ALL SELECT id FROM names
    WHERE id > (SELECT value FROM marks WHERE key = 'names_known') AND name IN wanted"""
_ENDING = "SELECT id, name FROM names WHERE substr(name, ?) IN (SELECT value FROM json_each(?))"
