# SPDX-License-Identifier: GPL-3.0-or-later
"""What outlives the log has a bound, and goes where a person clears the log."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from evidence.base import evidence_file, first_asked, hours_table
from evidence.base.log_hours import HourRow, Pair
from evidence.findings import finding_rows
from evidence.findings.finding import Finding, FindingKind
from store.log.rollup_tables import HOUR_US

pytestmark = pytest.mark.database


def put(con: sqlite3.Connection, hour: int, *pairs: tuple[int, str]) -> None:
    at = hour * HOUR_US + 5
    rows = [HourRow(Pair(device, name, 1, 1, 0, 1, 0, at, at), (at // 1_000_000,)) for device, name in pairs]
    hours_table.put(con, hour, 9, rows)


@pytest.fixture
def con(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(evidence_file.open_writer(tmp_path)) as opened:
        for hour in range(4):
            put(opened, hour, (1, f"{hour}.example"), (2, f"{hour}.example"))
        yield opened


def first(con: sqlite3.Connection) -> list[tuple[int, str]]:
    sql = "SELECT f.device_id, n.name FROM first_asked f JOIN names n ON n.id = f.name_id ORDER BY 1, 2"
    return con.execute(sql).fetchall()


def test_beyond_the_bound_what_the_log_has_forgotten_goes_the_oldest_first(con: sqlite3.Connection) -> None:
    hours_table.drop(con, [0, 1])
    first_asked.tidy(con, str, most=6)
    assert first(con) == [(device, f"{hour}.example") for device in (1, 2) for hour in (1, 2, 3)]
    assert con.execute("SELECT count(*) FROM names WHERE name = '0.example'").fetchone() == (0,)
    first_asked.tidy(con, str, most=1)  # what the log has stays
    assert first(con) == [(device, f"{hour}.example") for device in (1, 2) for hour in (2, 3)]


def test_then_labels_that_are_made_up_anew_go_and_their_site_stays_known(con: sqlite3.Connection) -> None:
    put(con, 9, *((1, f"{number}.churn.example") for number in range(60)))
    first_asked.tidy(con, lambda name: name.partition(".")[2] or name, most=30)
    kept = [name for device, name in first(con) if name.endswith(".churn.example")]
    assert len(first(con)) == 30 and len(kept) == 22  # only as many go as must
    first_asked.tidy(con, lambda name: name.partition(".")[2] or name, most=8)
    assert sum(name.endswith(".churn.example") for _, name in first(con)) == first_asked.OF_SITE
    sums = hours_table.block(con, hours_table.pieces(con, 9, 10)[0])
    assert len(sums.names(1)) == 60, "hours keep them, and their names"
    assert con.execute("SELECT count(*) FROM names").fetchone() == (64,)


def test_what_a_person_clears_is_forgotten(con: sqlite3.Connection) -> None:
    finding_rows.keep(con, [Finding(FindingKind.LEAK, each, "X", "X", ("a",), 5, 5, 1) for each in (1, 2)], 9)
    for hour in range(4):
        put(con, hour, (2, f"{hour}.example"))
    first_asked.forget(con, device=1)
    assert {device for device, _ in first(con)} == {2}
    assert [row.finding.device_id for row in finding_rows.findings(con, finding_rows.FindingFilter())] == [2]
    hours_table.drop(con, [0, 1])
    first_asked.forget(con, before_us=2 * HOUR_US)
    assert first(con) == [(2, "2.example"), (2, "3.example")]
    first_asked.forget(con)
    assert first(con) == [(2, "2.example"), (2, "3.example")], "what the log still has was asked first then"
    hours_table.drop(con, [2, 3])
    first_asked.forget(con)
    assert first(con) == []
