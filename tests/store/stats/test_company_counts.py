# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose numbers of companies are; what they count, tests/store/log/test_protocol.py holds to a plain list."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from store.log import querylog
from store.log.records import Verdict
from store.names.purpose import Kind
from store.stats import company_counts
from store.stats.company_counts import Company
from store.sums import packed


@pytest.fixture
def log() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as con:
        querylog.migrate(con)
        con.execute("INSERT INTO companies VALUES (3, 'Acme', 1), (4, 'Acme', 2), (5, '', 1)")
        yield con


def test_a_company_has_a_number_for_each_kind(log: sqlite3.Connection) -> None:
    known = company_counts.companies(log)
    assert known == {
        0: Company(None, Kind.UNKNOWN), 3: Company("Acme", Kind.TRACKING), 4: Company("Acme", Kind.USE),
        5: Company(None, Kind.TRACKING),
    }  # fmt: skip
    assert company_counts.of_kind(known, "tracking") == {3, 5}
    assert set(company_counts.of_kind(known, None)) == {0, 3, 4, 5}
    with pytest.raises(ValueError, match="fun"):
        company_counts.of_kind(known, "fun")


def test_a_log_from_before_knows_no_kinds() -> None:
    with closing(sqlite3.connect(":memory:")) as con:
        con.execute("CREATE TABLE companies (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)")
        con.execute("INSERT INTO companies VALUES (3, 'Acme')")
        assert company_counts.companies(con)[3] == Company("Acme", Kind.UNKNOWN)


def test_parts_of_sections() -> None:
    section = {packed.key(3, Verdict.BLOCK): 5, packed.key(3, Verdict.PASS): 2, packed.key(4, Verdict.BLOCK): 9}
    assert company_counts.only(section, {3}) == {packed.key(3, Verdict.BLOCK): 5, packed.key(3, Verdict.PASS): 2}
    assert company_counts.total(section, Verdict.BLOCK) == 14
