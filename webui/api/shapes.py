# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON of numbers and records, and how rows of the store become it. Pure. A time is ISO 8601 in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from operator import attrgetter
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, TypeAdapter

from store.log import values
from store.log.records import COLUMNS, COUNTED, QueryRow
from webui.views.timerange import SECOND_US, Span, iso

# SQLite's largest id; a larger number in an address is no id of ours.
MAX_ID = 2**63 - 1

VerdictName = Literal["PASS", "BLOCK", "ALLOW", "LOCAL", "REFUSE", "FAILED"]
NameKind = Literal["tracking", "use", "unknown"]


_AS_IT_IS = frozenset({"int", "bool", "float"})
_VALUES = frozenset({"default", "expected", "metadata", "members", "ref", "schema_ref"})  # that hold no schema


def _strict(schema: Any) -> Any:
    """The schema with whole numbers, numbers and truths taken as they are. All of pydantic's strictness would be too
    much: a word of an enumeration comes as text.
    """
    if isinstance(schema, list | tuple):
        return type(schema)(map(_strict, schema))
    if not isinstance(schema, dict):
        return schema
    if not isinstance(kind := schema.get("type"), str):  # a mapping of fields
        return {name: _strict(field) for name, field in schema.items()}
    made = {key: value if key in _VALUES else _strict(value) for key, value in schema.items()}
    return {**made, "strict": True} if kind in _AS_IT_IS else made


class Body(BaseModel):
    """What a call takes, and whatever stands in it; that every call takes such a one, a test holds.

    A field that is not known is refused, since one that is left out may mean more: every device, or for ever. Numbers
    and truths are those of JSON: `1.0`, `true` and "1" are no id, and 1 is not true.
    """

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> Any:
        return _strict(handler(source))


class Within(BaseModel):
    """What holds for every answer about a period."""

    from_: str = Field(serialization_alias="from")
    to: str


class KindCounts(BaseModel):
    """What was asked for names of one kind: tracking tells about the home, use is what somebody or a feature wanted."""

    queries: int
    blocked: int
    lookups: int
    lookups_blocked: int = Field(description="look-ups of which the first query was blocked")
    lookups_failed: int = Field(description="look-ups of which the first query got no answer")
    companies: int = Field(description="known ones")


class Counts(BaseModel):
    """passed + blocked + allowed + local + refused + failed = queries = those of tracking, use and unknown."""

    queries: int
    lookups: int = Field(description="A, AAAA, HTTPS and SVCB of one name within a second by one device are one")
    tracking: KindCounts
    use: KindCounts
    unknown: KindCounts
    blocked: int
    passed: int
    allowed: int
    local: int
    refused: int
    failed: int = Field(description="let through, and answered SERVFAIL: as a rule no upstream answered")
    cached: int = Field(description="answered from memory")
    dropped: int = Field(description="answered but not recorded, in the whole house")
    names: int
    clients: int
    devices: int
    companies: int
    median_ms: float | None
    average_ms: float | None


class Summary(Within, Counts):
    pass


class Bucket(BaseModel):
    time: str
    passed: int = Field(description="PASS and ALLOW")
    blocked: int
    other: int = Field(description="LOCAL and REFUSE")
    failed: int = Field(description="FAILED: no answer came")
    tracking: int = Field(description="how many of all these were for names of that kind")
    tracking_blocked: int
    tracking_failed: int


class Timeline(Within):
    step_seconds: float
    items: list[Bucket]
    next: None = None


class Top(BaseModel):
    key: str | int | None = Field(description="null: unknown")
    label: str
    queries: int
    blocked: int
    failed: int
    kind: NameKind | None = Field(description="of a name, or what was asked of a company; null: of all kinds")
    lookups: int = Field(description="of companies and devices; 0 for names and lists")
    lookups_blocked: int
    lookups_failed: int
    last: str


class TopList(Within):
    of: str
    items: list[Top]
    next: None = None


@dataclass(frozen=True, slots=True)
class Query(QueryRow):
    """One finished query, as the view `queries` of querylog.db has it."""


class QueryPage(BaseModel):
    items: list[Query]
    next: str | None = Field(description="the cursor of the page after this one")
    searched_to: str | None = Field(
        default=None, description="how far back a search for what is rare got in this page; go on with `next`"
    )


def verdict_number(verdict: VerdictName | None) -> int | None:
    return None if verdict is None else COUNTED[verdict]


def seconds_iso(seconds: int | None) -> str | None:
    """Unix seconds as config.db has them."""
    return None if seconds is None else iso_of_seconds(seconds)


def iso_of_seconds(seconds: int) -> str:
    """The same for a time that is known."""
    return iso(seconds * SECOND_US)


def summary(period: Span, row: values.Summary) -> Summary:
    return Summary(from_=iso(period.from_us), to=iso(period.to_us), **counts(row).model_dump())


def counts(row: values.Summary) -> Counts:
    return Counts.model_validate(row, from_attributes=True)


def timeline(period: Span, step_us: int, rows: Sequence[values.Bucket]) -> Timeline:
    return Timeline(
        from_=iso(period.from_us), to=iso(period.to_us), step_seconds=step_us / SECOND_US, items=buckets(rows)
    )


def buckets(rows: Sequence[values.Bucket]) -> list[Bucket]:
    return [Bucket(time=iso(row.time_us), passed=row.passed, blocked=row.blocked, other=row.other, failed=row.failed,
               tracking=row.tracking, tracking_blocked=row.tracking_blocked,
               tracking_failed=row.tracking_failed) for row in rows]  # fmt: skip


def top_list(period: Span, of: str, rows: Sequence[values.Top]) -> TopList:
    return TopList(from_=iso(period.from_us), to=iso(period.to_us), of=of, items=tops(rows))


def tops(rows: Sequence[values.Top]) -> list[Top]:
    return [
        Top.model_validate({**asdict(row), "last": iso(row.last_us)})
        for row in rows
    ]


def query(row: QueryRow) -> Query:
    return Query(*_values(row))


def query_json(row: QueryRow) -> str:
    return _QUERY.dump_json(query(row)).decode()


_QUERY = TypeAdapter(Query)
_values = attrgetter(*(column.name for column in COLUMNS))
