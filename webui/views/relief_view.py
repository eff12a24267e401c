# SPDX-License-Identifier: GPL-3.0-or-later
"""Pauses, exceptions and requests as people read them: for whom, of what, and how long still."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from store.base.sentences import say, say_count
from store.household.exceptions import ExceptionView
from store.household.pauses import PauseView
from store.household.requests import FOR_EVER, RequestView
from webui.views import formatting

# What may be let through only after somebody has said yes: it was blocked on purpose for whom it is blocked, or it
# guards the home. By what stands in the place of a blocklist.
ASKED_FIRST = ("service:", "schedule", "rebinding")
# What a page offers, in seconds; None: until it is resumed.
LENGTHS: tuple[tuple[str, str], ...] = (
    ("5", say("5 minutes")), ("15", say("15 minutes")), ("60", say("1 hour")), ("480", say("8 hours")),
    ("", say("until resumed")),
)  # fmt: skip
# In the line at the top; minutes until the morning of a home come with the page's time.
QUICK = LENGTHS[:3]


def quick_lengths(now: float) -> list[tuple[str, str]]:
    """Minutes and their words: some, and until six in the morning of tomorrow in the appliance's zone."""
    here = time.localtime(now)
    morning = time.mktime((here.tm_year, here.tm_mon, here.tm_mday + 1, 6, 0, 0, 0, 0, -1))
    return [*QUICK, (str(math.ceil((morning - now) / 60)), say("until tomorrow, 6:00"))]


@dataclass(frozen=True, slots=True)
class PauseLine:
    """A pause in a sentence."""

    id: int
    scope: str
    sentence: str
    who: str
    until: int | None = None


@dataclass(frozen=True, slots=True)
class ExceptionLine:
    """A name that is let through, for whom, and how long still."""

    id: int
    scope: str
    whom: str
    name: str
    left: str
    who: str


@dataclass(frozen=True, slots=True)
class RequestLine:
    """What a device asks for, or what became of it."""

    id: int
    device: str
    device_id: int
    name: str
    note: str
    created_at: int
    outcome: str
    word: str = ""
    decided_at: int | None = None


def pause_line(pause: PauseView, names: Mapping[str, str], titles: Mapping[str, str], now: float) -> PauseLine:
    """`names`: scope → what people call it; `titles`: blocklist id → title."""
    whom = formatting.visible(names.get(pause.scope, pause.scope))
    about = "" if pause.blocklist is None else titles.get(pause.blocklist, pause.blocklist)
    return PauseLine(pause.id, pause.scope, _sentence(whom, about, pause.until, now), pause.who, pause.until)


def exception_lines(rows: Iterable[ExceptionView], names: Mapping[str, str], now: float) -> list[ExceptionLine]:
    return [
        ExceptionLine(
            row.id, row.scope, names.get(row.scope, row.scope), row.name, time_left(row.until, now), row.who
        )
        for row in rows
    ]


def request_lines(rows: Iterable[RequestView], devices: Mapping[int, str]) -> list[RequestLine]:
    """`devices`: id → display name."""
    return [
        RequestLine(
            row.id, devices.get(row.device_id, str(row.device_id)), row.device_id, row.name, row.note, row.created_at,
            _outcome(row), row.word, row.decided_at,
        )
        for row in rows
    ]  # fmt: skip


def asked_first(blocklist: str) -> bool:
    """Whether nobody may let through alone what this blocks."""
    return blocklist.startswith(ASKED_FIRST)


def time_left(until: int | None, now: float) -> str:
    """How long still: "40 seconds left", "12 minutes left", "3 hours left"; None → "until it is resumed"."""
    if until is None:
        return say("until it is resumed")
    left = max(0, int(until - now))
    if left < 60:
        return say_count(left, "{count} second left", "{count} seconds left")
    if left < 3600:
        return say_count(math.ceil(left / 60), "{count} minute left", "{count} minutes left")
    if left < 2 * 86_400:
        return say_count(round(left / 3600), "{count} hour left", "{count} hours left")
    return say_count(round(left / 86_400), "{count:,} day left", "{count:,} days left")


def _sentence(whom: str, title: str, until: int | None, now: float) -> str:
    left = time_left(until, now)
    if title:
        return say("{list} is paused for {scope}, {left}.", list=title, scope=whom, left=left)
    return say("Blocking is paused for {scope}, {left}.", scope=whom, left=left)


def _outcome(row: RequestView) -> str:
    if row.decided_at is None or row.granted is None:
        return say("waits")
    if row.granted == FOR_EVER:
        return say("allowed for good")
    return say("let through for a while") if row.granted else say("refused")
