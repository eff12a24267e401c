# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers behind the pages: each is a count over `records`. Times are µs since 1970, ranges half open [from, to)."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from store.db import connect
from store.querylog import FILE_NAME

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
    """The totals."""
    raise NotImplementedError


def timeline(
    con: sqlite3.Connection, from_us: int, to_us: int, step_us: int, device: int | None = None
) -> list[Bucket]:
    """Every step of the range, empty ones too; the last may be cut short. ValueError for more than MAX_BUCKETS."""
    raise NotImplementedError


def top(
    con: sqlite3.Connection, of: str, from_us: int, to_us: int, verdict: int | None = None, device: int | None = None,
    limit: int = 10,
) -> list[Top]:  # fmt: skip
    """The most asked `names`, `companies`, `devices` or `lists`, most first."""
    raise NotImplementedError


def device_seen(con: sqlite3.Connection) -> dict[int, tuple[int, int]]:
    """Device id → the times of the first and last record that were ever written for it."""
    raise NotImplementedError
