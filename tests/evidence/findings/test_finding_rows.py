# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a finding: kept once, told of as long as people want."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.base import evidence_file
from evidence.findings import finding_rows
from evidence.findings.finding import MAX_NAMES, Cause, Finding, FindingKind, FindingState
from evidence.findings.finding_rows import AGAIN_US, FindingFilter, NoFinding, count, findings, keep, set_state

pytestmark = pytest.mark.database

HOUR = 3_600_000_000
NOW = 500_000 * HOUR
LEAK = Finding(
    FindingKind.LEAK, 3, "Xiaomi", "Xiaomi", ("data.mistat.xiaomi.com",), NOW - HOUR, NOW, 7, cause=Cause.PAUSE
)
BEACON = Finding(FindingKind.BEACON, 4, None, "a.example", ("a.example",), NOW - HOUR, NOW - 9, 12, 300.0, 0.02, 0.97)
ALL = FindingFilter()


@pytest.fixture
def con(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(evidence_file.open_writer(tmp_path)) as opened:
        yield opened


def test_a_finding_comes_back_as_it_was_put_in(con: sqlite3.Connection) -> None:
    assert keep(con, [LEAK, BEACON], NOW) == 2
    assert [row.finding for row in findings(con, ALL)] == [LEAK, BEACON]
    assert {row.state for row in findings(con, ALL)} == {FindingState.NEW}


def test_the_same_again_is_one_with_its_new_numbers(con: sqlite3.Connection) -> None:
    keep(con, [LEAK], NOW)
    later = replace(LEAK, first_us=NOW, last_us=NOW + HOUR, count=9, names=("b.example",))
    assert keep(con, [later], NOW + HOUR) == 0
    (row,) = findings(con, ALL)
    assert row.finding == later and row.found_us == NOW, "first, last and count are of the same rows"
    assert keep(con, [replace(LEAK, device_id=5)], NOW) == 1  # another device's is another one


@pytest.mark.parametrize("state", [FindingState.SEEN, FindingState.MUTED, FindingState.DONE])
def test_what_was_decided_of_it_stays_when_it_is_found_again(con: sqlite3.Connection, state: FindingState) -> None:
    keep(con, [LEAK], NOW)
    (row,) = findings(con, ALL)
    assert set_state(con, row.id, state, NOW).state is state
    keep(con, [replace(LEAK, last_us=NOW + AGAIN_US)], NOW + AGAIN_US)
    assert [row.state for row in findings(con, ALL)] == [state]


def test_what_was_done_and_goes_on_is_new_again_and_what_is_muted_is_not(con: sqlite3.Connection) -> None:
    keep(con, [LEAK, BEACON], NOW)
    leak, beacon = findings(con, ALL)
    set_state(con, leak.id, FindingState.DONE, NOW)
    set_state(con, beacon.id, FindingState.MUTED, NOW)
    keep(con, [replace(each, last_us=NOW + AGAIN_US + 1) for each in (LEAK, BEACON)], NOW + 2 * AGAIN_US)
    states = {row.finding.kind: row.state for row in findings(con, ALL)}
    assert states == {FindingKind.LEAK: FindingState.NEW, FindingKind.BEACON: FindingState.MUTED}


@pytest.mark.parametrize(
    ("wanted", "kinds"),
    [
        (FindingFilter(kind=FindingKind.LEAK), {"leak"}),
        (FindingFilter(device=4), {"beacon"}),
        (FindingFilter(company="xiaomi"), {"leak"}),
        (FindingFilter(from_us=NOW), {"leak"}),
        (FindingFilter(to_us=NOW - HOUR), set()),
        (FindingFilter(to_us=NOW - HOUR + 1), {"leak", "beacon"}),
        (FindingFilter(states=(FindingState.SEEN,)), set()),
        (FindingFilter(states=(FindingState.SEEN, FindingState.NEW)), {"leak", "beacon"}),
    ],
)
def test_filters_let_through_what_they_say(con: sqlite3.Connection, wanted: FindingFilter, kinds: set[str]) -> None:
    keep(con, [LEAK, BEACON], NOW)
    assert {row.finding.kind.value for row in findings(con, wanted)} == kinds
    assert count(con, wanted) == len(kinds)


def test_pages_follow_one_another_without_a_gap(con: sqlite3.Connection) -> None:
    keep(con, [replace(BEACON, key=str(number), last_us=NOW + number // 2) for number in range(9)], NOW)
    whole = [row.id for row in findings(con, ALL)]
    paged: list[int] = []
    while page := findings(con, ALL, 2, paged[-1] if paged else 0):
        paged += [row.id for row in page]
    assert paged == whole and len(whole) == 9


def test_what_is_not_there_is_told_in_a_sentence(con: sqlite3.Connection) -> None:
    with pytest.raises(NoFinding, match="There is no finding 9"):
        set_state(con, 9, FindingState.SEEN, NOW)


def test_no_more_are_kept_than_a_home_reads(con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding_rows, "MAX_ROWS", 3)
    keep(con, [replace(BEACON, key=str(number), last_us=NOW + number) for number in range(5)], NOW)
    assert [row.finding.key for row in findings(con, ALL)] == ["4", "3", "2"]
    many = tuple(f"{number}.example" for number in range(MAX_NAMES + 5))
    keep(con, [replace(LEAK, names=many, last_us=NOW + 9)], NOW)
    assert findings(con, ALL)[0].finding.names == many[:MAX_NAMES]


def test_what_is_no_more_fades_and_is_new_when_it_begins_again(con: sqlite3.Connection) -> None:
    keep(con, [LEAK, BEACON], NOW)
    assert finding_rows.fade(con, [FindingKind.LEAK], [], NOW + HOUR) == 1  # a beacon was not looked for
    leak, beacon = findings(con, ALL)
    assert (leak.state, leak.faded, leak.changed_us) == (FindingState.DONE, True, NOW + HOUR)
    assert (beacon.state, beacon.faded) == (FindingState.NEW, False)
    keep(con, [replace(LEAK, last_us=NOW + 1)], NOW + HOUR + 1)
    (leak,) = findings(con, FindingFilter(kind=FindingKind.LEAK))
    assert (leak.state, leak.faded) == (FindingState.NEW, False)


def test_what_faded_by_mistake_is_no_news(con: sqlite3.Connection) -> None:
    keep(con, [LEAK], NOW)
    finding_rows.fade(con, [FindingKind.LEAK], [], NOW)
    keep(con, [LEAK], NOW + 1)
    assert [(row.state, row.faded) for row in findings(con, ALL)] == [(FindingState.SEEN, False)]


def test_what_is_there_stays_and_what_was_muted_never_fades(con: sqlite3.Connection) -> None:
    keep(con, [LEAK, replace(LEAK, device_id=5)], NOW)
    muted = next(row for row in findings(con, ALL) if row.finding.device_id == 5)
    set_state(con, muted.id, FindingState.MUTED, NOW)
    assert finding_rows.fade(con, list(FindingKind), [LEAK], NOW) == 0
    assert {row.state for row in findings(con, ALL)} == {FindingState.NEW, FindingState.MUTED}


def test_the_weightiest_come_first(con: sqlite3.Connection) -> None:
    quiet, often = replace(LEAK, device_id=5, confidence=0.5), replace(LEAK, device_id=6, count=900)
    keep(con, [BEACON, quiet, LEAK, often], NOW)
    assert [row.finding for row in finding_rows.weightiest(con, ALL)] == [often, LEAK, quiet]
