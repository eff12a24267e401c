# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers behind the pages, each a count over `records`.

Times are µs since 1970, ranges half open [from, to). The ranges run along the primary key; grouping is by integers, and
words are joined to the few rows that are left.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from store.db import connect, transaction
from store.querylog import FILE_NAME
from store.records import Origin, Verdict

MAX_BUCKETS = 10_000  # a chart has some hundreds


@dataclass(frozen=True, slots=True)
class Summary:
    """Totals of a time range. passed + blocked + allowed + local + refused = queries; cached = MEMO, CACHE or STALE.

    `companies` counts known ones. `dropped` were answered but not recorded, in the whole house. Durations in
    milliseconds, None without a query.
    """

    queries: int
    passed: int
    blocked: int
    allowed: int
    local: int
    refused: int
    names: int
    clients: int
    devices: int
    companies: int
    dropped: int
    cached: int
    median_ms: float | None
    average_ms: float | None


@dataclass(frozen=True, slots=True)
class Bucket:
    """A step of the timeline: passed = PASS + ALLOW, other = LOCAL + REFUSE."""

    time_us: int
    passed: int
    blocked: int
    other: int


@dataclass(frozen=True, slots=True)
class Top:
    """key: the name, the company (None: unknown), the device's id (None: unknown) or the blocklist's id."""

    key: str | int | None
    label: str
    queries: int
    blocked: int
    last_us: int


def open_reader(state: Path) -> sqlite3.Connection:
    """A read-only connection to the query log; raises sqlite3.OperationalError while there is none."""
    return connect(state / FILE_NAME, read_only=True)


def summary(con: sqlite3.Connection, from_us: int, to_us: int, device: int | None = None) -> Summary:
    """The totals, all from one consistent look at the log."""
    where, values = _range(from_us, to_us, device)
    with transaction(con, "DEFERRED"):
        verdicts, origins, total_us = [0] * len(Verdict), [0] * len(Origin), 0
        for verdict, origin, count, duration in con.execute(
            f"""SELECT o.verdict, o.origin, g.n, g.us FROM
                (SELECT outcome_id, count(*) AS n, sum(duration_us) AS us FROM records {where} GROUP BY outcome_id) g
                JOIN outcomes o ON o.id = g.outcome_id""",  # noqa: S608 - only fixed text is put in, here and below
            values,
        ):
            verdicts[verdict] += count
            origins[origin] += count
            total_us += duration
        queries = sum(verdicts)
        names, companies = _distinct(con, "name_id", "names", "company_id", where, values)
        clients, devices = _distinct(con, "client_id", "clients", "NULLIF(device_id, 0)", where, values)
        median_us = _median(con, where, values, queries)
        dropped = con.execute(
            "SELECT COALESCE(sum(count), 0) FROM drops WHERE time_us >= ? AND time_us < ?", (from_us, to_us)
        ).fetchone()[0]
    return Summary(
        queries=queries,
        passed=verdicts[Verdict.PASS],
        blocked=verdicts[Verdict.BLOCK],
        allowed=verdicts[Verdict.ALLOW],
        local=verdicts[Verdict.LOCAL],
        refused=verdicts[Verdict.REFUSE],
        names=names,
        clients=clients,
        devices=devices,
        companies=companies,
        dropped=dropped,
        cached=origins[Origin.MEMO] + origins[Origin.CACHE] + origins[Origin.STALE],
        median_ms=None if median_us is None else median_us / 1000,
        average_ms=total_us / queries / 1000 if queries else None,
    )


def timeline(
    con: sqlite3.Connection, from_us: int, to_us: int, step_us: int, device: int | None = None
) -> list[Bucket]:
    """Every step of the range, empty ones too; the last may be cut short. ValueError for more than MAX_BUCKETS."""
    if step_us <= 0 or to_us < from_us or (to_us - from_us) / step_us > MAX_BUCKETS:
        raise ValueError(f"A timeline has at most {MAX_BUCKETS} steps, from an earlier to a later time.")
    where, values = _range(from_us, to_us, device)
    counts = [[0, 0, 0] for _ in range(from_us, to_us, step_us)]
    for step, verdict, count in con.execute(
        f"""SELECT g.step, o.verdict, g.n FROM
            (SELECT (time_us - ?) / ? AS step, outcome_id, count(*) AS n FROM records {where} GROUP BY 1, 2) g
            JOIN outcomes o ON o.id = g.outcome_id""",  # noqa: S608
        (from_us, step_us, *values),
    ):
        counts[step][_COLUMN[verdict]] += count
    return [Bucket(from_us + number * step_us, *count) for number, count in enumerate(counts)]


