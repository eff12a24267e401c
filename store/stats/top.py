# SPDX-License-Identifier: GPL-3.0-or-later
"""The most asked names, companies, devices and lists of a stretch of time, with when each was asked last."""

import json
from collections.abc import Callable, Iterator
from functools import partial

from store.log import counts, interning, packed
from store.log.counts import Section
from store.log.records import FAILED, Verdict
from store.log.timespan import ALL_SOURCES, Timespan
from store.stats import last_seen, top_names

Row = tuple[str | int | None, str, int, int, int, int]
"""(key, label, queries, blocked, last_us, failed)"""


# of → SQL from ids (JSON) to (id, key, label)
_WORDS = {
    "names": "SELECT n.id, n.name, n.name FROM json_each(?) j CROSS JOIN names n ON n.id = j.value",
    "companies": """SELECT j.value, c.name, COALESCE(c.name, 'unknown')
        FROM json_each(?) j LEFT JOIN companies c ON c.id = j.value""",
    # Addresses are grouped once: looked up one by one, a table full of devices takes a page seconds.
    "devices": """SELECT j.value, NULLIF(j.value, 0), IIF(j.value, COALESCE(d.name, c.address), 'unknown')
        FROM json_each(?) j LEFT JOIN devices d ON d.id = j.value
        LEFT JOIN (SELECT device_id, min(address) address FROM clients GROUP BY device_id) c
            ON c.device_id = j.value""",
    "lists": "SELECT l.id, l.key, l.title FROM json_each(?) j CROSS JOIN lists l ON l.id = j.value",
}
KINDS = tuple(_WORDS)


def most(timespan: Timespan, of: str, verdict: int | None, limit: int) -> list[Row]:
    """The `limit` most asked, most first, equals by label; those of one verdict when it is given."""
    if limit <= 0:
        return []
    exact = _COUNTS[of](timespan, verdict, limit)
    totals = top_names.by_key(exact, verdict)
    worthy = list(top_names.best_of(totals, limit))
    words = {row[0]: row[1:] for row in timespan.con.execute(_WORDS[of], (json.dumps(worthy),))}
    best = sorted(words, key=lambda number: (-totals[number], words[number][1]))[:limit]
    blocked = top_names.by_key(exact, Verdict.BLOCK) if verdict in (None, Verdict.BLOCK) else {}
    failed = top_names.by_key(exact, FAILED) if verdict in (None, FAILED) else {}
    last = last_seen.times(timespan, of, verdict, best)
    return [(*words[number], totals[number], blocked.get(number, 0), last[number], failed.get(number, 0))
            for number in best]  # fmt: skip


def companies_by_device(timespan: Timespan) -> dict[int, Section]:
    """Device id → company and verdict, packed, → count, of all devices in one pass over the whole house's timespan.

    A company of several kinds is one, as by interning.company_numbers.
    """
    clients: dict[int, Section] = {}
    for level, blocks in timespan.levels:
        for client, data in timespan.of_each_client(level, blocks, "companies"):
            counts.add(clients.setdefault(client, {}), counts.unpack(data))
    for client, section in _gap_companies(timespan).items():
        counts.add(clients.setdefault(client, {}), section.items())
    devices: dict[int, Section] = {}
    numbers = interning.company_numbers(timespan.con)
    for client, device in interning.devices(timespan.con, clients).items():
        counts.add(devices.setdefault(device, {}), packed.renumbered(clients[client].items(), numbers))
    return devices


def devices_with_companies(timespan: Timespan) -> Iterator[tuple[int, int, Callable[[], Section]]]:
    """(device id, queries, its companies) of the whole house's timespan, the busiest first.

    The companies as by companies_by_device; they are added up when they are asked for.
    """
    totals = top_names.by_key(_devices(timespan, None, 0), None)
    gap, numbers = _gap_companies(timespan), interning.company_numbers(timespan.con)
    for device in sorted(totals.keys() - {0}, key=lambda number: (-totals[number], number)):
        yield device, totals[device], partial(_companies_of, timespan, device, gap, numbers)


def _companies_of(
    timespan: Timespan, device: int, gap: dict[int, Section], numbers: dict[int, int]
) -> Section:
    ids = [number for (number,) in timespan.con.execute("SELECT id FROM clients WHERE device_id = ?", (device,))]
    total = timespan.only(ids).section("companies")
    for client in ids:
        counts.add(total, gap.get(client, {}).items())
    return _by_company(total, numbers)


def _gap_companies(timespan: Timespan) -> dict[int, Section]:
    """Client id → the companies of its records in the gaps."""
    groups = timespan.gap_counts(ALL_SOURCES)
    verdicts = interning.verdicts(timespan.con, {outcome for *_, outcome in groups})
    companies = timespan.gap_companies()
    keys = packed.keys((companies.get(name, 0) for _, name, _ in groups), (verdicts[outcome] for *_, outcome in groups))
    by_client: dict[int, Section] = {}
    for (client, *_), key, count in zip(groups, keys, groups.values(), strict=True):
        counts.add(by_client.setdefault(client, {}), ((key, count),))
    return by_client


def _by_company(section: Section, numbers: dict[int, int]) -> Section:
    """The same with the kinds of each company added up."""
    total: Section = {}
    counts.add(total, packed.renumbered(section.items(), numbers))
    return total


def _names(timespan: Timespan, verdict: int | None, limit: int) -> Section:
    return top_names.most(timespan, timespan.gap_section("name_id"), verdict, limit)


def _companies(timespan: Timespan, verdict: int | None, limit: int) -> Section:
    total = timespan.section("companies")
    counts.add(total, packed.renumbered(timespan.gap_section("name_id").items(), timespan.gap_companies()))
    return _by_company(total, interning.company_numbers(timespan.con))


def _devices(timespan: Timespan, verdict: int | None, limit: int) -> Section:
    """Of the house by its clients; the clients of a cover are all of one device."""
    clients = timespan.gap_section("client_id")
    if timespan.clients is None:
        counts.add(clients, timespan.section("clients").items())
    elif timespan.clients:
        counts.add(clients, packed.of_kinds(timespan.clients[0], timespan.section("kinds").items()))
    total: Section = {}
    devices = interning.devices(timespan.con, set(packed.numbers(clients)))
    counts.add(total, packed.renumbered(clients.items(), devices))
    return total


def _lists(timespan: Timespan, verdict: int | None, limit: int) -> Section:
    kinds = timespan.section("kinds")
    groups = timespan.gap_counts("outcome_id")
    of = interning.kinds(timespan.con, {outcome for (outcome,) in groups})
    counts.add(kinds, ((of[outcome], count) for (outcome,), count in groups.items()))
    total: Section = {}
    counts.add(total, packed.list_keys(kinds.items()))
    return total


_COUNTS: dict[str, Callable[[Timespan, int | None, int], Section]] = {
    "names": _names, "companies": _companies, "devices": _devices, "lists": _lists,
}  # fmt: skip

