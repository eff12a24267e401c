# SPDX-License-Identifier: GPL-3.0-or-later
"""A moment as people write it behind --from, --to and --before."""

import time
from datetime import datetime

from appliance.errors import Complaint
from store.base.durations import parse_seconds
from store.base.sentences import say

_SECOND_US = 1_000_000


def moment(text: str | None) -> int | None:
    """µs since 1970, None for nothing. Raises Complaint for what is no time."""
    if text is None:
        return None
    try:
        if text.startswith("-"):
            return int((time.time() - parse_seconds(text[1:])) * _SECOND_US)
        return int(datetime.fromisoformat(text).timestamp() * _SECOND_US)
    except (ValueError, OverflowError, OSError):
        raise Complaint(say(
            "'{text}' is no time; write ISO 8601 (2026-11-24T10:00), or how long ago: -24h.", text=text
        )) from None
