# SPDX-License-Identifier: GPL-3.0-or-later
"""The query log row by row: pages with filters, newest first, and what is new for the live tail."""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QueryFilter:
    """All that are given must hold. `name`: part of a name, or with `*` a pattern for the whole name. `company`
    "unknown" finds names of no known company. verdict and type as words or numbers."""

    device: int | None = None
    client: str | None = None
    name: str | None = None
    verdict: str | int | None = None
    list: str | None = None
    company: str | None = None
    type: str | int | None = None
    from_us: int | None = None
    to_us: int | None = None


@dataclass(frozen=True, slots=True)
class QueryRow:
    """A row of the view `queries`: `time` is ISO 8601 in UTC, `list` the id of the blocklist."""

    time: str
    time_us: int
    device: str | None
    device_id: int | None
    client: str
    name: str
    type: str
    verdict: str
    origin: str
    rule: str | None
    list: str | None
    list_title: str | None
    company: str | None
    rcode: str
    upstream: str | None
    duration_ms: float


@dataclass(frozen=True, slots=True)
class Page:
    """`next` is the cursor of the page after this one, None on the last."""

    items: list[QueryRow]
    next: str | None


def queries(con: sqlite3.Connection, filters: QueryFilter, cursor: str | None = None, limit: int = 100) -> Page:
    """A page, newest first. ValueError for a cursor that is none of ours."""
    raise NotImplementedError


def since(con: sqlite3.Connection, time_us: int, limit: int = 100) -> list[QueryRow]:
    """The first `limit` records after a time, oldest first."""
    raise NotImplementedError
