# SPDX-License-Identifier: GPL-3.0-or-later
"""What a query log is asked for and what it tells, as values, see store.log.protocol. Times are µs since 1970."""

from dataclasses import dataclass, field
from enum import StrEnum

from store.base.moments import EARLIEST_S
from store.log.records import QueryRow

EARLIEST_US = EARLIEST_S * 1_000_000  # a clock that shows less was never set
AHEAD_US = 60_000_000  # a row that is further ahead of now is from a clock that was wrong
MAX_NAMES_TEXT = 6_000  # characters of several names in one filter: some hundred names
LATEST_US = 4_102_444_800_000_000  # 2100-01-01


@dataclass(frozen=True, slots=True)
class KindCounts:
    """What was asked for names of one kind: tracking, use, or unknown. `companies` counts known ones.

    A look-up's verdict is that of the query that begins it: `lookups_blocked` were, `lookups_failed` got no answer.
    """

    queries: int = 0
    blocked: int = 0
    lookups: int = 0
    lookups_blocked: int = 0
    lookups_failed: int = 0
    companies: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """Totals of a time range. passed + blocked + allowed + local + refused + failed = queries, and so do those of
    tracking, use and unknown; their look-ups are all `lookups` together.

    `cached` came from MEMO, CACHE or STALE.

    `companies` counts known ones, each once; one that is asked for tracking and for use is in both of those. `dropped`
    were answered but not recorded, in the whole house. Durations in milliseconds, None without a query; the lower
    median is one of durations cut to two significant digits.
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
    lookups: int = 0
    tracking: KindCounts = field(default_factory=KindCounts)
    use: KindCounts = field(default_factory=KindCounts)
    unknown: KindCounts = field(default_factory=KindCounts)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A step of the timeline: passed = PASS + ALLOW, other = LOCAL + REFUSE; `failed` is none of these.

    tracking: how many of all of them were for names of that kind; `tracking_blocked`, of those that were blocked, and
    `tracking_failed`, of those that failed.
    """

    time_us: int
    passed: int
    blocked: int
    other: int
    failed: int = 0
    tracking: int = 0
    tracking_blocked: int = 0
    tracking_failed: int = 0


@dataclass(frozen=True, slots=True)
class HourCounts:
    """Look-ups that began in one hour of UTC, by kind; `blocked`, `failed`: of those of kind tracking."""

    time_us: int
    tracking: int
    blocked: int
    failed: int
    use: int
    unknown: int

    @property
    def through(self) -> int:
        return self.tracking - self.blocked - self.failed


@dataclass(frozen=True, slots=True)
class Top:
    """key: the name, the company (None: unknown), the device's id (None: unknown) or the blocklist's id.

    kind: of a name, or what of a company these are, or what was asked for; None where it is of all kinds. Look-ups are
    counted for companies and devices; with a verdict, those of which the first query had it.
    """

    key: str | int | None
    label: str
    queries: int
    blocked: int
    last_us: int
    failed: int = 0
    kind: str | None = None
    lookups: int = 0
    lookups_blocked: int = 0
    lookups_failed: int = 0


@dataclass(frozen=True, slots=True)
class Reported:
    """Look-ups of kind tracking, to one company or (company None) to all; `blocked`, `failed`: see KindCounts."""

    company: str | None
    lookups: int
    blocked: int
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Reports:
    """What a device reported: in all, and to the known company that it was most to, where there is one."""

    all: Reported
    most: Reported | None


@dataclass(frozen=True, slots=True)
class TrackingPair:
    """Look-ups of kind tracking of one device (None: of none that is known) to one company (None: nobody knows)."""

    device: int | None
    label: str
    company: str | None
    lookups: int
    blocked: int
    failed: int = 0

    @property
    def through(self) -> int:
        """How many got through."""
        return self.lookups - self.blocked - self.failed


@dataclass(frozen=True, slots=True)
class CompanyDevice:
    """What one device asked of a company; `first_us`, `last_us`: in all of the log, 0 where nobody looked."""

    device: int | None
    label: str
    tracking: KindCounts
    use: KindCounts
    unknown: KindCounts
    first_us: int
    last_us: int

    @property
    def lookups(self) -> int:
        return self.tracking.lookups + self.use.lookups + self.unknown.lookups


@dataclass(frozen=True, slots=True)
class CompanyName:
    """A name of a company, with how often it was asked for."""

    name: str
    kind: str
    purpose: str
    queries: int
    blocked: int
    failed: int


@dataclass(frozen=True, slots=True)
class CompanyCounts:
    """What was asked of a company in a range: devices by look-ups, names by kind (tracking first) and queries.

    `more_names` were asked for, too. `first_us` and `last_us` are of all of the log.
    """

    name: str
    tracking: KindCounts
    use: KindCounts
    unknown: KindCounts
    devices: list[CompanyDevice]
    names: list[CompanyName]
    more_names: int
    first_us: int
    last_us: int


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
    """All that are given must hold. `name`: part of a name, or with `*` a pattern for the whole; `names`: any of these,
    a comma between each two; `hide`: none that holds one of these, written so, too. `company` "unknown": of no known
    one. `kind`: tracking, use or unknown. verdict (of records.COUNTED), type, origin, rcode, transport as words or
    numbers; purpose: of names.purpose; dnssec: of records.CHECKED. `source`: whose it was, OWN or IMPORTED."""

    device: int | None = None
    client: str | None = None
    name: str | None = None
    verdict: str | int | None = None
    list: str | None = None
    company: str | None = None
    kind: str | None = None
    type: str | int | None = None
    source: str | None = None
    names: str | None = None
    purpose: str | None = None
    origin: str | int | None = None
    rcode: str | int | None = None
    hide: str | None = None
    transport: str | int | None = None
    dnssec: str | None = None
    from_us: int | None = None
    to_us: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """`next` is the cursor of the page after this one, None on the last; `newer` of the page before it, None where this
    page has nothing to begin at.

    A search for what is rare ends after some hundred thousand records: then there are fewer items than asked for,
    `next` goes on from there, and `searched_us` says how far back this page looked (of newer ones: how far up).
    """

    items: list[QueryRow]
    next: str | None
    searched_us: int | None = None
    newer: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many records fit of those that were looked at; `next`: the cursor to count on from, None when that was all;
    else `searched_us` says how far back this was.
    """

    queries: int
    next: str | None = None
    searched_us: int | None = None


def cursor_at(time_us: int) -> str:
    """The cursor of the page with what was asked before this time."""
    return f"{time_us:x}"


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
