# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages of idle tests show, from what evidence says. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from evidence.findings.finding_words import period
from evidence.idle_test import limit_words
from evidence.idle_test.asked_companies import ORDER, CompanyAsked, by_company
from evidence.idle_test.compare import Changed, Comparison
from evidence.idle_test.idle_test import MINUTE_US, Blocking, IdleTest
from evidence.idle_test.result import Counts, NameAsked, NameBeat, TestResult
from store.base.sentences import figure, say, say_count
from store.names.purpose import Kind
from webui.views.formatting import share, visible
from webui.views.kind_words import KINDS, PURPOSES
from webui.views.timerange import SECOND_US, iso

BLOCKINGS: Mapping[Blocking, str] = {
    Blocking.ON: say("blocking as always"),
    Blocking.OFF: say("blocking off for this device"),
    Blocking.HALVES: say("first half without blocking, second half with it"),
}
LENGTHS: Mapping[int, str] = {
    5: say("5 minutes"), 15: say("15 minutes"), 30: say("30 minutes"), 60: say("an hour"), 120: say("2 hours"),
    480: say("8 hours"), 1440: say("a day"),
}  # fmt: skip
HOUR_S = 3_600
MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class TestLine:
    """One test in a list. Times: Unix seconds; `done`: how much of it is over, 0 to 1."""

    id: int
    device: str
    title: str
    start: float
    end: float
    running: bool
    left: str
    done: float
    length: str
    blocking: str
    stopped: bool
    own: bool
    settled: bool


@dataclass(frozen=True, slots=True)
class NameLine:
    """One name: whose it is, how often, at which beat, and what became of it. `rows`: address of its rows in the log.

    css: "leak" for tracking that was answered, "block" for what was blocked each time, "pass" for the others.
    """

    name: str
    company: str | None
    product: str | None
    kind: str
    purpose: str
    lookups: int
    queries: int
    beat: str
    outcome: str
    css: str
    without: str
    inside: str
    lists: tuple[str, ...]
    last: float
    rows: str


@dataclass(frozen=True, slots=True)
class CompanyLine:
    company: str | None
    kind: str
    names: int
    lookups: int
    outcome: str
    leaked: int
    stopped: int


@dataclass(frozen=True, slots=True)
class TestView:
    """`halves`: whether names tell what happened without blocking and with it. `headline`: what it comes to, then its
    numbers: names, look-ups, and those for tracking that were stopped and that were answered."""

    headline: str
    numbers: tuple[int, int, int, int]
    summary: tuple[str, ...]
    companies: tuple[CompanyLine, ...]
    names: tuple[NameLine, ...]
    halves: bool
    limits: tuple[str, ...]
    facts: str
    computed: float


@dataclass(frozen=True, slots=True)
class ChangedLine:
    name: str
    company: str | None
    how: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompareView:
    new: tuple[NameLine, ...]
    gone: tuple[NameLine, ...]
    changed: tuple[ChangedLine, ...]
    same: str
    new_companies: tuple[str, ...]
    gone_companies: tuple[str, ...]
    differ: str


def line(test: IdleTest, now_us: int) -> TestLine:
    running = test.running(now_us)
    return TestLine(
        test.id, test.device, test.title, test.from_us / SECOND_US, test.to_us / SECOND_US, running,
        left(test.to_us - now_us) if running else "",
        min(1.0, (now_us - test.from_us) / (test.to_us - test.from_us)), length(test.to_us - test.from_us),
        BLOCKINGS[test.blocking], test.stopped, test.own, test.settled,
    )  # fmt: skip


def lines(tests: Iterable[IdleTest], now_us: int) -> list[TestLine]:
    return [line(test, now_us) for test in tests]


def of_all(tests: Sequence[TestLine]) -> str:
    """The first sentence of the page of tests, the newest first; "" where there is none."""
    if not tests:
        return ""
    runs = [test for test in tests if test.running]
    if len(runs) == 1:
        return say("{device} is left alone now: {left}.", device=visible(runs[0].device), left=runs[0].left)
    if runs:
        return say_count(len(runs), "{count:,} device is left alone now.", "{count:,} devices are left alone now.")
    return say_count(len(tests), "{count:,} test was made, the last one of {device}.",
                     "{count:,} tests were made, the last one of {device}.",
                     device=visible(tests[0].device))  # fmt: skip


