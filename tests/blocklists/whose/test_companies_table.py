# SPDX-License-Identifier: GPL-3.0-or-later
"""companies.tsv agrees with itself and with the packs, and a bad line is refused."""

import pytest

from blocklists.packs import vendor_packs
from blocklists.whose.companies_table import CompaniesError, load, parse

DOMAINS = load()


def test_there_are_enough_companies_to_name_an_ordinary_evening() -> None:
    assert len(DOMAINS) >= 600
    assert len(set(DOMAINS.values())) >= 200


def test_domains_are_names_and_no_company_is_written_in_two_ways() -> None:
    for domain in DOMAINS:
        assert domain == domain.lower().strip(". "), domain
    in_packs = {row.company or pack.company for pack in vendor_packs.load() for row in pack.names}
    spellings = in_packs | set(DOMAINS.values())
    assert len({company.casefold() for company in spellings}) == len(spellings)


def test_a_zone_of_a_pack_stands_in_the_pack_alone() -> None:
    assert {zone for pack in vendor_packs.load() for zone in pack.zones} & set(DOMAINS) == set()


def test_rows_of_packs_of_several_companies_say_whose_they_are() -> None:
    for pack in vendor_packs.load():
        if not pack.zones:
            assert all(row.company for row in pack.names), pack.id


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a.com", "not a domain"),
        ("a.com\t", "not a domain"),
        ("a.com\tA\tB", "not a domain"),
        ("b.com\tB\na.com\tA", "line 2: a.com stands there twice or out of order"),
        ("a.com\tB\na.com\tA", "line 2: a.com stands there twice or out of order"),
    ],
)
def test_a_bad_line_is_refused(text: str, reason: str) -> None:
    with pytest.raises(CompaniesError, match=reason):
        parse(text)
