# SPDX-License-Identifier: GPL-3.0-or-later
"""Pure shaping of statistics into what the templates show. True numbers only; what is not known stays "unknown"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from store.stats.summary import Bucket, Summary, Top
from webui.views import formatting


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a "top" list: `through` is all that was not blocked."""

    label: str
    queries: int
    blocked: int
    through: int
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the plain timeline, in hundredths of its height, from the top."""

    top: float
    passed: float
    blocked: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A timeline: Unix seconds and counts, equally long; `said` is the same in words for those who do not see it."""

    times: list[int]
    passed: list[int]
    blocked: list[int]
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
    """`other` (answered here, refused) counts as let through here: the bars add up to all queries."""
    passed = [bucket.passed + bucket.other for bucket in buckets]
    blocked = [bucket.blocked for bucket in buckets]
    highest = max((p + b for p, b in zip(passed, blocked, strict=True)), default=0)
    return Chart(
        times=[bucket.time_us // 1_000_000 for bucket in buckets],
        passed=passed,
        blocked=blocked,
        bars=[_bar(p, b, highest) for p, b in zip(passed, blocked, strict=True)],
        step=step_us // 1_000_000,
        said=_chart_said(sum(passed), sum(blocked), highest, formatting.stretch(step_us // 1_000_000)),
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
        return f"{when} no device has asked anything."
    devices = formatting.plural(summary.devices, "device") if summary.devices else "devices not known yet"
    return f"{when} {devices} asked {_asked(summary)}{_reported(reporter)}"


def device_headline(summary: Summary, when: str, reporter: Reporter | None) -> str:
    """The same for one device."""
    if not summary.queries:
        return f"{when} it has asked nothing."
    return f"{when} it asked {_asked(summary)}{_reported(reporter, itself=True)}"


def _asked(summary: Summary) -> str:
    queries = formatting.plural(summary.queries, "time", "times")
    names = formatting.plural(summary.names, "name")
    blocked = formatting.number(summary.blocked) if summary.blocked else "none"
    of_all = f" ({formatting.share(summary.blocked, summary.queries)})" if summary.blocked else ""
    verb = "was" if summary.blocked == 1 else "were"
    return f"for {names}, {queries} in all; {blocked}{of_all} {verb} blocked."


def _reported(reporter: Reporter | None, itself: bool = False) -> str:
    if reporter is None:
        return ""
    who = "Most went" if itself else f"{formatting.visible(reporter.device)} reported most:"
    count = formatting.plural(reporter.queries, "time")
    outcome = {0: "none of them blocked", reporter.queries: "all of them blocked"}.get(
        reporter.blocked, f"{formatting.number(reporter.blocked)} of them blocked"
    )
    if reporter.queries == 1:
        outcome = "blocked" if reporter.blocked else "not blocked"
    if itself:
        return f" {who} to {formatting.visible(reporter.company)}: {count}, {outcome}."
    return f" {who} {count} to {formatting.visible(reporter.company)}, {outcome}."


def _row(top: Top, href: str) -> Row:
    return Row(top.label, top.queries, top.blocked, top.queries - top.blocked, href)


def _bar(passed: int, blocked: int, highest: int) -> Bar:
    if not highest:
        return Bar(100, 0, 0)
    up, down = 100 * passed / highest, 100 * blocked / highest
    return Bar(round(100 - up - down, 2), round(up, 2), round(down, 2))


def _chart_said(passed: int, blocked: int, highest: int, stretch: str) -> str:
    line = f"{formatting.number(passed)} let through and {formatting.number(blocked)} blocked"
    if not highest:
        return f"{line}."
    return f"{line}; the busiest {stretch}: {formatting.plural(highest, 'query', 'queries')}."
