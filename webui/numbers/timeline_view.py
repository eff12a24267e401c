# SPDX-License-Identifier: GPL-3.0-or-later
"""A timeline as a page draws it: stacked bars, their axes, the same numbers as a table, where bars lead. Pure.

    failed                     in queries, from the top
    everything else
    tracking that got through
    tracking that was stopped

`ui.timeline(chart)` (templates/_parts.html) draws it as SVG; static/timeline.js adds pointing, zooming and keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from urllib.parse import urlencode

from store.base.sentences import say, say_count, together
from store.log.values import Bucket, HourCounts
from webui.numbers import headline
from webui.views import formatting, timerange

SECOND_US = 1_000_000
HOUR_US = 3600 * SECOND_US
MAX_TICKS = 8
_HOUR, _DAY = 3600, 86_400
_TICKS = (60, 300, 600, 900, 1800, *(hours * _HOUR for hours in (1, 2, 3, 6, 12)),
          *(days * _DAY for days in (1, 2, 5, 7, 14, 31, 92, 365, 1461)))  # fmt: skip
_WIDTH, _MARGIN = 0.84, 0.08  # of a bar, in steps
_Stack = tuple[int, int, int, int]
"""stopped, through, rest, failed"""
_NICE = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)  # tenths


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark below: Unix seconds, hundredths of the width from the left, and whether it is a day's beginning."""

    seconds: int
    left: float
    is_day: bool

    @property
    def show(self) -> str:
        """How a script writes it in the zone of the browser: a key of its formats."""
        return "day" if self.is_day else "hour"


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the table: one step in which anything was asked; `href`: its rows of the log."""

    seconds: int
    stopped: int
    through: int
    rest: int
    failed: int
    href: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Counts by step, equally long; `failed` is empty where nothing failed. `layers`: (what, SVG path in steps by
    hundredths of `top`). `zoom`: path of the page that shows a stretch ("": none); `log`: filters of the log, as a
    query. `said`: all of it in words.
    """

    times: list[int]
    stopped: list[int]
    through: list[int]
    rest: list[int]
    failed: list[int]
    step: int
    top: int
    said: str
    zoom: str = ""
    log: str = ""
    layers: list[tuple[str, str]] = field(default_factory=list)
    ticks: list[Tick] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def from_seconds(self) -> int:
        return self.times[0] if self.times else 0


