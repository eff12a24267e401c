# SPDX-License-Identifier: GPL-3.0-or-later
"""What a query log is asked for and what it tells, as values, see store.log.protocol. Times are µs since 1970."""

from dataclasses import dataclass
from enum import StrEnum

from store.base.plausible_time import EARLIEST_S
from store.log.records import QueryRow

EARLIEST_US = EARLIEST_S * 1_000_000  # a clock that shows less was never set
AHEAD_US = 60_000_000  # a row that is further ahead of now is from a clock that was wrong
MAX_NAMES_TEXT = 6_000  # characters of several names in one filter: some hundred names
LATEST_US = 4_102_444_800_000_000  # 2100-01-01


@dataclass(frozen=True, slots=True)
class Summary:
    """Totals of a time range. passed + blocked + allowed + local + refused + failed = queries.

    `cached` came from MEMO, CACHE or STALE.

    `companies` counts known ones. `dropped` were answered but not recorded, in the whole house. Durations in
    milliseconds, None without a query; the lower median is one of durations cut to two significant digits.
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
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Bucket:
    """A step of the timeline: passed = PASS + ALLOW, other = LOCAL + REFUSE; `failed` is none of these."""

    time_us: int
    passed: int
    blocked: int
    other: int
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Top:
    """key: the name, the company (None: unknown), the device's id (None: unknown) or the blocklist's id."""

    key: str | int | None
    label: str
    queries: int
    blocked: int
    last_us: int
    failed: int = 0




class Source(StrEnum):
    """Whose records a filter may ask for; all but the first two are other blockers, or another Telltale."""

    OWN = "own"
    IMPORTED = "imported"
    PIHOLE = "pihole"
    ADGUARD = "adguard"
    DNSMASQ = "dnsmasq"
    TELLTALE = "telltale"


OWN, IMPORTED = str(Source.OWN), str(Source.IMPORTED)


@dataclass(frozen=True, slots=True)
class QueryFilter:
    """All that are given must hold. `name`: part of a name, or with `*` a pattern for the whole name; `names`: any of
    these, whole, with a comma between each two. `company`
    "unknown" finds names of no known company. verdict, one of
    store.log.records.COUNTED, and type as words or numbers. `source`: whose record was imported; OWN: what was recorded
    here, IMPORTED: what was not."""

    device: int | None = None
    client: str | None = None
    name: str | None = None
    verdict: str | int | None = None
    list: str | None = None
    company: str | None = None
    type: str | int | None = None
    source: str | None = None
    names: str | None = None
    from_us: int | None = None
    to_us: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """`next` is the cursor of the page after this one, None on the last.

    A search for what is rare ends after some hundred thousand records: then there are fewer items than asked for,
    `next` goes on from there, and `searched_us` says how far back this page looked.
    """

    items: list[QueryRow]
    next: str | None
    searched_us: int | None = None


@dataclass(frozen=True, slots=True)
class NameQueries:
    """One client's queries for one name; `blocked` of `count` were."""

    client: str
    device_id: int | None
    name: str
    count: int
    blocked: int
    first_us: int
    last_us: int


@dataclass(frozen=True, slots=True)
class ListHits:
    """What a blocklist decided: `rules`, how many different ones of it did; `last_us`, when last, None for never."""

    queries: int
    rules: int
    last_us: int | None


@dataclass(frozen=True, slots=True)
class Retained:
    """How many records and orphan words one call deleted; `more`: it stopped at its bound, call again soon."""

    records: int
    more: bool
    words: int = 0
