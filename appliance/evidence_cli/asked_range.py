# SPDX-License-Identifier: GPL-3.0-or-later
"""A range of time as the commands of evidence take it."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from appliance.errors import Complaint
from appliance.evidence_cli.time_option import read
from store.base.sentences import say

From = Annotated[str, typer.Option("--from", metavar="TIME", help="ISO 8601, or how long ago: -24h.")]
To = Annotated[str, typer.Option("--to", metavar="TIME", help="As --from, or now.")]


def span_of(from_: str, to: str) -> tuple[int, int]:
    """[from, to) in µs since 1970. Raises Complaint for what is no time, and no range."""
    now_s = time.time()
    from_us, to_us = max(0, read(from_, now_s)), max(0, read(to, now_s))
    if from_us >= to_us:
        raise Complaint(say("--from must be earlier than --to."))
    return from_us, to_us

