# SPDX-License-Identifier: GPL-3.0-or-later
"""Pure shaping of statistics into what the templates show. True numbers only; what is not known stays "unknown"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from store.base.sentences import say, say_count, together
from store.log.values import Bucket, Summary, Top
from webui.views import formatting


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a "top" list: `through` is all that was neither blocked nor failed."""

    label: str
    queries: int
    blocked: int
    through: int
    failed: int = 0
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the plain timeline, in hundredths of its height, from the top."""

    top: float
    passed: float
    blocked: float
    failed: float = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """A timeline: Unix seconds and counts, equally long; `said` is the same in words for those who do not see it."""

    times: list[int]
    passed: list[int]
    blocked: list[int]
    failed: list[int]
    bars: list[Bar]
    step: int
    said: str


@dataclass(frozen=True, slots=True)
class Reporter:
    """The device and company with the most queries between them."""

    device: str
    company: str
    queries: int
    blocked: int


def chart(buckets: Sequence[Bucket], step_us: int) -> Chart:
    """`other` (answered here, refused) counts as let through here: with what failed, bars add up to all queries."""
    passed = [bucket.passed + bucket.other for bucket in buckets]
    blocked = [bucket.blocked for bucket in buckets]
    failed = [bucket.failed for bucket in buckets]
    stacks = list(zip(passed, blocked, failed, strict=True))
    highest = max(map(sum, stacks), default=0)
    return Chart(
        times=[bucket.time_us // 1_000_000 for bucket in buckets],
        passed=passed,
        blocked=blocked,
        failed=failed if any(failed) else [],
        bars=[_bar(p, b, f, highest) for p, b, f in stacks],
        step=step_us // 1_000_000,
        said=together(
            _chart_said(sum(passed), sum(blocked), highest, formatting.stretch(step_us // 1_000_000)),
            *([failed_said(sum(failed))] if any(failed) else []),
        ),
    )


def name_rows(tops: Iterable[Top], device: int | None = None) -> list[Row]:
    suffix = f"&device={device}" if device else ""
    return [_row(top, f"/queries?name={quote(top.label)}{suffix}") for top in tops]


def device_rows(tops: Iterable[Top]) -> list[Row]:
    """A query whose device is unknown has the key None (or 0): it is shown, without a link."""
    return [_row(top, f"/devices/{top.key}" if top.key else "") for top in tops]


def company_rows(tops: Iterable[Top], device: int | None = None) -> tuple[list[Row], int]:
    """The rows of known companies, and how many queries had no known company among `tops`."""
    suffix = f"&device={device}" if device else ""
    known = [top for top in tops if top.key is not None]
    rows = [_row(top, f"/queries?company={quote(top.label)}{suffix}") for top in known]
    return rows, sum(top.queries for top in tops if top.key is None)


def headline(summary: Summary, when: str, reporter: Reporter | None) -> str:
    """One sentence or two on the home in a time; `when` begins it ("Today", "In the last 7 days")."""
    if not summary.queries:
        return say("{when} no device has asked anything.", when=when)
    known = say_count(summary.devices, "{count:,} device", "{count:,} devices")
    devices = known if summary.devices else say("devices not known yet")
    counts = _asked(summary, when)
    asked = say("{when} {devices} asked for {names}, {times} in all; {blocked}.", devices=devices, **counts)
    failed = [failed_said(summary.failed)] if summary.failed else []
    return together(asked, *failed, *([_most_of_home(reporter)] if reporter else []))


def device_headline(summary: Summary, when: str, reporter: Reporter | None) -> str:
    """The same for one device."""
    if not summary.queries:
        return say("{when} it has asked nothing.", when=when)
    asked = say("{when} it asked for {names}, {times} in all; {blocked}.", **_asked(summary, when))
    failed = [failed_said(summary.failed)] if summary.failed else []
    return together(asked, *failed, *([_most_of_device(reporter)] if reporter else []))


def failed_said(failed: int) -> str:
    """That some queries got no answer."""
    return say_count(
        failed,
        "{count:,} got no answer, since no upstream gave one.",
        "{count:,} got no answer, since no upstream gave one.",
    )


def _asked(summary: Summary, when: str) -> dict[str, str]:
    """The values of a headline."""
    share = formatting.share(summary.blocked, summary.queries)
    blocked = say_count(
        summary.blocked, "{count:,} ({share}) was blocked", "{count:,} ({share}) were blocked", share=share
    )
    return {
        "when": when,
        "names": say_count(summary.names, "{count:,} name", "{count:,} names"),
        "times": say_count(summary.queries, "{count:,} time", "{count:,} times"),
        "blocked": blocked if summary.blocked else say("none were blocked"),
    }


def _most_of_home(reporter: Reporter) -> str:
    device = formatting.visible(reporter.device)
    return say("{device} reported most: {times} to {company}, {outcome}.", device=device, **_reported(reporter))


def _most_of_device(reporter: Reporter) -> str:
    return say("Most went to {company}: {times}, {outcome}.", **_reported(reporter))


def _reported(reporter: Reporter) -> dict[str, str]:
    return {
        "times": say_count(reporter.queries, "{count:,} time", "{count:,} times"),
        "company": formatting.visible(reporter.company),
        "outcome": _outcome(reporter),
    }


def _outcome(reporter: Reporter) -> str:
    if reporter.queries == 1:
        return say("blocked") if reporter.blocked else say("not blocked")
    if reporter.blocked in (0, reporter.queries):
        return say("all of them blocked") if reporter.blocked else say("none of them blocked")
    return say_count(reporter.blocked, "{count:,} of them blocked", "{count:,} of them blocked")


def _row(top: Top, href: str) -> Row:
    return Row(top.label, top.queries, top.blocked, top.queries - top.blocked - top.failed, top.failed, href)


def _bar(passed: int, blocked: int, failed: int, highest: int) -> Bar:
    if not highest:
        return Bar(100, 0, 0)
    up, down, above = (100 * count / highest for count in (passed, blocked, failed))
    return Bar(round(100 - up - down, 2), round(up, 2), round(down, 2), round(above, 2))


def _chart_said(passed: int, blocked: int, highest: int, stretch: str) -> str:
    if not highest:
        return say("{passed:,} let through and {blocked:,} blocked.", passed=passed, blocked=blocked)
    return say(
        "{passed:,} let through and {blocked:,} blocked; the busiest {stretch}: {queries}.",
        passed=passed,
        blocked=blocked,
        stretch=stretch,
        queries=say_count(highest, "{count:,} query", "{count:,} queries"),
    )