def view(test: IdleTest, result: TestResult, now_us: int, latest_first: bool = False) -> TestView:
    """`latest_first`: names by when they were asked for last, for whoever watches."""
    names = sorted(result.names, key=lambda name: -name.last_us) if latest_first else _by_kind(result.names)
    halves = test.blocking is Blocking.HALVES
    tracking = result.of_kind(Kind.TRACKING)
    numbers = (len(result.names) + result.names_left_out, result.counts.lookups, tracking.lookups_blocked,
               result.leaked)  # fmt: skip
    went_wrong = [] if test.running(now_us) else limit_words.of_result(result)
    return TestView(
        _headline(result), numbers, tuple(_summary(result)), tuple(map(_company, by_company(result))),
        tuple(_name(name, result, halves) for name in names), halves, (*went_wrong, *limit_words.ALWAYS),
        result.facts_version, result.computed_us / SECOND_US,
    )  # fmt: skip


def compare_view(compared: Comparison, before: IdleTest, after: IdleTest) -> CompareView:
    differ = "" if before.blocking is after.blocking else say(
        "They differ in blocking: the first one had {first}, the second one {second}.",
        first=BLOCKINGS[before.blocking], second=BLOCKINGS[after.blocking],
    )  # fmt: skip
    return CompareView(
        tuple(_name(name, compared.after, halves=False) for name in compared.new),
        tuple(_name(name, compared.before, halves=False) for name in compared.gone),
        tuple(map(_changed, compared.changed)),
        say_count(compared.same, "{count:,} name is asked for as before.", "{count:,} names are asked for as before."),
        compared.new_companies, compared.gone_companies, differ,
    )  # fmt: skip


