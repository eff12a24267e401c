# SPDX-License-Identifier: GPL-3.0-or-later
"""bypass.db: what the wall caught, written by the firewall process alone and read by the pages. Disposable.

A file of its own, because config.db is small and precious, and querylog.db has one writer, which is not this one.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from store.base import side_file
from store.base.db import connect, transaction
from store.base.file_faults import Fault

FILE_NAME = "bypass.db"
HOUR = 3600
# Rows kept: some 100 bytes each. A home makes hundreds a day; more means that somebody scans the internet.
MAX_ROWS = 200_000
DAY = 86_400
MAX_PARTIES = 1_000  # devices of a crowded home; services are fewer


@dataclass(frozen=True, slots=True)
class Caught:
    """Connections of one client to one destination, counted at `time` (Unix seconds)."""

    time: int
    client: str
    kind: str
    address: str
    port: int
    protocol: str
    refused: bool
    count: int
    device_id: int | None = None
    company: str | None = None


@dataclass(frozen=True, slots=True)
class BypassRow:
    """All that was caught of one client, kind and destination in a range of time; first and last in Unix seconds."""

    first: int
    last: int
    client: str
    device_id: int | None
    kind: str
    address: str
    port: int
    protocol: str
    refused: bool
    company: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Party:
    """All that was caught of one device, or towards one service: how much passed, and how much was refused.

    `label`: an address or a company, "" where `device_id` says who.
    """

    device_id: int | None
    label: str
    passed: int
    refused: int


def open_bypass(path: Path) -> sqlite3.Connection:
    """The firewall process's connection, the file created and migrated as need be; a damaged one is put aside.

    Raises sqlite3.OperationalError when it cannot be written.
    """
    # What a power cut may cost is worth less than a flush of the card at each commit.
    return side_file.open_or_begin(path, "bypass", "synchronous = OFF", aside=(Fault.NEWER,))


def open_reader(state: Path) -> sqlite3.Connection | None:
    """A read-only connection, None while nothing was ever caught. Raises sqlite3.Error."""
    path = state / FILE_NAME
    if not path.exists():
        return None
    con = connect(path, read_only=True)
    if con.execute("SELECT count(*) FROM sqlite_master WHERE name = 'caught'").fetchone() == (0,):
        con.close()
        return None
    return con


def note(con: sqlite3.Connection, caught: Iterable[Caught]) -> None:
    """Add to the rows of the hour, in one transaction. Raises sqlite3.Error, and nothing is added then."""
    rows = [
        (hit.time - hit.time % HOUR, hit.client, hit.kind, hit.address, hit.port, hit.protocol, int(hit.refused),
         hit.device_id, hit.company, hit.count, hit.time, hit.time)
        for hit in caught
    ]  # fmt: skip
    with transaction(con):
        con.executemany(
            """INSERT INTO caught VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
                   count = count + excluded.count, last = max(last, excluded.last),
                   device_id = coalesce(excluded.device_id, device_id),
                   company = coalesce(excluded.company, company)""",
            rows,
        )


def newest(con: sqlite3.Connection) -> int | None:
    """When something was caught last, in Unix seconds. Raises sqlite3.Error."""
    sql = "SELECT max(last) FROM caught WHERE hour = (SELECT max(hour) FROM caught)"
    last: int | None = con.execute(sql).fetchone()[0]
    return last


def retain(con: sqlite3.Connection, keep_days: int, now: int) -> int:
    """Delete what is older than `keep_days`, and the oldest beyond MAX_ROWS; how many rows. Raises sqlite3.Error."""
    with transaction(con):
        gone = con.execute("DELETE FROM caught WHERE hour < ?", (now - keep_days * DAY,)).rowcount
        row = con.execute("SELECT hour FROM caught ORDER BY hour DESC LIMIT 1 OFFSET ?", (MAX_ROWS,)).fetchone()
        if row:
            gone += con.execute("DELETE FROM caught WHERE hour <= ?", row).rowcount
    return gone


def rows(
    con: sqlite3.Connection, start: int, end: int, kind: str | None = None, device: int | None = None, limit: int = 200
) -> list[BypassRow]:
    """What was caught in the hours that touch [start, end), newest first."""
    records = con.execute(
        """SELECT min(first), max(last), client, device_id, kind, address, port, protocol, refused, company, sum(count)
           FROM caught WHERE hour > ? AND hour < ? AND kind = coalesce(?, kind)
             AND (?4 IS NULL OR device_id = ?4)
           GROUP BY client, kind, address, port, protocol, refused ORDER BY max(last) DESC LIMIT ?""",
        (start - HOUR, end, kind, device, limit),
    )
    return [
        BypassRow(first, last, client, number, what, address, port, protocol, bool(refused), company, count)
        for first, last, client, number, what, address, port, protocol, refused, company, count in records
    ]


def by_device(con: sqlite3.Connection, start: int, end: int, devices: Iterable[int] | None = None) -> list[Party]:
    """Who went around DNS in the hours that touch [start, end), the most first; without a device, by address."""
    return _parties(con, "IIF(device_id, '', client)", start, end, devices)


def by_service(con: sqlite3.Connection, start: int, end: int, devices: Iterable[int] | None = None) -> list[Party]:
    """Whom they asked, or called: by company, or by address where nobody knows whose it is."""
    return _parties(con, "coalesce(company, address)", start, end, devices)


def _parties(
    con: sqlite3.Connection, label: str, start: int, end: int, devices: Iterable[int] | None
) -> list[Party]:  # fmt: skip
    who = "device_id" if "client" in label else "NULL"
    sums = con.execute(
        f"""SELECT {who}, {label}, coalesce(sum(count) FILTER (WHERE NOT refused), 0),
                coalesce(sum(count) FILTER (WHERE refused), 0)
            FROM caught WHERE hour > ?1 AND hour < ?2
              AND (?3 IS NULL OR device_id IN (SELECT value FROM json_each(?3)))
            GROUP BY 1, 2 ORDER BY sum(count) DESC, 2, 1 LIMIT ?4""",  # noqa: S608 - only fixed text is put in
        (start - HOUR, end, None if devices is None else json.dumps(list(devices)), MAX_PARTIES),
    )
    return [Party(*row) for row in sums]


def totals(
    con: sqlite3.Connection, start: int, end: int, devices: Iterable[int] | None = None
) -> dict[str, tuple[int, int]]:
    """Kind → (watched, refused) in the hours that touch [start, end), of all devices or of these."""
    sums = con.execute(
        """SELECT kind, sum(count) FILTER (WHERE NOT refused), sum(count) FILTER (WHERE refused)
           FROM caught WHERE hour > ?1 AND hour < ?2
             AND (?3 IS NULL OR device_id IN (SELECT value FROM json_each(?3))) GROUP BY kind""",
        (start - HOUR, end, None if devices is None else json.dumps(list(devices))),
    )
    return {kind: (watched or 0, refused or 0) for kind, watched, refused in sums}
