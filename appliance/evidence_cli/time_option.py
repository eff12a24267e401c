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
