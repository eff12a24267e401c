# SPDX-License-Identifier: GPL-3.0-or-later
"""What was blocked for a device of late, likeliest culprit first: which of it something that broke was waiting for.

A guess, told with its reasons. What speaks for a name: that it was never blocked for the device before; that it was
asked for in the midst of something that somebody just did, best of all on the same site; that it was asked for again
and again at once; that it was a moment ago. What speaks against it: that it is blocked all day long, and nothing
misses it; that it was asked for by itself, as by something in the background.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.base.sentences import say, say_count
from store.log.protocol import LogReader
from store.log.records import Verdict
from store.log.values import QueryFilter

WINDOW_US = 15 * 60_000_000
HOUR_US = 3_600_000_000
BEFORE_US = 7 * 24 * HOUR_US  # what counts as "before": the week before the window, and what its first hour has more
MAX_ROWS = 500  # of the window, the latest; somebody who looks for what broke came at once
MAX_CULPRITS = 20  # more than anybody tries
MAX_ENGINES = 5  # names of search engines in one sentence
NEAR_US = 5_000_000  # what one tap asks for comes within seconds
RETRY_US = 30_000_000
RETRIES = 3  # queries of one type in that time: a resolver asks twice by itself
RARE = 20  # times a week: what is asked for more often is there whatever anybody does
OFTEN = 5  # blocked so often in the week before without anybody's complaint

SAFE_SEARCH = "safe-search"  # in place of a blocklist: such a name leads elsewhere, and nothing breaks by it

NEW, SAME_SITE, NEAR, AGAIN, RECENT = 3.0, 2.0, 1.0, 1.5, 2.0
ALONE, USUAL, SELDOM = -1.0, -3.0, -0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of the device in the window; time in µs since 1970. list_, rule: what decided."""

    time_us: int
    name: str
    type: str
    blocked: bool
    list: str = ""
    rule: str = ""
    company: str | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """How often a name was asked for by the device before the window, and how often of that it was blocked."""

    queries: int = 0
    blocked: int = 0


@dataclass(frozen=True, slots=True)
class Culprit:
    """A blocked name: how often it was, when last, by what; `reasons` are sentences, what weighs most first."""

    name: str
    score: float
    reasons: tuple[str, ...]
    count: int
    last_us: int
    list: str
    rule: str
    company: str | None


_NEVER = Before()


def of_device(log: LogReader, device_id: int, now_us: int) -> list[Culprit]:
    """The culprits of a device by its rows in the log alone. Raises LogError."""
    from_us = now_us - WINDOW_US
    wanted = [QueryFilter(device=device_id, from_us=from_us, to_us=now_us)]
    wanted.append(QueryFilter(device=device_id, from_us=from_us, to_us=now_us, verdict=int(Verdict.BLOCK)))
    rows = {
        Asked(row.time_us, row.name, row.type or "", row.verdict == Verdict.BLOCK.name and row.list != SAFE_SEARCH,
              row.list or "", row.rule or "", row.company)
        for each in wanted for row in log.queries(each, None, MAX_ROWS).items if row.name and row.verdict in _DECIDED
    }  # fmt: skip
    before: dict[str, Before] = {}
    if any(row.blocked for row in rows):
        names = sorted({row.name for row in rows})
        since = (from_us - BEFORE_US) // HOUR_US * HOUR_US  # whole hours are added up
        with log.counts(since, from_us, device_id) as counts:
            before = {name: Before(*asked) for name, asked in counts.of_names(names).items()}
    return rank(sorted(rows, key=lambda row: (row.time_us, row.name, row.type)), before, now_us)


def safe_searched(log: LogReader, device_id: int, now_us: int) -> list[str]:
    """Names of search engines to which safe search led the device in the window, the latest first. Raises LogError."""
    wanted = QueryFilter(device=device_id, list=SAFE_SEARCH, from_us=now_us - WINDOW_US, to_us=now_us)
    rows = log.queries(wanted, None, MAX_ROWS).items
    return list(dict.fromkeys(row.name for row in rows if row.name))[:MAX_ENGINES]


