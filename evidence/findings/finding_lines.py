# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings as they are shown: a sentence, and the filter of their rows in the query log. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from evidence.findings.finding import Finding, FindingKind, FindingState
from evidence.findings.finding_rows import FindingRow
from evidence.findings.finding_words import KINDS, STATES, sentence

SECOND_US = 1_000_000
MILLISECOND_US = 1000
NEWS = (FindingKind.NEW_COMPANY, FindingKind.NEW_NAME)  # whose count is of names, which the sentence tells


@dataclass(frozen=True, slots=True)
class FindingLine:
    """Times: Unix seconds; `rows`: address of its rows, of `count` look-ups (0: not told); device None: the home."""

    id: int
    kind: str
    state: FindingState
    state_words: str
    sentence: str
    names: tuple[str, ...]
    device_id: int | None
    first: float
    last: float
    count: int
    rows: str


def lines(rows: Iterable[FindingRow], names: Mapping[int, str]) -> list[FindingLine]:
    """`names`: of devices; one that is gone is told by its number."""
    return [_line(row, names) for row in rows]


def rows_filter(finding: Finding) -> dict[str, str]:
    """The filter of a finding's rows, as the query log's page and call take it."""
    wanted = {"from": _iso(finding.first_us), "to": _iso(finding.last_us + MILLISECOND_US)}
    if finding.device_id:
        wanted["device"] = str(finding.device_id)
    if len(finding.names) == 1 or not finding.company:
        wanted["name"] = finding.names[0] if len(finding.names) == 1 else finding.key
    else:
        wanted["company"] = finding.company
    return wanted


def _line(row: FindingRow, names: Mapping[int, str]) -> FindingLine:
    value = row.finding
    device = names.get(value.device_id)
    return FindingLine(
        row.id, KINDS[value.kind], row.state, STATES[row.state], sentence(value, device or str(value.device_id)),
        value.names, value.device_id if device else None, value.first_us / SECOND_US, value.last_us / SECOND_US,
        0 if value.kind in NEWS else value.count, f"/queries?{urlencode(rows_filter(value))}",
    )  # fmt: skip


def _iso(time_us: int) -> str:
    """`2026-11-24T10:00:00.123Z`"""
    moment = datetime.fromtimestamp(time_us / SECOND_US, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
