# SPDX-License-Identifier: GPL-3.0-or-later
"""The time ranges of pages: those of the range picker, and any stretch as an address has it. Pure, given the time.

    /?range=7d                              one of CHOICES, up to now
    /?from=2026-11-28T14:00:00Z&to=-1h      a stretch of one's own (`timerange.moment`), as a zoom makes it

A link to another page carries the range along: `href="/queries?company=Acme&{{ span.query() }}"`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import Depends, Query

from store.base.sentences import say
from webui.http.problems import Problem
from webui.views import formatting, timerange

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US
# The year 9000: whole steps after it still end in a year that a calendar can write.
LATEST_US = 221_845_392_000 * SECOND_US


class Choice(NamedTuple):
    key: str
    title: str
    words: str
    sentence: str
    length_us: int
    step_us: int


# Steps give 60 to 120 bars of a whole range: as many as a phone can show apart.
CHOICES = (
    Choice("1h", say("1 hour"), say("the last hour"), say("In the last hour"), HOUR_US, MINUTE_US),
    Choice("today", say("Today"), say("today"), say("Today"), DAY_US, 15 * MINUTE_US),
    Choice("24h", say("24 hours"), say("the last 24 hours"), say("In the last 24 hours"), DAY_US, 15 * MINUTE_US),
    Choice("7d", say("7 days"), say("the last 7 days"), say("In the last 7 days"), 7 * DAY_US, 2 * HOUR_US),
    Choice("30d", say("30 days"), say("the last 30 days"), say("In the last 30 days"), 30 * DAY_US, 6 * HOUR_US),
)
DEFAULT = "today"
OWN = "own"  # the key of a stretch that is none of CHOICES
MAX_BARS = 120
# Steps of what is shorter than its choice, and of stretches of one's own.
_STEPS_US = tuple(SECOND_US * seconds for seconds in (1, 5, 15, *timerange.STEPS_SECONDS))


@dataclass(frozen=True, slots=True)
class Range:
    """From (included) to (excluded), in µs since 1970; whole steps, so that bars do not shift between two looks.

    `begun_us`: the log's first record, where the range was cut to it; 0 where it was not.
    """

    choice: Choice
    from_us: int
    to_us: int
    step_us: int
    now_us: int
    begun_us: int = 0

    def pairs(self) -> dict[str, str]:
        """What an address needs to show the same range."""
        if self.choice.key != OWN:
            return {"range": self.choice.key}
        return {"from": timerange.iso(self.from_us), "to": timerange.iso(self.to_us)}

    def query(self) -> str:
        """The same as the query of an address."""
        return urlencode(self.pairs())

    def moments(self) -> dict[str, str]:
        """From and to as calls take them that know no choices."""
        return {"from": timerange.iso(self.from_us), "to": timerange.iso(self.to_us)}

    def begun(self, first_us: int | None) -> Range:
        """Cut to where the log begins: the hours before are empty because nobody counted."""
        if first_us is None or not self.from_us < first_us <= self.now_us or self.choice.key == OWN:
            return self
        step_us = _suited(self.now_us - first_us, MINUTE_US)
        to_us = (self.now_us // step_us + 1) * step_us
        return replace(self, from_us=first_us - first_us % step_us, to_us=to_us, step_us=step_us, begun_us=first_us)


def asking(default: str) -> Callable[..., Range]:
    """A dependency: the range of an address, that of the key `default` where it has none.

    It raises a 422 problem for a time that is none.
    """

    def asked(
        key: Annotated[str, Query(alias="range")] = default,
        from_: Annotated[str, Query(alias="from", max_length=40)] = "",
        to: Annotated[str, Query(max_length=40)] = "",
    ) -> Range:
        now = time.time()
        if not from_ and not to:
            return find(key, now)
        now_us = int(now * SECOND_US)
        from_us = timerange.moment(from_ or timerange.DEFAULT_FROM, "from", now_us)
        to_us = min(timerange.moment(to or "now", "to", now_us), LATEST_US)
        return own(from_us, to_us, now)

    return asked


asked = asking(DEFAULT)
Asked = Annotated[Range, Depends(asked)]
AskedOfWeek = Annotated[Range, Depends(asking("7d"))]  # where a day would mostly be empty


def find(key: str, now: float) -> Range:
    """The range of this key at `now` (Unix seconds); an unknown key is "today", from local midnight to now."""
    choice = next((choice for choice in CHOICES if choice.key == key), CHOICES[1])
    now_us = int(now * SECOND_US)
    if choice.key == "today":
        from_us = midnight_us(now)
        step_us = _suited(now_us - from_us, MINUTE_US)
        return Range(choice, from_us, from_us + ((now_us - from_us) // step_us + 1) * step_us, step_us, now_us)
    to_us = (now_us // choice.step_us + 1) * choice.step_us
    return Range(choice, to_us - choice.length_us, to_us, choice.step_us, now_us)


def own(from_us: int, to_us: int, now: float) -> Range:
    """A stretch of one's own, widened to whole steps; raises a 422 problem where it ends before it begins."""
    if from_us >= to_us:
        raise Problem(422, say("from must be earlier than to."))
    step_us = next(step for step in _steps() if -(-to_us // step) - from_us // step <= MAX_BARS)
    from_us, to_us = from_us - from_us % step_us, -(-to_us // step_us) * step_us
    edges = {"start": formatting.day_and_time(from_us / SECOND_US), "end": formatting.day_and_time(to_us / SECOND_US)}
    words, sentence = say("{start} to {end}", **edges), say("From {start} to {end}", **edges)
    return Range(Choice(OWN, words, words, sentence, to_us - from_us, step_us), from_us, to_us, step_us,
                 int(now * SECOND_US))  # fmt: skip


def midnight_us(now: float) -> int:
    """Local midnight before `now`, in µs since 1970."""
    # Naive on purpose: as local time, so that it is right on the days when the clocks change too.
    start = datetime.fromtimestamp(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return int(start.timestamp()) * SECOND_US


def _suited(length_us: int, least_us: int) -> int:
    """The shortest step that makes few enough bars of a length, of at least this."""
    return next(step for step in _steps() if step >= least_us and length_us < MAX_BARS * step)


def _steps() -> Iterator[int]:
    """Ever longer ones: seconds, minutes, hours, days, and weeks without end."""
    yield from _STEPS_US
    yield from count(2 * _STEPS_US[-1], _STEPS_US[-1])
