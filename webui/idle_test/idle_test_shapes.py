# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON of idle tests and of what they show, and how values become it. Pure. A time is ISO 8601 in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from evidence.idle_test import limit_words
from evidence.idle_test.asked_companies import by_company
from evidence.idle_test.compare import Changed, Comparison
from evidence.idle_test.idle_test import MAX_MINUTES, MAX_TITLE, Blocking, IdleTest
from evidence.idle_test.result import Counts, NameAsked, TestResult
from store.names.purpose import Kind, Purpose
from webui.api import shapes
from webui.views.timerange import SECOND_US, iso

MINUTE_S = 60


class NewIdleTest(shapes.Body):
    """`blocking`: on as always, off (paused for the device), or halves: first off, then on."""

    device: int = Field(description="its id")
    minutes: int = Field(default=60, description=f"1 to {MAX_MINUTES}")
    title: str = Field(default="", max_length=300, description=f"{MAX_TITLE} characters at most")
    blocking: Blocking = Blocking.ON


class Retitled(shapes.Body):
    title: str = Field(max_length=300)


class IdleTestItem(BaseModel):
    id: int
    device: str = Field(description="what it was called then")
    device_id: int
    title: str
    state: str = Field(description="running or over")
    from_: str = Field(serialization_alias="from")
    to: str = Field(description="of one that runs: when it will be over")
    minutes: float
    left_seconds: int
    blocking: Blocking
    unblocked_to: str | None = Field(description="until when blocking was paused for the device")
    stopped: bool = Field(description="before its time")
    at_device: bool = Field(description="begun at the device itself, without a log-in")
    settled: bool = Field(description="its result is kept, whatever becomes of the query log")


class TestList(BaseModel):
    items: list[IdleTestItem]
    next: None = None


class TestCounts(BaseModel):
    """answered, blocked and failed are queries; the same of look-ups: what became of the query that begins each."""

    model_config = ConfigDict(from_attributes=True)

    queries: int
    blocked: int
    answered: int
    failed: int
    lookups: int
    lookups_blocked: int
    lookups_answered: int
    lookups_failed: int


class TestBeat(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    period_s: float = Field(description="at least every so many seconds")
    jitter: float = Field(description="a share of the period")
    confidence: float
    intervals: int


class TestName(BaseModel):
    name: str
    company: str | None
    product: str | None
    purpose: Purpose
    kind: str = Field(description="tracking, use or unknown")
    country: str | None
    source: str = Field(description="which of the facts said so")
    counts: TestCounts
    unblocked: TestCounts = Field(description="the part of `counts` while blocking was paused")
    leaked: int = Field(description="look-ups of tracking that were answered")
    first: str
    last: str
    beat: TestBeat | None
    blocked_by: list[str] = Field(description="titles of lists")


class TestCompany(BaseModel):
    company: str | None = Field(description="null: nobody knows whose the names are")
    kind: str
    names: int
    counts: TestCounts
    leaked: int


class ShownTest(IdleTestItem):
    counts: TestCounts
    unblocked: TestCounts
    kinds: dict[str, TestCounts] = Field(description="of the names listed: tracking, use, unknown")
    leaked: int
    companies: list[TestCompany]
    names: list[TestName] = Field(description="the most asked first")
    names_left_out: int = Field(description="which are in `counts` alone")
    limits: list[str] = Field(description="what may be missing, in sentences; while it runs, what holds for every test")
    facts_version: str
    computed: str


class ChangedItem(BaseModel):
    name: str
    before: TestName
    after: TestName
    before_per_hour: float = Field(description="look-ups")
    after_per_hour: float
    beat: bool = Field(description="its beat is another")
    reached: bool = Field(description="it was blocked in one, and answered in the other")


class TestComparison(BaseModel):
    before: IdleTestItem
    after: IdleTestItem
    new: list[TestName]
    gone: list[TestName]
    changed: list[ChangedItem]
    same: int
    new_companies: list[str]
    gone_companies: list[str]


def item(test: IdleTest, now_us: int) -> IdleTestItem:
    return IdleTestItem(**_item(test, now_us))


def items(tests: Iterable[IdleTest], now_us: int) -> TestList:
    return TestList(items=[item(test, now_us) for test in tests])


def shown(test: IdleTest, result: TestResult, now_us: int) -> ShownTest:
    went_wrong = [] if test.running(now_us) else limit_words.of_result(result)
    return ShownTest(
        **_item(test, now_us),
        counts=counts(result.counts), unblocked=counts(result.unblocked),
        kinds={kind.word: counts(result.of_kind(kind)) for kind in Kind}, leaked=result.leaked,
        companies=[
            TestCompany(company=each.company, kind=each.kind.word, names=each.names, counts=counts(each.counts),
                        leaked=each.leaked)
            for each in by_company(result)
        ],
        names=[name(each) for each in result.names], names_left_out=result.names_left_out,
        limits=[str(sentence) for sentence in (*went_wrong, *limit_words.ALWAYS)],
        facts_version=result.facts_version, computed=iso(result.computed_us),
    )  # fmt: skip


def comparison(compared: Comparison, before: IdleTest, after: IdleTest, now_us: int) -> TestComparison:
    return TestComparison(
        before=item(before, now_us), after=item(after, now_us), new=[name(each) for each in compared.new],
        gone=[name(each) for each in compared.gone], changed=[_changed(each) for each in compared.changed],
        same=compared.same, new_companies=list(compared.new_companies), gone_companies=list(compared.gone_companies),
    )  # fmt: skip


def counts(of: Counts) -> TestCounts:
    return TestCounts.model_validate(of)


def name(of: NameAsked) -> TestName:
    return TestName(
        name=of.name, company=of.company, product=of.product, purpose=of.purpose, kind=of.kind.word,
        country=of.country, source=of.source, counts=counts(of.counts), unblocked=counts(of.unblocked),
        leaked=of.leaked, first=iso(of.first_us), last=iso(of.last_us),
        beat=None if of.beat is None else TestBeat.model_validate(of.beat), blocked_by=list(of.blocked_by),
    )  # fmt: skip


def _item(test: IdleTest, now_us: int) -> dict[str, Any]:
    return {
        "id": test.id, "device": test.device, "device_id": test.device_id, "title": test.title,
        "state": "running" if test.running(now_us) else "over", "from_": iso(test.from_us), "to": iso(test.to_us),
        "minutes": round((test.to_us - test.from_us) / SECOND_US / MINUTE_S, 2),
        "left_seconds": max(0, (test.to_us - now_us) // SECOND_US), "blocking": test.blocking,
        "unblocked_to": None if test.unblocked_us is None else iso(test.unblocked_us), "stopped": test.stopped,
        "at_device": test.own, "settled": test.settled,
    }  # fmt: skip


def _changed(each: Changed) -> ChangedItem:
    values = {key: value for key, value in asdict(each).items() if key not in ("before", "after")}
    return ChangedItem(**values, before=name(each.before), after=name(each.after))
