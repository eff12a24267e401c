# SPDX-License-Identifier: GPL-3.0-or-later
"""Until when something holds, as people and programs write it: for good, for 30 days, to the end of a date. Pure."""

import datetime as dt

from store.base.durations import parse_seconds
from store.base.sentences import say
from store.config.session import EditError

NEVER = "never"
FIELD = "expires_at"
MAX_TEXT = 40


def end_of(text: str | None, now: float) -> int | None:
    """Unix seconds; None for what does not end.

    `text`: `never` or nothing; a length (`30d`); a date, which holds to its end; a moment of ISO 8601. Both are in the
    appliance's zone where they name none. Raises EditError for anything else; what is past is refused where it is used.
    """
    text = (text or NEVER).strip()
    if text == NEVER:
        return None
    try:
        return int(now) + parse_seconds(text)
    except ValueError:
        pass
    try:
        if len(text) == len("2027-03-31"):
            return int((dt.datetime.fromisoformat(text) + dt.timedelta(days=1)).timestamp()) - 1
        return int(dt.datetime.fromisoformat(text).timestamp())
    except (ValueError, OverflowError, OSError):
        raise EditError(say(
            "'{text}' says no end: write never, 30d, 2027-03-31 or 2027-03-31T18:00:00Z.", text=text[:MAX_TEXT]
        ), FIELD) from None  # fmt: skip
