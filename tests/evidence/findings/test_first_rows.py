# SPDX-License-Identifier: GPL-3.0-or-later
"""What was asked first is read whole, and by parts in which each site stands once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from blocklists.whose import facts
from evidence.base import evidence_file
from evidence.findings.find_all import is_public
from evidence.findings.first_rows import FirstRows
from store.base.db import transaction

pytestmark = pytest.mark.database

SITES = 60


@pytest.fixture
def con(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Three names of each site and one of the home's own, asked for by two devices."""
    with closing(evidence_file.open_writer(tmp_path)) as opened, transaction(opened):
        names = [f"{label}.site{number}.example" for label in "abc" for number in range(SITES)]
        names.insert(7, "printer.lan")
        for number, name in enumerate(names, 1):
            opened.execute("INSERT INTO names (id, name) VALUES (?, ?)", (number, name))
            opened.executemany("INSERT INTO first_asked VALUES (?, ?, ?)", [(1, number, number), (2, number, 500)])
        yield opened


def test_each_site_is_in_one_part_with_all_its_rows(con: sqlite3.Connection) -> None:
    rows = FirstRows(con, (0, 1_000), facts.load(), is_public, 7)
    whole = list(rows.read())
    assert len(whole) == 2 * 3 * SITES and {row.site for row in whole} == {f"site{n}.example" for n in range(SITES)}
    parts = [list(rows.read(part)) for part in range(7)]
    assert sorted(map(repr, (row for part in parts for row in part))) == sorted(map(repr, whole))
    assert sum(len({row.site for row in part}) for part in parts) == SITES
    assert sum(map(bool, parts)) > 3


def test_only_rows_of_the_span_are_told(con: sqlite3.Connection) -> None:
    rows = FirstRows(con, (1, 4), facts.load(), is_public)
    assert [(row.device_id, row.first_us) for row in rows.read()] == [(1, 1), (1, 2), (1, 3)]
    assert list(rows.read(0)) == list(rows.read())
