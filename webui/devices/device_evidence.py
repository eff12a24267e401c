# SPDX-License-Identifier: GPL-3.0-or-later
"""What the record shows of one device or one company, by what it is: beats, leaks, what is new, ways around DNS."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from evidence.base import evidence_file
from evidence.findings import decisions, finding_lines, finding_rows
from evidence.findings.finding import FindingKind, FindingState
from evidence.findings.finding_lines import FindingLine
from evidence.findings.finding_rows import FindingFilter
from store.base.sentences import Sentence, say
from store.base.store_errors import StoreError

SHOWN = 2  # of each kind; the page of findings has all
WEEK_US = 7 * 86_400_000_000
_OPEN = (FindingState.NEW, FindingState.SEEN)


@dataclass(frozen=True, slots=True)
class Told:
    """Findings of one sort under their heading; `more` are on the page of findings. `key`: of its place."""

    key: str
    title: Sentence
    about: Sentence
    lines: tuple[FindingLine, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class _Sort:
    key: str
    title: Sentence
    about: Sentence
    kinds: tuple[FindingKind, ...]
    week: bool = False  # only what is of this week


_SORTS = (
    _Sort("leaks", say("Tracking that got through, and why"), say("with what ends it"), (FindingKind.LEAK,)),
    _Sort("beats", say("What reports by itself"), say("at a beat: a program does that, nobody's hand"),
          (FindingKind.BEACON, FindingKind.IDLE_TALK)),
    _Sort("news", say("New this week"), say("never asked for before"),
          (FindingKind.NEW_COMPANY, FindingKind.NEW_NAME), week=True),
    _Sort("around", say("Around DNS"), say("what the log alone cannot see"), (FindingKind.BYPASS, FindingKind.SILENT)),
)  # fmt: skip


def of_device(state: Path, device: int, names: Mapping[int, str], now_us: int) -> list[Told]:
    """`names`: of devices. What is done or muted is left out; empty where evidence cannot be read."""
    return _told(state, FindingFilter(device=device, states=_OPEN), names, now_us)


def of_company(state: Path, company: str, names: Mapping[int, str], now_us: int) -> list[Told]:
    return _told(state, FindingFilter(company=company, states=_OPEN), names, now_us)


def _told(state: Path, wanted: FindingFilter, names: Mapping[int, str], now_us: int) -> list[Told]:
    try:
        decisions.follow(state)
        with closing(evidence_file.open_reader(state)) as con:
            sorts = [_of_sort(con, sort, wanted, names, now_us) for sort in _SORTS]
    except (sqlite3.Error, StoreError):
        return []
    return [each for each in sorts if each.lines]


def _of_sort(
    con: sqlite3.Connection, sort: _Sort, wanted: FindingFilter, names: Mapping[int, str], now_us: int
) -> Told:
    of_sort = replace(wanted, kinds=sort.kinds, from_us=now_us - WEEK_US if sort.week else None)
    loudest = finding_rows.loudest(con, of_sort, SHOWN)
    more = finding_rows.count(con, of_sort) - len(loudest) if len(loudest) == SHOWN else 0
    return Told(sort.key, sort.title, sort.about, tuple(finding_lines.lines(loudest, names)), more)
