# SPDX-License-Identifier: GPL-3.0-or-later
"""The most asked names of a stretch of time, without adding up all names that were asked.

A house asks for a hundred thousand names a day, and a page shows eight. Each block keeps its leaders, and what any
other name has at most. A name that leads nowhere has in all at most the sum of those, so as soon as enough leaders have
more, the answer is certain, and it is exact. Where all names are asked alike it is not, and then all are added up.
"""

import heapq
import json
from collections.abc import Iterable

from store.log.timespan import Timespan
from store.names.purpose import kind_named
from store.sums import counts, packed
from store.sums.counts import PlainSection, Section

MAX_HOPEFUL = 4000  # names that are looked up one by one; for more it is quicker to add all up


def most(timespan: Timespan, gap: Section, verdict: int | None, limit: int, kind: str | None = None) -> Section:
    """Name and verdict, packed, → count, for all verdicts of the `limit` most asked names, their equals (and others).

    gap: the same of the gaps. With a verdict, those are meant that were asked most with it; with a kind, those of it.
    """
    known = dict(gap)
    counts.add(known, timespan.other_names().items())
    likely = _likely(timespan, by_key(known, verdict), verdict, limit, kind)
    if likely is not None:
        names, rest = likely
        counted = exact(timespan, known, names)
        best = best_of(by_key(counted, verdict), limit)
        if len(best) >= limit and min(best.values()) > rest:
            return counted
    whole = _all(timespan, known)
    if kind is None:
        return whole
    wanted = _of_kind(timespan, set(packed.numbers(whole)), kind)
    names = packed.numbers(whole)
    return {key: count for (key, count), name in zip(whole.items(), names, strict=True) if name in wanted}


def by_key(totals: Section, verdict: int | None) -> Section:
    """Id → count, of one verdict or of all, from id and verdict, packed, → count."""
    total: Section = {}
    counts.add(total, packed.by_number(totals.items(), verdict))
    return total


def best_of(totals: Section, limit: int, slack: int = 0) -> Section:
    """Those that reach the count of the limit-th, less some slack."""
    if len(totals) <= limit:
        return totals
    least = heapq.nlargest(limit, totals.values())[-1] - slack
    return {key: count for key, count in totals.items() if count >= least}


def _likely(
    timespan: Timespan, known: Section, verdict: int | None, limit: int, kind: str | None
) -> tuple[Iterable[int], int] | None:
    """Among which names the answer is, and what any other has at most; None when too many might be it."""
    leading, rest = dict(known), 0
    for level, blocks in timespan.ranked:
        for _, data in timespan.parts(level, blocks, "leaders"):
            leaders, others = counts.leaders(data, verdict)
            counts.add(leading, leaders.items())
            rest += others
    if kind is not None:
        wanted = _of_kind(timespan, leading, kind)
        leading = {name: count for name, count in leading.items() if name in wanted}
    # What is known of each is too low by `rest` at most.
    hopeful = best_of(leading, limit, rest)
    return (hopeful, rest) if len(hopeful) <= MAX_HOPEFUL else None


def _of_kind(timespan: Timespan, names: Iterable[int], kind: str) -> set[int]:
    """Those of these names that are of this kind. Raises ValueError."""
    rows = timespan.con.execute(
        """SELECT n.id FROM json_each(?) j CROSS JOIN names n ON n.id = j.value
           LEFT JOIN companies c ON c.id = n.company_id WHERE COALESCE(c.kind, 0) = ?""",
        (json.dumps(list(names)), int(kind_named(kind))),
    )
    return {name for (name,) in rows}


def exact(timespan: Timespan, known: Section, names: Iterable[int]) -> Section:
    """Name and verdict, packed, → count, of these names; known: what of it stands in no ranked part."""
    wanted = sorted(names)
    total = {key: known[key] for name in wanted for key in packed.keys_of(name) if key in known}
    for level, blocks in timespan.ranked:
        for _, data in timespan.parts(level, blocks, "names"):
            counts.add(total, PlainSection(data).of(wanted))
    return total


def _all(timespan: Timespan, known: Section) -> Section:
    total = dict(known)
    for level, blocks in timespan.ranked:
        for _, data in timespan.parts(level, blocks, "names"):
            counts.add(total, PlainSection(data).pairs())
    return total
