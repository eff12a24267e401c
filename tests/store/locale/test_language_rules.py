# SPDX-License-Identifier: GPL-3.0-or-later
"""Plural forms as CLDR has them, and digits as each language groups them."""

import pytest
from babel import Locale
from babel.numbers import format_decimal

from store.locale.language_rules import RULES, LocalNumber, LocalValues

# One count of each form first, then the rest of what people count; whole millions stand apart in some languages.
COUNTS = (*range(130), 999, 1_000, 1_001, 9_999, 10_000, 12_345, 999_999, 1_234_567, 123_456_789)


@pytest.mark.parametrize("tag", RULES)
def test_counts_take_the_forms_of_cldr(tag: str) -> None:
    """Counts that CLDR puts together take one form, others take others."""
    category = Locale.parse(tag, sep="-").plural_form
    by_form: dict[int, set[str]] = {}
    for count in COUNTS:
        by_form.setdefault(RULES[tag].plural.form(count), set()).add(category(count))
    assert sorted(by_form) == list(range(len(RULES[tag].plural.forms)))
    assert all(len(names) == 1 for names in by_form.values())
    assert len({name for names in by_form.values() for name in names}) == len(by_form)


@pytest.mark.parametrize("tag", RULES)
def test_which_form_stands_for_one_number_alone(tag: str) -> None:
    plural = RULES[tag].plural
    alone = {form for form in range(len(plural.forms)) if sum(plural.form(count) == form for count in COUNTS) == 1}
    assert alone == plural.alone


@pytest.mark.parametrize("tag", RULES)
@pytest.mark.parametrize("count", [0, 7, 999, 1_000, 1_234, 12_345, 123_456, 1_234_567, 123_456_789, -45_678])
def test_digits_are_grouped_as_cldr_says(tag: str, count: int) -> None:
    written = f"{LocalNumber(count, RULES[tag]):,}"
    if tag == "es" and 1_000 <= count < 10_000:  # as CLDR has it and browsers do; Babel does not
        assert written == str(count)
    else:
        assert written == format_decimal(count, locale=tag.replace("-", "_"))


def test_a_fraction_has_the_point_of_the_language() -> None:
    assert f"{LocalNumber(1234.56, RULES['de']):,.1f}" == "1.234,6"
    assert f"{LocalNumber(1234.56, RULES['hi']):.1f}" == "1234.6"
    assert str(LocalNumber(0.5, RULES["fr"])) == "0,5"
    assert str(LocalNumber(12_345, RULES["fr"])) == "12345", "a year, a port, a number of a rule"


def test_values_that_are_no_numbers_stay() -> None:
    values = LocalValues({"count": 1234, "name": "1,234.5"}, RULES["de"])
    assert "{count:,} {name} {count}".format_map(values) == "1.234 1,234.5 1234"