def rank(rows: Sequence[Asked], before: Mapping[str, Before], now_us: int) -> list[Culprit]:
    """Every blocked name among the rows of one device, likeliest culprit first; equals by time, then by name. Pure."""
    blocked: dict[str, list[Asked]] = defaultdict(list)
    for row in rows:
        if row.blocked:
            blocked[row.name].append(row)
    passed = [row for row in rows if not row.blocked and before.get(row.name, _NEVER).queries < RARE]
    culprits = [_judged(each, before.get(name, _NEVER), passed, rows, now_us) for name, each in blocked.items()]
    return sorted(culprits, key=lambda each: (-each.score, -each.last_us, each.name))[:MAX_CULPRITS]


def site(name: str) -> str:
    """About what a name belongs to: its last two labels, three where the last two are as those of `co.uk`."""
    labels = name.split(".")
    three = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if three else -2 :])


_DECIDED = (Verdict.BLOCK.name, Verdict.PASS.name, Verdict.ALLOW.name)


def _judged(
    asked: Sequence[Asked], before: Before, passed: Sequence[Asked], rows: Sequence[Asked], now_us: int
) -> Culprit:
    last = max(asked, key=lambda row: (row.time_us, row.type))
    votes = [_by_past(before), _by_company(asked, passed, rows), _by_retries(asked)]
    age = min(1.0, max(0.0, (now_us - last.time_us) / WINDOW_US))
    reasons = sorted(((weight, text) for weight, text in votes if text), key=lambda vote: -abs(vote[0]))
    score = round(sum(weight for weight, _ in votes) + RECENT * (1 - age), 3)
    count = max(_by_type(asked).values(), key=len)
    return Culprit(
        last.name, score, tuple(text for _, text in reasons), len(count), last.time_us, last.list, last.rule,
        last.company,
    )  # fmt: skip


def _by_past(before: Before) -> tuple[float, str]:
    if not before.blocked:
        return NEW, say("It was never blocked for this device in the week before.")
    often = before.blocked >= OFTEN
    return USUAL if often else SELDOM, say_count(
        before.blocked,
        "It was blocked {count:,} time in the week before.",
        "It was blocked {count:,} times in the week before.",
    )


def _by_company(asked: Iterable[Asked], passed: Sequence[Asked], rows: Sequence[Asked]) -> tuple[float, str]:
    """By what else the device asked for at the same time."""
    best: tuple[float, int, Asked] | None = None
    for row in asked:
        for query in passed:
            gap = abs(row.time_us - query.time_us)
            if gap <= NEAR_US and query.name != row.name:  # itself, let through for a while, is no company
                weight = SAME_SITE if site(query.name) == site(row.name) else NEAR
                if best is None or (weight, -gap, query.name) > (best[0], -best[1], best[2].name):
                    best = (weight, gap, query)
    if best is not None and best[0] == SAME_SITE:
        other = best[2].name
        return SAME_SITE, say("It belongs to the same site as {name}, which was asked for just then.", name=other)
    if best is not None:
        return NEAR, say("It was asked for together with {name}.", name=best[2].name)
    name = next(iter(asked)).name
    times = [row.time_us for row in asked]
    if any(abs(at - row.time_us) <= NEAR_US for row in rows if row.name != name for at in times):
        return 0.0, ""
    return ALONE, say("It was asked for by itself, as by something in the background.")


def _by_retries(asked: Iterable[Asked]) -> tuple[float, str]:
    """By how often it was asked for at once, of one type: each look-up asks for several types."""
    most = 0
    for times in _by_type(asked).values():
        for start, first in enumerate(times):
            most = max(most, sum(at - first <= RETRY_US for at in times[start:]))
    if most < RETRIES:
        return 0.0, ""
    return AGAIN, say(
        "It was asked for {times} times within half a minute, as by something that waits for it.", times=most
    )


def _by_type(asked: Iterable[Asked]) -> dict[str, list[int]]:
    times: dict[str, list[int]] = defaultdict(list)
    for row in asked:
        times[row.type].append(row.time_us)
    return {type_: sorted(each) for type_, each in times.items()}
