# SPDX-License-Identifier: GPL-3.0-or-later
"""A range of time as the commands of evidence take it."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Annotated

import typer

from appliance.errors import Complaint
from store.base.durations import parse_seconds
from store.base.sentences import say

SECOND_US = 1_000_000
From = Annotated[str, typer.Option("--from", metavar="TIME", help="ISO 8601, or how long ago: -24h.")]
To = Annotated[str, typer.Option("--to", metavar="TIME", help="As --from, or now.")]


def span_of(from_: str, to: str) -> tuple[int, int]:
    """[from, to) in µs since 1970. Raises Complaint for what is no time, and no range."""
    now_s = time.time()
    from_us, to_us = _moment(from_, now_s), _moment(to, now_s)
    if from_us >= to_us:
        raise Complaint(say("--from must be earlier than --to."))
    return from_us, to_us


def _moment(text: str, now_s: float) -> int:
    if text == "now":
        return int(now_s * SECOND_US)
    try:
        if text.startswith("-"):
            return max(0, int((now_s - parse_seconds(text[1:])) * SECOND_US))
        return max(0, int(datetime.fromisoformat(text).timestamp() * SECOND_US))
    except (ValueError, OverflowError):
        raise Complaint(say(
            "'{text}' is no time; write ISO 8601 (2026-11-24T10:00), or how long ago: -24h.", text=text
        )) from None
