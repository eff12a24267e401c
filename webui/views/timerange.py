# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as people and programs write them. Pure but for the clock; pages use the same words.

A moment: ISO 8601 (`2026-11-24`, `2026-11-24T10:00:00Z`; without a zone, the appliance's own), Unix seconds
(`1795514400`), or how long ago (`-24h`, `-15m`, `-7d`, `now`). A step: seconds or `5m`, `1h`, `1d`.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from store.base.sentences import say
from webui.http.problems import Problem

SECOND_US = 1_000_000
DEFAULT_FROM = "-24h"
# A chart has no more pixels than this, and each bucket is a line of JSON.
MAX_BUCKETS = 2000
WANTED_BUCKETS = 96
MAX_UNIX_SECONDS = 253_402_300_799  # the end of year 9999, where ISO 8601 dates end too
MAX_STEP_SECONDS = 100 * 365 * 86_400  # longer than any log
STEPS_SECONDS = (60, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 604800)

_WRITTEN = "ISO 8601 (without a zone, the appliance's own), Unix seconds, or how long ago"
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_AGO = re.compile(r"-(\d{1,9})([smhdw])", re.ASCII)
_LENGTH = re.compile(r"(\d{1,9})([smhdw]?)", re.ASCII)
_UNIX = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """From (included) to (left out), in microseconds since 1970."""

    from_us: int
    to_us: int


def span(
    from_: Annotated[str, Query(alias="from", description=_WRITTEN)] = DEFAULT_FROM,
    to: Annotated[str, Query(description="as `from`; now when left out")] = "now",
) -> Span:
    """Dependency of every call with `from` and `to`; 422 in plain words for what is no time."""
    now_us = time.time_ns() // 1000
    from_us, to_us = moment(from_, "from", now_us), moment(to, "to", now_us)
    if from_us >= to_us:
        raise Problem(422, say("from must be earlier than to."))
    return Span(from_us, to_us)


Period = Annotated[Span, Depends(span)]


def moment(text: str, field: str, now_us: int) -> int:
    """Microseconds since 1970 of `text`; raises a 422 problem that names `field`."""
    text = text.strip()
    if text == "now":
        return now_us
    if ago := _AGO.fullmatch(text):
        return max(0, now_us - int(ago[1]) * _UNITS[ago[2]] * SECOND_US)
    if _UNIX.fullmatch(text) and float(text) <= MAX_UNIX_SECONDS:
        return round(float(text) * SECOND_US)
    # In an address a bare + means a space: 10:00:00+02:00 arrives as 10:00:00 02:00.
    for written in (text, "+".join(text.rsplit(" ", 1))):
        try:
            seconds = dt.datetime.fromisoformat(written).timestamp()
            return round(min(max(0.0, seconds), MAX_UNIX_SECONDS) * SECOND_US)  # in the west, it ends later
        except (ValueError, OverflowError, OSError):
            continue
    raise Problem(422, say("{field} is no time: write 2026-11-24T10:00:00Z, Unix seconds, or -24h.", field=field))


def step_us(text: str | None, period: Span) -> int:
    """The width of one bucket in microseconds: as asked, or one that suits the period."""
    length_us = period.to_us - period.from_us
    if text is None:
        return _suited(length_us)
    match = _LENGTH.fullmatch(text.strip())
    asked = int(match[1]) * _UNITS[match[2] or "s"] * SECOND_US if match else 0
    if not 0 < asked <= MAX_STEP_SECONDS * SECOND_US:
        raise Problem(422, say("step is no length of time: write seconds, or 5m, 1h, 1d."))
    if length_us / asked > MAX_BUCKETS:
        counts = {"buckets": length_us // asked, "most": MAX_BUCKETS}
        raise Problem(422, say("step is too small: {buckets} buckets, and {most} is the most.", **counts))
    return asked


def iso(time_us: int) -> str:
    """`2026-11-24T10:00:00.123Z`"""
    moment_utc = dt.datetime.fromtimestamp(time_us / SECOND_US, dt.UTC)
    return moment_utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _suited(length_us: int) -> int:
    for seconds in STEPS_SECONDS:
        if length_us / (seconds * SECOND_US) <= WANTED_BUCKETS:
            return seconds * SECOND_US
    return -(-length_us // WANTED_BUCKETS)
