# SPDX-License-Identifier: GPL-3.0-or-later
"""What outlives the log has a bound, and goes where a person clears the log."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from evidence.base import evidence_file, hours_table
from evidence.base.log_hours import HourRow, Pair
from evidence.findings import finding_rows
from evidence.findings.finding import Finding, FindingKind
from store.log.rollup_tables import HOUR_US

pytestmark = pytest.mark.database


@pytest.fixture
def con(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(evidence_file.open_writer(tmp_path)) as opened:
        for hour in range(4):
            at = hour * HOUR_US + 5
            pairs = [Pair(device, f"{hour}.example", 1, 1, 0, 1, 0, at, at) for device in (1, 2)]
            hours_table.put(opened, hour, 9, [HourRow(pair, (at // 1_000_000,)) for pair in pairs])
        yield opened


def first(con: sqlite3.Connection) -> list[tuple[int, str]]:
    sql = "SELECT f.device_id, n.name FROM first_asked f JOIN names n ON n.id = f.name_id ORDER BY 1, 2"
    return con.execute(sql).fetchall()


def test_the_view_for_people_says_what_was_put_in(con: sqlite3.Connection) -> None:
    sql = "SELECT hour, device_id, name, queries, first_us, last_us FROM hours WHERE hour = 2 AND device_id = 1"
    assert con.execute(sql).fetchall() == [(2, 1, "2.example", 1, 2 * HOUR_US + 5, 2 * HOUR_US + 5)]


def test_beyond_the_bound_what_the_log_has_forgotten_goes_the_oldest_first(con: sqlite3.Connection) -> None:
    hours_table.drop(con, [0, 1])
    hours_table.tidy(con, most=6)
    assert first(con) == [(device, f"{hour}.example") for device in (1, 2) for hour in (1, 2, 3)]
    assert con.execute("SELECT count(*) FROM names WHERE name = '0.example'").fetchone() == (0,)
    hours_table.tidy(con, most=1)  # what the log has stays
    assert first(con) == [(device, f"{hour}.example") for device in (1, 2) for hour in (2, 3)]


def test_what_a_person_clears_is_forgotten(con: sqlite3.Connection) -> None:
    finding_rows.keep(con, [Finding(FindingKind.LEAK, each, "X", "X", ("a",), 5, 5, 1) for each in (1, 2)], 9)
    con.execute("DELETE FROM pairs WHERE device_id = 1")
    hours_table.forget(con, device=1)
    assert {device for device, _ in first(con)} == {2}
    assert [row.finding.device_id for row in finding_rows.findings(con, finding_rows.FindingFilter())] == [2]
    hours_table.drop(con, [0, 1])
    hours_table.forget(con, before_us=2 * HOUR_US)
    assert first(con) == [(2, "2.example"), (2, "3.example")]
    hours_table.forget(con)
    assert first(con) == [(2, "2.example"), (2, "3.example")], "what the log still has was asked first then"
    hours_table.drop(con, [2, 3])
    hours_table.forget(con)
    assert first(con) == []
