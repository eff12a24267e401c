# SPDX-License-Identifier: GPL-3.0-or-later
"""companies.txt agrees with itself and with the packs, and a bad line is refused."""

import pytest

from blocklists.packs import vendor_packs
from blocklists.whose.company_table import CompaniesError, load, parse
from blocklists.whose.statement import Heed, Statement
from store.names.purpose import Purpose

COMPANIES = load()
PACKS = vendor_packs.load()
NAMED = {company.name: company for company in COMPANIES if company.name}


def test_there_are_enough_companies_to_name_an_ordinary_evening() -> None:
    assert sum(len(company.rows) for company in COMPANIES) >= 5000
    assert len(NAMED) >= 900


def test_no_company_is_written_in_two_ways_and_each_of_a_pack_has_its_country() -> None:
    in_packs = {row.company or pack.company for pack in PACKS for row in pack.names} - {"Several companies"}
    assert in_packs <= NAMED.keys()
    assert len({company.casefold() for company in NAMED}) == len(NAMED) == len(COMPANIES) - 4  # blocks of hosters
    assert not {company for company in in_packs if NAMED[company].country is None}


def test_a_zone_of_a_pack_has_no_other_owner() -> None:
    owners = {name: company.name for company in COMPANIES for name, _, _ in company.rows}
    assert not {zone for pack in PACKS for zone in pack.zones if owners.get(zone, pack.company) != pack.company}
    assert not {
        row.name
        for pack in PACKS for row in pack.names
        if owners.get(row.name, row.company or pack.company) != (row.company or pack.company)
    }  # fmt: skip


def test_rows_of_packs_of_several_companies_say_whose_they_are() -> None:
    for pack in PACKS:
        if not pack.zones:
            assert all(row.company for row in pack.names), pack.id


def test_a_block_is_read() -> None:
    text = """# head
Acme | DE | function
    zones: acme.test
        acme.example
    push (Acme Bell): bell.acme.test
    labels analytics: spy watch
    hosted: acmehost.test
(Many) | - | infrastructure
    hosted: many.test
"""
    acme, many = parse(text)
    zone = Statement("companies", "Acme", None, Purpose.FUNCTION)
    assert acme.rows == [
        ("acme.test", True, zone),
        ("acme.example", True, zone),
        ("bell.acme.test", True, Statement("companies", "Acme", "Acme Bell", Purpose.PUSH, Heed.TRACKING)),
        ("acmehost.test", True, Statement("companies", "Acme", None, Purpose.FUNCTION, hosted=True)),
    ]
    assert acme.words == {"spy": Purpose.ANALYTICS, "watch": Purpose.ANALYTICS}
    assert (acme.country, many.name, many.country) == ("DE", None, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Acme | DE", "line 1: not a company"),
        ("Acme | Germany | function", "'Germany' is no country"),
        ("Acme | DE | nonsense", "'nonsense' is not a valid Purpose"),
        ("    zones: a.test", "line 1"),
        ("Acme | DE | function\n    nonsense: a.test", "line 2: 'nonsense' is not a valid Purpose"),
        ("Acme | DE | function\n    zones a.test", "not a purpose, a colon and names"),
        ("Acme | DE | function\n    zones: A.test", "'A.test' is no name"),
        ("Acme | DE | function\n    zones: a.test.", "'a.test.' is no name"),
        ("A | DE | ads\n    zones: a.test\nB | DE | ads\n    ads: a.test", "line 4: a.test stands there twice"),
    ],
)
def test_a_bad_line_is_refused(text: str, reason: str) -> None:
    with pytest.raises(CompaniesError, match=reason):
        parse(text)
