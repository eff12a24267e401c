# SPDX-License-Identifier: GPL-3.0-or-later
"""Leaks and what else a home shows, out of a real config.db, index and log; each finding's rows are just its count."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

import asked_log
import pytest
from leaking_home import DOH, NOW, PACK, ROWS, XIAOMI
from leaking_home import home as home

from blocklists.whose import facts
from evidence.base import evidence_file, log_hours, passes
from evidence.findings import finding_rows, home_findings
from evidence.findings.finding import Cause, FindingKind, FindingState
from evidence.findings.finding_lines import rows_filter
from evidence.findings.finding_rows import FindingFilter, FindingRow
from store.config import edit
from store.household import groups
from store.log.rollup_tables import HOUR_US
from store.log.values import QueryFilter
from store.stats.sqlite_reader import open_reader

pytestmark = pytest.mark.database

def found(state: Path, kind: FindingKind = FindingKind.LEAK) -> dict[tuple[int, Cause], FindingRow]:
    passes.run(state, NOW + HOUR_US)
    with closing(evidence_file.open_writer(state)) as con, closing(log_hours.open_log(state)) as log:
        home_findings.find(state, con, log, facts.load(), NOW + HOUR_US)
        rows = finding_rows.findings(con, FindingFilter(kind=kind))
    return {(row.finding.device_id, row.finding.cause): row for row in rows}


def moment(text: str) -> int:
    """As the API reads it."""
    return round(datetime.fromisoformat(text).timestamp() * 1_000_000)


def rows_of(state: Path, row: FindingRow) -> int:
    """How many records the filter of a finding finds."""
    wanted = rows_filter(row.finding)
    with closing(open_reader(state)) as log:
        page = log.queries(QueryFilter(
            device=int(wanted["device"]), names=wanted.get("names"), verdict=wanted.get("verdict"),
            list=wanted.get("list"), source=wanted.get("source"), from_us=moment(wanted["from"]),
            to_us=moment(wanted["to"]),
        ), None, 1000)  # fmt: skip
    return len(page.items)


def test_leaks_come_with_their_reason_and_their_rows_are_their_count(home: Path) -> None:
    leaks = found(home)
    assert {key: row.finding.count for key, row in leaks.items()} == {
        (1, Cause.LIST_OFF): 3, (2, Cause.LIST_OFF): 1, (1, Cause.PAUSE): 1,
    }  # fmt: skip
    assert all(rows_of(home, row) == row.finding.count for row in leaks.values())
    leak = leaks[1, Cause.LIST_OFF].finding
    assert (leak.company, leak.blocklist, leak.level, leak.scope) == ("Xiaomi", PACK, "safe", "house")
    assert leak.list_title == "Xiaomi, Redmi and POCO"


def test_a_list_that_is_turned_on_ends_a_leak_and_tells_of_what_was_before(home: Path) -> None:
    found(home)
    edit.set_toggle(edit.engine(home), PACK, "house", True)
    leaks = found(home)
    assert leaks[1, Cause.LIST_OFF].state is FindingState.DONE and leaks[1, Cause.LIST_OFF].faded
    later = leaks[1, Cause.LIST_LATER]
    assert (later.state, later.finding.count) == (FindingState.NEW, 3) and later.finding.confidence < finding_rows.LOUD
    edit.set_toggle(edit.engine(home), PACK, "house", False)
    assert found(home)[1, Cause.LIST_OFF].state is FindingState.SEEN  # it was told already, and nothing came since


def test_a_rule_that_is_made_ends_a_leak(home: Path) -> None:
    assert (1, Cause.LIST_OFF) in found(home)
    edit.add_rule(edit.engine(home), "block", XIAOMI, True, "", "device:1")
    leaks = found(home)
    assert leaks[1, Cause.LIST_OFF].faded and not leaks[2, Cause.LIST_OFF].faded
    assert leaks[1, Cause.LIST_LATER].finding.rule == f"||{XIAOMI}^"


def test_a_group_that_does_without_is_told(home: Path) -> None:
    engine = edit.engine(home)
    number = groups.add_group(engine, "Guests")
    groups.change_group(engine, number, {"devices": [2]})
    edit.set_toggle(engine, PACK, f"group:{number}", False)
    edit.set_toggle(engine, PACK, "house", True)
    leaks = found(home)
    assert leaks[2, Cause.GROUP].finding.scope == f"group:{number}" and (1, Cause.LIST_LATER) in leaks


def test_a_dns_service_that_was_asked_for_is_a_way_around(home: Path) -> None:
    ways = found(home, FindingKind.BYPASS)
    (row,) = ways.values()
    assert (row.finding.device_id, row.finding.company, row.finding.names) == (2, "Google", (DOH,))
    assert rows_of(home, row) == row.finding.count == 1


def test_a_log_without_a_home_tells_of_leaks_whose_reason_nobody_knows(tmp_path: Path) -> None:
    (alone := tmp_path / "alone").mkdir()
    asked_log.write(alone, ROWS, now_us=NOW)
    assert {cause for _, cause in found(alone)} == {Cause.UNKNOWN, Cause.PAUSE}
