# SPDX-License-Identifier: GPL-3.0-or-later
"""What a stretch of time asked of companies: tracking, use, and what is not known apart; queries and look-ups.

A company's number says which kind of its names it stands for: one that is asked for tracking and for use has two.
Sections map a number and a verdict, packed, to a count, as in store.sums.counts.
"""

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from store.log import interning
from store.log.in_gaps import ALL_SOURCES
from store.log.records import FAILED, Verdict
from store.log.timespan import Timespan
from store.log.values import KindCounts
from store.names.purpose import Kind, kind_named
from store.sums import counts, packed
from store.sums.counts import Section

QUERIES, LOOKUPS = "companies", "lookups"  # sections


@dataclass(frozen=True, slots=True)
class Company:
    """What a number of a company stands for; name None: nobody knows whose these names are."""

    name: str | None
    kind: Kind


def companies(con: sqlite3.Connection) -> dict[int, Company]:
    """Number → company and kind; 0 is for names of which nothing is known."""
    try:
        rows = con.execute("SELECT id, name, kind FROM companies")
    except sqlite3.OperationalError:  # a log from before, which its recorder has not brought up to date yet
        rows = con.execute("SELECT id, name, 0 FROM companies")
    known = {number: Company(name or None, Kind(kind)) for number, name, kind in rows}
    return {0: Company(None, Kind.UNKNOWN), **known}


def same_company(name: str | None, wanted: str) -> bool:
    """Whether a company is called so, as SQLite's NOCASE compares; what has no name is no company."""
    return bool(name) and _folded(name or "") == _folded(wanted)


def of_kind(known: Mapping[int, Company], kind: str | None) -> Collection[int]:
    """The numbers of this kind, of all where it is None. Raises ValueError."""
    if kind is None:
        return known.keys()
    wanted = kind_named(kind)
    return {number for number, each in known.items() if each.kind is wanted}


def of_all(timespan: Timespan, section: str) -> Section:
    """Company → its queries or look-ups, of all that the timespan is of."""
    total = timespan.known.section(section)
    for of_client in gaps(timespan, section).values():
        counts.add(total, of_client.items())
    return total


def of_device(timespan: Timespan, section: str, device: int, in_gaps: Mapping[int, Section]) -> Section:
    """The same of one device; `in_gaps` as by `gaps`."""
    rows = timespan.con.execute("SELECT id FROM clients WHERE device_id = ?", (device,))
    clients = [client for (client,) in rows]
    total = timespan.known.only(clients).section(section)
    for client in clients:
        counts.add(total, in_gaps.get(client, {}).items())
    return total


def by_device(timespan: Timespan, section: str, wanted: Collection[int] | None = None) -> dict[int, Section]:
    """Device → company → its queries or look-ups, of all devices in one pass over the whole house's timespan.

    wanted: of these companies alone; devices that have none of them may be left out.
    """
    keys = None if wanted is None else packed.all_keys_of(wanted)
    clients: dict[int, Section] = {}
    for level, blocks in timespan.known.levels:
        for client, data in timespan.known.of_each_client(level, blocks, section):
            if keys is None:
                counts.add(clients.setdefault(client, {}), counts.unpack(data))
            elif some := counts.of_keys(data, keys):
                counts.add(clients.setdefault(client, {}), some.items())
    for client, of_client in gaps(timespan, section).items():
        some = of_client if wanted is None else only(of_client, wanted)
        counts.add(clients.setdefault(client, {}), some.items())
    devices: dict[int, Section] = {}
    for client, device in interning.devices(timespan.con, clients).items():
        counts.add(devices.setdefault(device, {}), clients[client].items())
    return devices


def tracking_by_device(timespan: Timespan) -> Section:
    """Device → its look-ups of kind tracking, of the whole house's timespan, without a look at each client's row."""
    tracking = of_kind(companies(timespan.con), Kind.TRACKING.word)
    total = timespan.known.section("trackers")
    for client, of_client in gaps(timespan, LOOKUPS).items():
        counts.add(total, packed.of_one(client, only(of_client, tracking).items()))
    devices: Section = {}
    counts.add(devices, packed.renumbered(total.items(), interning.devices(timespan.con, set(packed.numbers(total)))))
    return devices


def gaps(timespan: Timespan, section: str) -> dict[int, Section]:
    """Client → company → queries or look-ups of the records in the gaps. Read once; nobody changes it."""
    timespan = timespan.known
    by_client = timespan.by_client.get(section)
    if by_client is not None:
        return by_client
    by_client = timespan.by_client[section] = {}
    if timespan.in_gaps.sums() is not None:
        for part, client in timespan.in_gaps.by_client():
            known = part.known[client]
            sums = known.companies if section == QUERIES else known.lookups
            counts.add(by_client.setdefault(client, {}), sums.items())
        return by_client
    groups = timespan.in_gaps.counts(ALL_SOURCES) if section == QUERIES else timespan.in_gaps.lookups()
    verdicts = interning.verdicts(timespan.con, {outcome for *_, outcome in groups})
    owners = timespan.in_gaps.companies()
    keys = packed.keys((owners.get(name, 0) for _, name, _ in groups), (verdicts[outcome] for *_, outcome in groups))
    for (client, _, _), key, count in zip(groups, keys, groups.values(), strict=True):
        of_client = by_client.get(client)
        if of_client is None:
            of_client = by_client[client] = {}
        of_client[key] = of_client.get(key, 0) + count
    return by_client


def by_kind(timespan: Timespan) -> dict[Kind, KindCounts]:
    """What was asked for names of each kind."""
    known = companies(timespan.con)
    queries, lookups = of_all(timespan, QUERIES), of_all(timespan, LOOKUPS)
    return {kind: _counted(known, of_kind(known, kind.word), queries, lookups) for kind in Kind}


def _counted(known: Mapping[int, Company], numbers: Collection[int], queries: Section, lookups: Section) -> KindCounts:
    asked, begun = only(queries, numbers), only(lookups, numbers)
    names = {known[number].name for number in packed.numbers(asked)} - {None}
    return KindCounts(
        sum(asked.values()), total(asked, Verdict.BLOCK),
        sum(begun.values()), total(begun, Verdict.BLOCK), total(begun, FAILED), len(names),
    )  # fmt: skip


def _folded(name: str) -> str:
    return "".join(char.lower() if char.isascii() else char for char in name)


def only(section: Section, numbers: Collection[int]) -> Section:
    """The part of a section that is of these numbers."""
    owners = packed.numbers(section)
    return {key: count for (key, count), number in zip(section.items(), owners, strict=True) if number in numbers}


def total(section: Section, verdict: int) -> int:
    """How many have this verdict."""
    return sum(count for _, count in packed.by_number(section.items(), verdict))
