# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways around DNS and silence as findings: what `dns_bypass` and the wall have seen, put together by device. Pure.

A DNS service that was asked for by name and answered stands in the query log. What the wall saw pass stands in
bypass.db and on the page Bypass. A network that a list refuses, reached while the wall only watches, is a leak.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from evidence.findings.dns_bypass import AskedLine, SilentLine
from evidence.findings.finding import MAX_NAMES, Cause, Finding, FindingKind
from store.wall.bypass import BypassRow

SECOND_US = 1_000_000
OF_DNS = frozenset(("port53", "dot", "doq", "doh", "resolver", "httpdns"))  # kinds of the wall that are DNS
NETWORK = "network"
WALL = "wall"  # begins the key of what stands in bypass.db
ASKED, SEEN, LEAK, SILENCE = 0.7, 0.8, 0.7, 0.5  # how loud


def asked(lines: Iterable[AskedLine]) -> Iterator[Finding]:
    """By device and company: DNS services that were asked for, some of it answered."""
    groups: dict[tuple[int, str], list[AskedLine]] = defaultdict(list)
    for line in lines:
        if line.device_id is not None:
            groups[line.device_id, line.company].append(line)
    for (device, company), rows in groups.items():
        rows = sorted(rows, key=lambda row: -row.count)
        names = list(dict.fromkeys(row.name for row in rows))[:MAX_NAMES]
        rows = [row for row in rows if row.name in names]
        if any(row.blocked < row.count for row in rows):
            yield Finding(
                FindingKind.BYPASS, device, company, f"dns {company}", tuple(names), min(row.first_us for row in rows),
                max(row.last_us for row in rows), sum(row.count for row in rows), confidence=ASKED,
            )  # fmt: skip


def seen(rows: Iterable[BypassRow]) -> Iterator[Finding]:
    """By device, kind and company: what passed the wall, which only watched."""
    groups: dict[tuple[int, str, str], list[BypassRow]] = defaultdict(list)
    for row in rows:
        if row.device_id is not None and not row.refused and row.kind in OF_DNS | {NETWORK}:
            groups[row.device_id, row.kind, row.company or row.address].append(row)
    for (device, kind, whom), there in groups.items():
        addresses = tuple(dict.fromkeys(row.address for row in there))[:MAX_NAMES]
        first_us, last_us = (pick(each) * SECOND_US for pick, each in _ends(there))
        leak = kind == NETWORK
        yield Finding(
            FindingKind.LEAK if leak else FindingKind.BYPASS, device, there[0].company, f"{WALL} {kind} {whom}",
            addresses, first_us, last_us, sum(row.count for row in there), confidence=LEAK if leak else SEEN,
            cause=Cause.BYPASS if leak else Cause.NONE,
        )  # fmt: skip


def _ends(rows: list[BypassRow]) -> list[tuple[Callable[[Iterable[int]], int], list[int]]]:
    return [(min, [row.first for row in rows]), (max, [row.last for row in rows])]


def silent(lines: Iterable[SilentLine]) -> Iterator[Finding]:
    """Devices that are up and have stopped asking; the row is the last that they asked."""
    for line in lines:
        yield Finding(
            FindingKind.SILENT, line.device_id, None, "silent", (), line.last_us, line.last_us, 1, confidence=SILENCE,
        )  # fmt: skip
