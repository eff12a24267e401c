# SPDX-License-Identifier: GPL-3.0-or-later
"""The most asked names, companies, devices and lists of a stretch of time, with when each was asked last.

Names, devices and lists come by their queries. Companies, and devices where one kind is asked for, come by look-ups,
since those are what people are told; a company that is asked for tracking and for use stands there twice.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from store.base.sentences import say
from store.log import interning
from store.log.records import FAILED, Verdict
from store.log.timespan import Timespan
from store.log.values import Top
from store.names.purpose import Kind
from store.stats import company_counts, last_seen, top_names
from store.stats.company_counts import LOOKUPS, QUERIES
from store.sums import counts, packed
from store.sums.counts import Section

# of → SQL from ids (JSON) to (id, key, label, kind)
_WORDS = {
    "names": """SELECT n.id, n.name, n.name, COALESCE(c.kind, 0)
        FROM json_each(?) j CROSS JOIN names n ON n.id = j.value LEFT JOIN companies c ON c.id = n.company_id""",
    "companies": """SELECT j.value, NULLIF(c.name, ''), COALESCE(NULLIF(c.name, ''), 'unknown'), COALESCE(c.kind, 0)
        FROM json_each(?) j LEFT JOIN companies c ON c.id = j.value""",
    # Addresses are grouped once: looked up one by one, a table full of devices takes a page seconds.
    "devices": """SELECT j.value, NULLIF(j.value, 0), IIF(j.value, COALESCE(d.name, c.address), 'unknown'), NULL
        FROM json_each(?) j LEFT JOIN devices d ON d.id = j.value
        LEFT JOIN (SELECT device_id, min(address) address FROM clients GROUP BY device_id) c
            ON c.device_id = j.value""",
    "lists": "SELECT l.id, l.key, l.title, NULL FROM json_each(?) j CROSS JOIN lists l ON l.id = j.value",
}
_Words = tuple[str | int | None, str, int | None]
"""(key, label, kind)"""
KINDS = tuple(_WORDS)
FEW_DEVICES = 50  # their rows are read one by one; for more it is quicker to read every client's


def most(
    timespan: Timespan, of: str, verdict: int | None, limit: int, kind: str | None = None, last: bool = True
) -> list[Top]:
    """The `limit` most asked, most first, equals by label; those of one verdict and of one kind, where they are given.
    Without `last` nobody looks when each was asked last.

    Raises ValueError where `of` is nothing that has a top, or has no kind.
    """
    if of not in KINDS:
        raise ValueError(say("There is no top of '{of}'; choose {choices}.", of=of, choices=", ".join(KINDS)))
    if kind is not None and of == "lists":
        raise ValueError(say("A list may block names of every kind: ask for lists without a kind."))
    if limit <= 0:
        return []
    numbers = _numbers(timespan, of, verdict, limit, kind)
    words, best = _best(timespan, of, verdict, numbers, limit)
    if of == "devices":
        numbers = _of_devices(timespan, numbers, best, kind)
    times = _last(timespan, of, verdict, best, kind) if last else dict.fromkeys(best, 0)
    asked, begun = _ByVerdict(numbers.queries, verdict), _ByVerdict(numbers.lookups or {}, verdict)
    return [
        Top(
            *words[number][:2], asked.all.get(number, 0), asked.blocked.get(number, 0), times[number],
            asked.failed.get(number, 0), _kind_word(words[number][2], kind),
            begun.all.get(number, 0), begun.blocked.get(number, 0), begun.failed.get(number, 0),
        )
        for number in best
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Number and verdict, packed, → queries; and → look-ups, None where the ranking is by queries."""

    queries: Section
    lookups: Section | None = None


class _ByVerdict:
    """Number → count: of those of one verdict or of all, and of those of them that were blocked, or failed."""

    def __init__(self, section: Section, verdict: int | None) -> None:
        self.all = top_names.by_key(section, verdict)
        self.blocked = top_names.by_key(section, Verdict.BLOCK) if verdict in (None, Verdict.BLOCK) else {}
        self.failed = top_names.by_key(section, FAILED) if verdict in (None, FAILED) else {}


def _numbers(timespan: Timespan, of: str, verdict: int | None, limit: int, kind: str | None) -> _Numbers:
    """What the ranking needs; of devices of one kind the look-ups alone."""
    if of == "names":
        return _Numbers(top_names.most(timespan, timespan.in_gaps.section("name_id"), verdict, limit, kind))
    if of == "lists":
        return _Numbers(_lists(timespan))
    if of == "companies":
        wanted = company_counts.of_kind(company_counts.companies(timespan.con), kind)
        queries, lookups = (company_counts.of_all(timespan, section) for section in (QUERIES, LOOKUPS))
        return _Numbers(company_counts.only(queries, wanted), company_counts.only(lookups, wanted))
    return _Numbers(_devices(timespan)) if kind is None else _Numbers({}, _devices_of_kind(timespan, kind))


