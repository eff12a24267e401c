# SPDX-License-Identifier: GPL-3.0-or-later
"""Look-ups: what an app does once, of which its queries for the addresses of a name are made.

A query of type A, AAAA, SVCB or HTTPS begins a look-up, unless the same device asked for the same name with one of
these types within the second before. A query of any other type is one by itself. A look-up belongs to the query that
begins it: to its time, so that ranges add up, and to its client, verdict and list.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable

TOGETHER_US = 1_000_000
ADDRESS_TYPES = (1, 28, 64, 65)  # A, AAAA, SVCB, HTTPS
STEP_ROWS = 20_000  # read at once
MAX_LAST = 200_000  # pairs of device and name whose last query is remembered; what is older than a second goes then

Begun = Counter[tuple[int, int, int]]
"""(client id, name id, outcome id) of the query that begins it → how many look-ups."""


def begun(con: sqlite3.Connection, from_us: int, to_us: int, clients: Iterable[int] | None = None) -> Begun:
    """The look-ups that begin in from ≤ time < to: of the house, or of these clients, which are all of one device."""
    where, values = "", tuple[str, ...]()
    if clients is not None:
        where, values = "AND client_id IN (SELECT value FROM json_each(?))", (json.dumps(list(clients)),)
    devices: dict[int, int] = dict(con.execute("SELECT id, device_id FROM clients"))
    rows = con.execute(
        f"""SELECT time_us, client_id, name_id, outcome_id FROM records
            WHERE time_us >= ? AND time_us < ? {where} ORDER BY time_us""",  # noqa: S608 - fixed text
        (from_us - TOGETHER_US, to_us, *values),
    )
    total: Begun = Counter()
    last: dict[tuple[int, int], int] = {}
    addresses: dict[int, bool] = {}
    while part := rows.fetchmany(STEP_ROWS):
        addresses.update(_for_addresses(con, {row[3] for row in part} - addresses.keys()))
        for at, client, name, outcome in part:
            if addresses[outcome]:
                pair = (devices.get(client, 0), name)
                previous, last[pair] = last.get(pair, 0), at
                if at - previous <= TOGETHER_US:
                    continue
            if at >= from_us:
                total[client, name, outcome] += 1
        if len(last) > MAX_LAST:
            last = {pair: at for pair, at in last.items() if part[-1][0] - at <= TOGETHER_US}
    return total


def _for_addresses(con: sqlite3.Connection, outcomes: set[int]) -> dict[int, bool]:
    """Which outcomes are of queries for addresses; one whose word is lost is not."""
    rows = con.execute(
        f"SELECT o.id FROM json_each(?) j JOIN outcomes o ON o.id = j.value WHERE o.type IN {ADDRESS_TYPES}",  # noqa: S608
        (json.dumps(list(outcomes)),),
    )
    asked = {number for (number,) in rows}
    return {outcome: outcome in asked for outcome in outcomes}
