# SPDX-License-Identifier: GPL-3.0-or-later
"""Pure shaping of statistics into what the templates show. True numbers only; what is not known stays "unknown"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from store.base.sentences import say, say_count, together
from store.log.values import Bucket, Top
from webui.numbers import headline
from webui.views import formatting

ROWS = 8  # of a "top" list on a page


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a "top" list: `through` is all that was neither blocked nor failed; kind: of a name, "" elsewhere."""

    label: str
    count: int
    blocked: int
    through: int
    failed: int = 0
    href: str = ""
    kind: str = ""


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
            *([headline.failed_said(sum(failed))] if any(failed) else []),
            *_tracking_said(buckets),
        ),
    )


def name_rows(tops: Iterable[Top], device: int | None = None) -> list[Row]:
    """Names by queries."""
    suffix = f"&device={device}" if device else ""
    return [_by_queries(top, f"/queries?name={quote(top.label)}{suffix}", top.kind or "") for top in tops]


def device_rows(tops: Iterable[Top]) -> list[Row]:
    """Devices by queries. A query whose device is unknown has the key None (or 0): it is shown, without a link."""
    return [_by_queries(top, _device_page(top)) for top in tops]


def reporting_rows(tops: Iterable[Top]) -> list[Row]:
    """Devices by look-ups."""
    return [_by_lookups(top, _device_page(top)) for top in tops]


def company_rows(tops: Iterable[Top], device: int | None = None) -> tuple[list[Row], int]:
    """Known companies by look-ups, each leading to its page, or to the rows of a device; and how many look-ups had no
    known company among `tops`.
    """
    rows = [_by_lookups(top, _of_company(top, device)) for top in tops if top.key is not None]
    return rows, sum(top.lookups for top in tops if top.key is None)


def company_page(company: str) -> str:
    """Its address."""
    return f"/companies/{quote(company, safe='')}"


def _of_company(top: Top, device: int | None) -> str:
    if device is None:
        return company_page(top.label)
    return f"/queries?company={quote(top.label)}&kind={top.kind}&device={device}"


def _device_page(top: Top) -> str:
    return f"/devices/{top.key}" if top.key else ""


def _by_queries(top: Top, href: str, kind: str = "") -> Row:
    return Row(top.label, top.queries, top.blocked, top.queries - top.blocked - top.failed, top.failed, href, kind)


def _by_lookups(top: Top, href: str) -> Row:
    through = top.lookups - top.lookups_blocked - top.lookups_failed
    return Row(top.label, top.lookups, top.lookups_blocked, through, top.lookups_failed, href)


def _bar(passed: int, blocked: int, failed: int, highest: int) -> Bar:
    if not highest:
        return Bar(100, 0, 0)
    up, down, above = (100 * count / highest for count in (passed, blocked, failed))
    return Bar(round(100 - up - down, 2), round(up, 2), round(down, 2), round(above, 2))


def _tracking_said(buckets: Sequence[Bucket]) -> list[str]:
    tracking, blocked = sum(each.tracking for each in buckets), sum(each.tracking_blocked for each in buckets)
    if not tracking:
        return []
    return [say_count(
        tracking,
        "{count:,} query was for tracking, {blocked:,} of them blocked.",
        "{count:,} queries were for tracking, {blocked:,} of them blocked.",
        blocked=blocked,
    )]  # fmt: skip


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