def _best(
    timespan: Timespan, of: str, verdict: int | None, numbers: _Numbers, limit: int
) -> tuple[dict[int, _Words], list[int]]:
    """Number → (key, label, kind), and the numbers of the best, most first."""
    queries = top_names.by_key(numbers.queries, verdict)
    totals = queries
    if numbers.lookups is not None:
        totals = {**dict.fromkeys(queries, 0), **top_names.by_key(numbers.lookups, verdict)}
    words = _words(timespan.con, of, top_names.best_of(totals, limit))
    return words, sorted(words, key=lambda number: (-totals[number], *words[number][1:]))[:limit]


def _words(con: sqlite3.Connection, of: str, numbers: Iterable[int]) -> dict[int, _Words]:
    rows = con.execute(_WORDS[of], (json.dumps(list(numbers)),))
    return {number: (key, label, kind) for number, key, label, kind in rows}


def labels(con: sqlite3.Connection, of: str, numbers: Iterable[int]) -> dict[int, str]:
    """What people read for these numbers."""
    return {number: label for number, (_, label, _) in _words(con, of, numbers).items()}


def _kind_word(own: int | None, asked_for: str | None) -> str | None:
    return asked_for if own is None else Kind(own).word


def _last(
    timespan: Timespan, of: str, verdict: int | None, best: Collection[int], kind: str | None
) -> dict[int, int]:  # fmt: skip
    if of != "devices" or kind is None:
        return last_seen.times(timespan, of, verdict, best)
    known = company_counts.companies(timespan.con)
    return last_seen.times(timespan, of, verdict, best, company_counts.of_kind(known, kind))


def _of_devices(timespan: Timespan, numbers: _Numbers, best: Collection[int], kind: str | None) -> _Numbers:
    """The best devices' queries and look-ups, which are read for them alone, unless they are many."""
    wanted = company_counts.of_kind(company_counts.companies(timespan.con), kind)
    queries, lookups = dict[int, int](), dict[int, int]()
    for total, section in ((queries, QUERIES), (lookups, LOOKUPS)):
        if kind is None and section == QUERIES:
            continue  # they are what the ranking was made of
        in_gaps = company_counts.gaps(timespan, section)
        every = company_counts.by_device(timespan, section) if len(best) > FEW_DEVICES else None
        for device in best:
            own = (company_counts.of_device(timespan, section, device, in_gaps) if every is None
                   else every.get(device, {}))  # fmt: skip
            counts.add(total, packed.of_one(device, company_counts.only(own, wanted).items()))
    return _Numbers(numbers.queries if kind is None else queries, lookups)


def _devices(timespan: Timespan) -> Section:
    """Of the house by its clients; the clients of a cover are all of one device."""
    clients = timespan.in_gaps.section("client_id")
    if timespan.clients is None:
        counts.add(clients, timespan.section("clients").items())
    elif timespan.clients:
        counts.add(clients, packed.of_kinds(timespan.clients[0], timespan.section("kinds").items()))
    total: Section = {}
    devices = interning.devices(timespan.con, set(packed.numbers(clients)))
    counts.add(total, packed.renumbered(clients.items(), devices))
    return total


def _devices_of_kind(timespan: Timespan, kind: str) -> Section:
    """The look-ups of this kind by device."""
    if timespan.clients is None and kind == Kind.TRACKING.word:
        return company_counts.tracking_by_device(timespan)
    wanted = company_counts.of_kind(company_counts.companies(timespan.con), kind)
    if timespan.clients is None:
        by_device = company_counts.by_device(timespan, LOOKUPS)
    else:
        device = interning.devices(timespan.con, timespan.clients[:1]).popitem()[1] if timespan.clients else 0
        by_device = {device: company_counts.of_all(timespan, LOOKUPS)}
    total: Section = {}
    for device, lookups in by_device.items():
        counts.add(total, packed.of_one(device, company_counts.only(lookups, wanted).items()))
    return total


def _lists(timespan: Timespan) -> Section:
    kinds = timespan.section("kinds")
    counts.add(kinds, timespan.in_gaps.kinds().items())
    total: Section = {}
    counts.add(total, packed.list_keys(kinds.items()))
    return total
