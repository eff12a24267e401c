# SPDX-License-Identifier: GPL-3.0-or-later
"""What we make of companiesdb's categories and of how it writes companies."""

import pytest

from blocklists.whose.companiesdb import company_name, load, rows
from blocklists.whose.statement import Statement
from store.names.purpose import Purpose

KNOWN = {"Google": Purpose.FUNCTION, "Meta": Purpose.CONTENT}


@pytest.mark.parametrize(
    ("written", "company"),
    [
        ("Meta Platforms, Inc.", "Meta"),
        ("google", "Google"),
        ("Segment.io, Inc.", "Segment.io"),
        ("Apple Inc.", "Apple"),
        ("Inc.", "Inc."),
    ],
)
def test_a_company_is_written_in_one_way(written: str, company: str) -> None:
    assert company_name(written, {name.casefold(): name for name in KNOWN}) == company


@pytest.mark.parametrize(
    ("line", "statement"),
    [
        ("a.test\tTracker\tAcme GmbH\tadvertising", Statement("companiesdb", "Acme", "Tracker", Purpose.ADS)),
        ("a.test\tAcme\tAcme\tsite_analytics", Statement("companiesdb", "Acme", None, Purpose.ANALYTICS)),
        ("a.test\tAcme\t\tessential", Statement("companiesdb", "Acme")),
        ("a.test\tGoogle\tGoogle\tadvertising", Statement("companiesdb", "Google", None, Purpose.FUNCTION)),
        ("a.test\tGoogle Ads\tGoogle\tadvertising", Statement("companiesdb", "Google", "Google Ads", Purpose.ADS)),
        (
            "a.test\tFastly\tFastly\tcdn",
            Statement("companiesdb", "Fastly", None, Purpose.CONTENT, hosted=True),
        ),
    ],
)
def test_a_line(line: str, statement: Statement) -> None:
    assert list(rows(line, KNOWN)) == [("a.test", True, statement)]


@pytest.mark.parametrize("line", ["a.test\ta.test\t\tadvertising", "a.test\tAcme\tAcme\tunknown", "# a comment", ""])
def test_a_line_that_says_nothing(line: str) -> None:
    assert list(rows(line, KNOWN)) == []


def test_the_file_is_whole_and_credited() -> None:
    assert len(list(load(KNOWN))) > 4000


def test_a_bad_line_is_refused() -> None:
    with pytest.raises(ValueError, match="not enough values"):
        list(rows("a.test\tAcme", KNOWN))