def top(
    con: sqlite3.Connection, of: str, from_us: int, to_us: int, verdict: int | None = None, device: int | None = None,
    limit: int = 10,
) -> list[Top]:  # fmt: skip
    """The most asked `names`, `companies`, `devices` or `lists`, most first; ValueError for anything else.

    A name without a known company counts under the key None, and so does a client without a device.
    """
    if of not in _TOP:
        raise ValueError(f"There is no top of '{of}'; choose {', '.join(_TOP)}.")
    column, key, label, joins = _TOP[of]
    where, values = _range(from_us, to_us, device)
    if verdict is not None:
        where += " AND outcome_id IN (SELECT id FROM outcomes WHERE verdict = ?)"
        values = (*values, verdict)
    rows = con.execute(
        f"""SELECT {key}, {label}, sum(g.n) AS n, sum(g.blocked), max(g.last) FROM
            (SELECT {column}, count(*) AS n, max(time_us) AS last,
                    sum(outcome_id IN (SELECT id FROM outcomes WHERE verdict = {int(Verdict.BLOCK)})) AS blocked
             FROM records {where} GROUP BY {column}) g {joins}
            GROUP BY 1 ORDER BY n DESC, 2 LIMIT ?""",  # noqa: S608
        (*values, max(0, limit)),
    )
    return [Top(*row) for row in rows]


def device_seen(con: sqlite3.Connection) -> dict[int, tuple[int, int]]:
    """Device id → the times of the first and last record that were ever written for it."""
    rows = con.execute(
        "SELECT device_id, min(first_us), max(last_us) FROM clients WHERE device_id AND last_us GROUP BY device_id"
    )
    return {device: (first, last) for device, first, last in rows}


_COLUMN = {Verdict.PASS: 0, Verdict.ALLOW: 0, Verdict.BLOCK: 1, Verdict.LOCAL: 2, Verdict.REFUSE: 2}

# of → (column of records, key, label, joins)
_TOP = {
    "names": ("name_id", "x.name", "x.name", "JOIN names x ON x.id = g.name_id"),
    "companies": (
        "name_id", "c.name", "COALESCE(c.name, 'unknown')",
        "JOIN names x ON x.id = g.name_id LEFT JOIN companies c ON c.id = x.company_id",
    ),
    "devices": (
        "client_id", "NULLIF(x.device_id, 0)", "IIF(x.device_id, COALESCE(d.name, x.address), 'unknown')",
        "JOIN clients x ON x.id = g.client_id LEFT JOIN devices d ON d.id = x.device_id",
    ),
    "lists": (
        "outcome_id", "l.key", "l.title",
        "JOIN outcomes x ON x.id = g.outcome_id JOIN lists l ON l.id = x.list_id",
    ),
}  # fmt: skip


def _range(from_us: int, to_us: int, device: int | None) -> tuple[str, tuple[int, ...]]:
    where, values = "WHERE time_us >= ? AND time_us < ?", (from_us, to_us)
    if device is None:
        return where, values
    return where + " AND client_id IN (SELECT id FROM clients WHERE device_id = ?)", (*values, device)  # noqa: S608


def _distinct(
    con: sqlite3.Connection, column: str, table: str, owner: str, where: str, values: tuple[int, ...]
) -> tuple[int, int]:
    """How many different ids, and how many different owners of them."""
    row = con.execute(
        f"""SELECT count(*), count(DISTINCT {owner}) FROM
            (SELECT DISTINCT {column} AS id FROM records {where}) g JOIN {table} x ON x.id = g.id""",  # noqa: S608
        values,
    ).fetchone()
    return int(row[0]), int(row[1])


def _median(con: sqlite3.Connection, where: str, values: tuple[int, ...], count: int) -> int | None:
    """The lower median, from a histogram: it sorts the different durations, not all of them."""
    left = (count - 1) // 2
    sql = f"SELECT duration_us, count(*) FROM records {where} GROUP BY duration_us ORDER BY duration_us"  # noqa: S608
    for duration, times in con.execute(sql, values):
        left -= times
        if left < 0:
            return int(duration)
    return None
