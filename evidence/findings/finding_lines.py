# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings as they are shown: a sentence, and the filter of their rows in the query log. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from evidence.findings.cures import Cure, cure
from evidence.findings.finding import Cause, Finding, FindingKind, FindingState
from evidence.findings.finding_rows import FindingRow
from evidence.findings.finding_words import KINDS, STATES, sentence
from evidence.findings.leaks import LET_THROUGH
from evidence.findings.ways_around import WALL
from store.base.sentences import say
from store.log.values import IMPORTED, OWN

SECOND_US = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COUNTED = frozenset((FindingKind.LEAK, FindingKind.BYPASS, FindingKind.SILENT, FindingKind.IDLE_TALK))  # in records
OF_TRACKERS = (FindingKind.LEAK, FindingKind.IDLE_TALK)
NEWS = (FindingKind.NEW_COMPANY, FindingKind.NEW_NAME)  # whose count is of names, which the sentence tells


@dataclass(frozen=True, slots=True)
class FindingLine:
    """Times: Unix seconds; `rows`: address of its rows, of `count` look-ups (0: not told), or records where `records`;
    device None: the home.
    """

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
    records: bool
    cure: Cure
    is_beat: bool  # which has a picture


def lines(rows: Iterable[FindingRow], names: Mapping[int, str]) -> list[FindingLine]:
    """`names`: of devices; one that is gone is told by its number."""
    return [_line(row, names) for row in rows]


def rows_filter(finding: Finding) -> dict[str, str]:
    """The filter of a finding's rows, as the query log's page and call take it; empty: they are on the page Bypass."""
    if of_wall(finding):
        return {}
    wanted = {"from": _iso(finding.first_us), "to": _iso(finding.last_us + 1)}
    if finding.device_id:
        wanted["device"] = str(finding.device_id)
    if finding.kind in COUNTED:
        more = {
            "names": ",".join(finding.names), "verdict": finding.verdict, "list": _log_list(finding),
            "source": IMPORTED if finding.imported else OWN if finding.kind in OF_TRACKERS else "",
        }  # fmt: skip
        return wanted | {key: value for key, value in more.items() if value}
    if len(finding.names) == 1 or not finding.company:
        wanted["names"] = finding.names[0] if len(finding.names) == 1 else finding.key
    else:
        wanted["company"] = finding.company
    return wanted


def of_wall(finding: Finding) -> bool:
    """Whether its rows are of bypass.db."""
    return finding.key.startswith(f"{WALL} ") and finding.kind in (FindingKind.BYPASS, FindingKind.LEAK)


def _log_list(finding: Finding) -> str:
    """What the log has in place of a list where something let rows through."""
    words = {cause: word for word, cause in LET_THROUGH.items()}
    return words.get(finding.cause, finding.blocklist if finding.cause is Cause.ALLOW_LIST else "")


def state_words(row: FindingRow) -> str:
    """What became of it."""
    return say("over by itself") if row.faded else STATES[row.state]


def _rows_address(finding: Finding) -> str:
    wanted = rows_filter(finding)
    return f"/queries?{urlencode(wanted)}" if wanted else f"/bypass?{urlencode({'range': '7d'})}"


def _line(row: FindingRow, names: Mapping[int, str]) -> FindingLine:
    value = row.finding
    device = names.get(value.device_id)
    return FindingLine(
        row.id, KINDS[value.kind], row.state, state_words(row), sentence(value, device or str(value.device_id)),
        value.names, value.device_id if device else None, value.first_us / SECOND_US, value.last_us / SECOND_US,
        0 if value.kind in NEWS else value.count, _rows_address(value), value.kind in COUNTED, cure(value),
        value.kind is FindingKind.BEACON,
    )  # fmt: skip


def _iso(time_us: int) -> str:
    """`2026-11-24T10:00:00.123456Z`: records have times of their own, to the microsecond."""
    moment = EPOCH + timedelta(microseconds=time_us)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
