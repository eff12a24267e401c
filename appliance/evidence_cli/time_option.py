# SPDX-License-Identifier: GPL-3.0-or-later
"""A moment as people write it behind --from, --to and --before."""

import time
from datetime import datetime

from appliance.errors import Complaint
from store.base.durations import parse_seconds
from store.base.sentences import say

SECOND_US = 1_000_000


def moment(text: str | None) -> int | None:
    """µs since 1970, None for nothing. Raises Complaint for what is no time."""
    return None if text is None else read(text, time.time())


def span(from_: str | None, to: str | None) -> tuple[int | None, int | None]:
    """Both ends of a range, None for one that is open. Raises Complaint for what is no time, and no range."""
    from_us, to_us = moment(from_), moment(to)
    if from_us is not None and to_us is not None and from_us >= to_us:
        raise Complaint(say("--from must be earlier than --to."))
    return from_us, to_us


def read(text: str, now_s: float) -> int:
    """The same of a text: ISO 8601, how long before `now_s`, or "now"."""
    if text == "now":
        return int(now_s * SECOND_US)
    try:
        if text.startswith("-"):
            return int((now_s - parse_seconds(text[1:])) * SECOND_US)
        return int(datetime.fromisoformat(text).timestamp() * SECOND_US)
    except (ValueError, OverflowError, OSError):
        raise Complaint(say(
            "'{text}' is no time; write ISO 8601 (2026-11-24T10:00), or how long ago: -24h.", text=text
        )) from None
