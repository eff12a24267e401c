# SPDX-License-Identifier: GPL-3.0-or-later
"""What each list blocked since local midnight, as several pages tell it beside a toggle."""

from __future__ import annotations

import time

from store.log.protocol import LogReader
from store.log.records import Verdict
from webui.views import ranges

# More lists than a home installs; today's hits are asked for all of them in one query.
MAX_LISTS = 1000


def hits_today(reader: LogReader, device: int | None = None) -> dict[str, int]:
    """Blocklist id → queries that it blocked since local midnight."""
    span = ranges.find("today", time.time())
    with reader.counts(span.from_us, span.to_us, device) as counts:
        return {str(top.key): top.queries for top in counts.top("lists", Verdict.BLOCK, MAX_LISTS, last=False)}