def chart(buckets: Sequence[Bucket], step_us: int, zoom: str = "", log: str = "") -> Chart:
    """Every query is in one layer: what failed in that, what was tracking in one of two, all others in `rest`."""
    times = [bucket.time_us // SECOND_US for bucket in buckets]
    stopped = [bucket.tracking_blocked for bucket in buckets]
    through = [bucket.tracking - bucket.tracking_blocked - bucket.tracking_failed for bucket in buckets]
    failed = [bucket.failed for bucket in buckets]
    rest = [
        bucket.passed + bucket.blocked + bucket.other - bucket.tracking_blocked - got_through
        for bucket, got_through in zip(buckets, through, strict=True)
    ]
    stacks = list(zip(stopped, through, rest, failed, strict=True))
    highest = max(map(sum, stacks), default=0)
    top, step = _nice(highest), step_us // SECOND_US
    return Chart(
        times, stopped, through, rest, failed if any(failed) else [], step, top, _said(buckets, highest, step), zoom,
        log, _layers(stacks, top), list(_ticks(times, step)), _steps(times, stacks, step, log),
    )  # fmt: skip


def lookups_chart(
    hours: Iterable[HourCounts], from_us: int, to_us: int, step_us: int, zoom: str = "", log: str = ""
) -> Chart:  # fmt: skip
    """The same of look-ups, which are counted by the hour: steps are hours at least, and begin with a whole one.

    `rest` is use and what nobody knows; only what failed of tracking is in `failed`.
    """
    step_us = -(-step_us // HOUR_US) * HOUR_US
    from_us -= from_us % HOUR_US
    stacks = [[0, 0, 0, 0] for _ in range(from_us, to_us, step_us)]
    for hour in hours:
        stack = stacks[(hour.time_us - from_us) // step_us]
        for place, count in enumerate((hour.blocked, hour.through, hour.use + hour.unknown, hour.failed)):
            stack[place] += count
    stopped, through, rest, failed = ([stack[place] for stack in stacks] for place in range(4))
    times = [from_us // SECOND_US + number * step_us // SECOND_US for number in range(len(stacks))]
    highest = max(map(sum, stacks), default=0)
    step, top = step_us // SECOND_US, _nice(highest)
    fixed: list[_Stack] = [(each[0], each[1], each[2], each[3]) for each in stacks]
    return Chart(
        times, stopped, through, rest, failed if any(failed) else [], step, top, _lookups_said(fixed, highest, step),
        zoom, log, _layers(fixed, top), list(_ticks(times, step)), _steps(times, fixed, step, log),
    )  # fmt: skip


def log_address(log: str, from_seconds: float, to_seconds: float) -> str:
    """The rows of a stretch, as the query log's page takes it."""
    moments = urlencode({"from": timerange.iso(round(from_seconds * SECOND_US)),
                         "to": timerange.iso(round(to_seconds * SECOND_US))})  # fmt: skip
    return f"/queries?{log}&{moments}" if log else f"/queries?{moments}"


def _steps(times: Sequence[int], stacks: Sequence[_Stack], step: int, log: str) -> list[Step]:
    return [
        Step(at, *stack, log_address(log, at, at + step))
        for at, stack in zip(times, stacks, strict=True) if any(stack)
    ]  # fmt: skip


def _layers(stacks: Sequence[_Stack], top: int) -> list[tuple[str, str]]:
    paths: list[list[str]] = [[], [], [], []]
    for place, stack in enumerate(stacks):
        for path, count, height in zip(paths, stack, accumulate(stack), strict=True):
            if count:
                y, tall = round(100 - 100 * height / top, 2), round(100 * count / top, 2)
                path.append(f"M{round(place + _MARGIN, 2)} {y}h{_WIDTH}v{tall}h-{_WIDTH}z")
    return [(name, "".join(path)) for name, path in zip(("blocked", "leaked", "passed", "failed"), paths, strict=True)]


def _nice(highest: int) -> int:
    """A round number that is hardly more."""
    power: int = 10 ** (len(str(highest)) - 1)
    round_ones = (tenths * power // 10 for tenths in _NICE if tenths * power % 10 == 0)
    return next(number for number in round_ones if number >= highest)


def _ticks(times: Sequence[int], step: int) -> Iterator[Tick]:
    """Full hours or days of the appliance's zone, at most MAX_TICKS, none at the right end, where it would be cut."""
    if not times:
        return
    length = len(times) * step
    every = next((seconds for seconds in _TICKS if length <= MAX_TICKS * seconds), _TICKS[-1])
    # Naive on purpose: local time, also on the days when the clocks change.
    day = datetime.fromtimestamp(times[0]).replace(hour=0, minute=0, second=0, microsecond=0)
    at = day
    while (seconds := int(at.timestamp())) < times[0] + length:
        left = 100 * (seconds - times[0]) / length
        if 0 <= left <= 96:
            yield Tick(seconds, round(left, 2), at.hour == at.minute == 0)
        at += timedelta(seconds=every)


def _said(buckets: Sequence[Bucket], highest: int, step: int) -> str:
    failed = sum(bucket.failed for bucket in buckets)
    passed, blocked = sum(each.passed + each.other for each in buckets), sum(each.blocked for each in buckets)
    return together(
        _chart_said(passed, blocked, highest, formatting.stretch(step)),
        *([headline.failed_said(failed)] if failed else []),
        *_tracking_said(buckets),
    )


def _lookups_said(stacks: Sequence[_Stack], highest: int, step: int) -> str:
    if not highest:
        return say("No look-up in this time.")
    stopped, through, rest, failed = (sum(stack[place] for stack in stacks) for place in range(4))
    return say(
        "Look-ups for tracking: {stopped:,} stopped, {through:,} got through, {failed:,} failed; {rest:,} others. The "
        "busiest {stretch}: {most:,}.", stopped=stopped, through=through, failed=failed, rest=rest,
        stretch=formatting.stretch(step), most=highest,
    )  # fmt: skip


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