def left(us: int) -> str:
    """How long it still takes."""
    seconds = max(0, us // SECOND_US)
    if seconds < 2 * MINUTE_S:
        return say_count(seconds, "{count} second left", "{count} seconds left")
    return say_count(round(seconds / MINUTE_S), "{count} minute left", "{count} minutes left")


def length(us: int) -> str:
    if us < MINUTE_US:
        return say_count(us // SECOND_US, "{count} second", "{count} seconds")
    return say_count(round(us / MINUTE_US), "{count} minute", "{count} minutes")


def beat_words(beat: NameBeat | None) -> str:
    if beat is None:
        return ""
    every = say("at least every {period}", period=period(beat.period_s))
    return say("{every} (± {jitter})", every=every, jitter=share(round(beat.jitter * 1000), 1000))


def outcome(counts: Counts) -> str:
    """What became of look-ups: a word where it was one thing, else the counts."""
    parts = [
        (counts.lookups_blocked, say("blocked"), say("{count:,} blocked", count=counts.lookups_blocked)),
        (counts.lookups_answered, say("answered"), say("{count:,} answered", count=counts.lookups_answered)),
        (counts.lookups_failed, say("failed"), say("{count:,} failed", count=counts.lookups_failed)),
    ]
    there = [part for part in parts if part[0]]
    if len(there) == 1 and there[0][0] == counts.lookups:
        return there[0][1]
    return ", ".join(part[2] for part in there) or ("–" if not counts.lookups else say("refused"))


def _by_kind(names: Iterable[NameAsked]) -> list[NameAsked]:
    return sorted(names, key=lambda name: (ORDER.index(name.kind), -name.counts.lookups, name.name))


def _headline(result: TestResult) -> str:
    tracking = result.of_kind(Kind.TRACKING)
    if not tracking.lookups:
        return say("Left alone, {device} asked for nothing that is known as tracking.", device=result.device)
    return say_count(
        tracking.lookups, "Left alone, {device} tried once to report on you: {blocked:,} stopped, {leaked:,} answered.",
        "Left alone, {device} tried {count:,} times to report on you: {blocked:,} stopped, {leaked:,} answered.",
        device=result.device, blocked=tracking.lookups_blocked, leaked=result.leaked,
    )  # fmt: skip


def _summary(result: TestResult) -> Iterable[str]:
    tracking = result.of_kind(Kind.TRACKING)
    companies = {name.company for name in result.names if name.kind is Kind.TRACKING and name.company}
    count = len(result.names) + result.names_left_out
    yield say_count(
        count, "{device} asked for {count:,} name.", "{device} asked for {count:,} names.", device=result.device
    )
    yield say_count(
        result.counts.lookups, "{count:,} look-up in all (queries: {queries:,}).",
        "{count:,} look-ups in all (queries: {queries:,}).", queries=result.counts.queries,
    )  # fmt: skip
    if tracking.lookups:
        yield say_count(
            tracking.lookups, "{count:,} look-up was tracking: {blocked:,} blocked, {leaked:,} answered.",
            "{count:,} look-ups were tracking: {blocked:,} blocked, {leaked:,} answered.",
            blocked=tracking.lookups_blocked, leaked=result.leaked,
        )  # fmt: skip
    if companies:
        yield say_count(len(companies), "It tracks for {count} company: {names}.", "It tracks for {count} companies: "
                        "{names}.", names=", ".join(sorted(companies)))  # fmt: skip
    beats = sum(name.beat is not None for name in result.names)
    if beats:
        yield say_count(beats, "{count:,} name was asked for at a beat.", "{count:,} names were asked for at a beat.")


def _name(name: NameAsked, result: TestResult, halves: bool) -> NameLine:
    counts = name.counts
    css = "leak" if name.leaked else "block" if counts.lookups_blocked == counts.lookups else "pass"
    rows = {"device": str(result.device_id), "name": name.name, "from": iso(result.from_us), "to": iso(result.to_us)}
    return NameLine(
        name.name, name.company, name.product, KINDS[name.kind.word], PURPOSES[name.purpose],
        counts.lookups, counts.queries,
        beat_words(name.beat), say("leaked") if name.leaked == counts.lookups else outcome(counts), css,
        _half(name.unblocked) if halves else "", _half(_rest(counts, name.unblocked)) if halves else "",
        name.blocked_by, name.last_us / SECOND_US, f"/queries?{urlencode(rows)}",
    )  # fmt: skip


def _half(counts: Counts) -> str:
    return say("{count:,}: {outcome}", count=counts.lookups, outcome=outcome(counts)) if counts.lookups else "–"


def _rest(counts: Counts, unblocked: Counts) -> Counts:
    return Counts(
        counts.queries - unblocked.queries, counts.blocked - unblocked.blocked, counts.answered - unblocked.answered,
        counts.failed - unblocked.failed, counts.lookups - unblocked.lookups,
        counts.lookups_blocked - unblocked.lookups_blocked, counts.lookups_answered - unblocked.lookups_answered,
        counts.lookups_failed - unblocked.lookups_failed,
    )  # fmt: skip


def _company(each: CompanyAsked) -> CompanyLine:
    counts = each.counts
    return CompanyLine(
        each.company, KINDS[each.kind.word], each.names, counts.lookups, outcome(counts), each.leaked,
        counts.lookups_blocked,
    )  # fmt: skip


def _changed(each: Changed) -> ChangedLine:
    how = []
    if each.beat:
        how.append(say("its beat: {before} before, {after} after", before=beat_words(each.before.beat) or say("none"),
                       after=beat_words(each.after.beat) or say("none")))  # fmt: skip
    if each.reached:
        how.append(say("{before} before, {after} after", before=outcome(each.before.counts),
                       after=outcome(each.after.counts)))  # fmt: skip
    how.append(say("{before} look-ups an hour before, {after} after", before=figure(each.before_per_hour, ".1f"),
                   after=figure(each.after_per_hour, ".1f")))  # fmt: skip
    return ChangedLine(each.name, each.after.company, tuple(how))
