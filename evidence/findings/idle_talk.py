# SPDX-License-Identifier: GPL-3.0-or-later
"""Trackers that a device talks to while nobody uses it. Pure.

Whether anybody uses a thing is told by its kind: a phone is not used while its person sleeps; a computer may be a
server, so of it only hours count in which it asks for much less than usual; a camera or a speaker is never used so, and
neither is what nobody knows the kind of.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from evidence.findings.finding import MAX_NAMES, Cause, Finding, FindingKind
from evidence.findings.leaks import ANSWERED
from evidence.findings.tracked_hours import Asked
from store.config.choices import DeviceKind
from store.log.rollup_tables import HOUR_US

SLEEPS = frozenset((DeviceKind.PHONE, DeviceKind.TABLET, DeviceKind.TV, DeviceKind.CONSOLE, DeviceKind.WATCH))
RESTS = frozenset((DeviceKind.COMPUTER,))  # is idle, or is not: it may well work at night
LEAST_HOURS = 3  # of the last days, in which nobody used it and it talked: once is no habit
LOUD, QUIET = 0.6, 0.4  # some of it was answered; all of it was blocked


def find(
    rows: Iterable[Asked],
    kinds: Mapping[int, DeviceKind],
    cause_of: Callable[[int, int], Cause],
    company_of: Callable[[str], str | None],
) -> Iterator[Finding]:
    """For each device and company the last time that nobody used the device; `rows`: of trackers, in order of time.

    cause_of: of a device at a moment, IDLE, NIGHT or NONE. The rows of a finding are those of its names in that time.
    """
    unused: dict[tuple[int, int], Cause] = {}
    talk: dict[tuple[int, str], dict[int, list[Asked]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        kind, hour = kinds.get(row.device_id, DeviceKind.UNKNOWN), row.first_us // HOUR_US
        if row.imported or kind not in SLEEPS | RESTS:
            continue
        if (row.device_id, hour) not in unused:
            unused[row.device_id, hour] = _counts(kind, cause_of(row.device_id, row.first_us))
        if unused[row.device_id, hour] is not Cause.NONE:
            talk[row.device_id, company_of(row.name) or row.name][hour].append(row)
    for (device, key), hours in talk.items():
        if len(hours) >= LEAST_HOURS:
            stretch = _latest(sorted(hours))
            rows_then = [row for hour in stretch for row in hours[hour]]
            yield _finding(device, key, company_of(rows_then[0].name), rows_then, unused[device, stretch[-1]])


def _counts(kind: DeviceKind, cause: Cause) -> Cause:
    return Cause.NONE if kind in RESTS and cause is Cause.NIGHT else cause


def _latest(hours: Sequence[int]) -> list[int]:
    """The last of these hours, which ascend, with those right before it."""
    stretch = [hours[-1]]
    for hour in reversed(hours[:-1]):
        if hour != stretch[0] - 1:
            break
        stretch.insert(0, hour)
    return stretch


def _finding(device: int, key: str, company: str | None, rows: Sequence[Asked], cause: Cause) -> Finding:
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row.name] += row.queries
    names = [name for name, _ in counts.most_common(MAX_NAMES)]
    shown = [row for row in rows if row.name in set(names)]
    return Finding(
        FindingKind.IDLE_TALK, device, company, key, tuple(names), min(row.first_us for row in shown),
        max(row.last_us for row in shown), sum(row.queries for row in shown),
        confidence=LOUD if any(row.verdict in ANSWERED for row in shown) else QUIET, cause=cause,
    )  # fmt: skip
