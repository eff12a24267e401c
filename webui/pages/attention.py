# SPDX-License-Identifier: GPL-3.0-or-later
"""The findings that pages show beside what they are about: Home the new ones, a device's page its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from evidence.base import evidence_file
from evidence.findings import decisions, finding_lines, finding_rows
from evidence.findings.finding import FindingKind, FindingState
from evidence.findings.finding_lines import FindingLine
from evidence.findings.finding_rows import LOUD, FindingFilter, FindingRow
from store.base.store_errors import StoreError

SHOWN = 5
NEWS = 50  # of which Home shows some
ALL_NEW = 100  # more than anybody reads; the rest are in Evidence
PAST = 30
_UNSEEN = FindingFilter(states=(FindingState.NEW,), least=LOUD)


def new_ones(state: Path) -> list[FindingRow]:
    """All new ones that are loud enough to be told unasked, the weightiest first. Whoever has a cure wants to be acted
    on; the others are worth knowing."""
    return _rows(state, _UNSEEN, lambda con, new: finding_rows.weightiest(con, new, ALL_NEW))


def past(state: Path, names: Mapping[int, str]) -> list[FindingLine]:
    """The latest that were looked at, whatever became of them."""
    wanted = FindingFilter(states=(FindingState.SEEN, FindingState.DONE, FindingState.MUTED), least=LOUD)
    return _lines(state, wanted, names, lambda con, seen: finding_rows.findings(con, seen, PAST))


def new_companies(state: Path, names: Mapping[int, str]) -> list[FindingLine]:
    """The latest companies that a device asked for the first time, but for those that are muted."""
    wanted = FindingFilter(
        FindingKind.NEW_COMPANY, states=(FindingState.NEW, FindingState.SEEN, FindingState.DONE)
    )
    return _lines(state, wanted, names, lambda con, news: finding_rows.findings(con, news, NEWS))


def of_company(state: Path, company: str, names: Mapping[int, str]) -> list[FindingLine]:
    """The latest of a company, but for what is done or muted."""
    return _lines(state, FindingFilter(company=company, states=(FindingState.NEW, FindingState.SEEN)), names)


def of_device(state: Path, device: int, names: Mapping[int, str]) -> list[FindingLine]:
    """The latest of a device, but for what is done or muted."""
    return _lines(state, FindingFilter(device=device, states=(FindingState.NEW, FindingState.SEEN)), names)


def _latest(con: sqlite3.Connection, wanted: FindingFilter) -> list[FindingRow]:
    return finding_rows.findings(con, wanted, SHOWN)


def _lines(
    state: Path, wanted: FindingFilter, names: Mapping[int, str],
    read: Callable[[sqlite3.Connection, FindingFilter], list[FindingRow]] = _latest,
) -> list[FindingLine]:  # fmt: skip
    return finding_lines.lines(_rows(state, wanted, read), names)


def _rows(
    state: Path, wanted: FindingFilter, read: Callable[[sqlite3.Connection, FindingFilter], list[FindingRow]]
) -> list[FindingRow]:
    """None where evidence cannot be read: the page has other things to show."""
    try:
        decisions.follow(state)
        with closing(evidence_file.open_reader(state)) as con:
            return read(con, wanted)
    except (sqlite3.Error, StoreError):
        return []
