# SPDX-License-Identifier: GPL-3.0-or-later
"""Every country of the tables has a name that people read."""

from blocklists.whose import name_tables
from webui.companies.countries import country


def test_every_seat_has_a_name() -> None:
    codes = set(name_tables.load().countries.values())
    assert codes and not {code for code in codes if country(code) == code}


def test_what_is_not_known_is_left_as_it_is() -> None:
    assert (country("CN"), country("XX"), country(None)) == ("China", "XX", "")
