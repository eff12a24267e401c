# SPDX-License-Identifier: GPL-3.0-or-later
"""The chain of days as a report carries it, and whether the chain that is here is still that one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evidence.chain import chain_file
from evidence.chain.day_digest import DAY_US, lossless
from store.base.sentences import Sentence, say
from store.base.store_errors import StoreError


def carried(state: Path, from_us: int, to_us: int) -> dict[str, Any]:
    """The head of the chain, and the digest of each closed day of a range."""
    try:
        with closing(chain_file.open_reader(state)) as con:
            con.text_factory = lossless
            every = list(chain_file.links(con))
    except (sqlite3.Error, StoreError):
        every = []
    within = range(from_us // DAY_US, (to_us - 1) // DAY_US + 1)
    days = {link.day: link for link in every if link.day in within}
    return {
        "links": len(every), "head": every[-1].head if every else "",
        "days": [{"day": day, "date": datetime.fromtimestamp(day * 86_400, UTC).date().isoformat(), "link": link.seq,
                  "rows": link.rows, "sha256": link.sha256, "head": link.head} for day, link in sorted(days.items())],
    }  # fmt: skip


def misfits(state: Path, values: dict[str, Any]) -> Iterator[Sentence]:
    """What does not fit, by day. A day that was closed once more, since rows came late or were cleared, fits."""
    chain = values["chain"]
    if not chain["links"]:
        return
    try:
        with closing(chain_file.open_reader(state)) as con:
            con.text_factory = lossless
            links = {link.seq: link for link in chain_file.links(con)}
    except (sqlite3.Error, StoreError):
        links = {}
    head = links.get(chain["links"])
    if head is None or head.head != chain["head"]:
        yield say("The chain of days here is not the one of the report: its head after link {number} is {head}, the "
                  "report has {told}.", number=chain["links"], head=head.head if head else say("not there"),
                  told=chain["head"])  # fmt: skip
    for day in chain["days"]:
        link = links.get(day["link"])
        if link is None or (link.day, link.rows, link.sha256, link.head) != (
            day["day"], day["rows"], day["sha256"], day["head"]
        ):  # fmt: skip
            yield say("{day}: the chain here has another digest of this day than the report.", day=day["date"])

