# SPDX-License-Identifier: GPL-3.0-or-later
"""Types and rcodes by number and by word, as an independent library has them."""

from __future__ import annotations

import dns.rcode
import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklists.formats import rpz
from store.config import custom_responses
from wire import types


def test_words_are_those_that_others_use() -> None:
    for number, name in types.TYPE_NAMES.items():
        assert name == dns.rdatatype.to_text(dns.rdatatype.RdataType.make(number))
    for number, name in types.RCODE_NAMES.items():
        assert name == dns.rcode.to_text(dns.rcode.Rcode.make(number))


@given(st.integers(0, 65535))
def test_every_type_is_written_so_that_it_reads_back(number: int) -> None:
    text = types.type_name(number)
    assert types.type_number(text) == types.type_number(f" {text.lower()} ") == number
    assert types.type_number(f"TYPE{number}") == types.type_number(str(number)) == number, "RFC 3597, section 5"


@pytest.mark.parametrize(
    "text", ["", "XX", "TYPE", "type-1", "-1", "65536", "TYPE65536", "TYPE99999999999", "000065", "1.0", "٣", "TYPE٣"]
)
def test_what_is_no_type_has_no_number(text: str) -> None:
    assert types.type_number(text) is None


def test_wherever_some_types_are_chosen_they_are_chosen_from_the_table() -> None:
    assert {word.upper() for word in rpz._TYPES} <= set(types.TYPE_NUMBERS)
    assert set(custom_responses._CHECKS) <= set(types.TYPE_NUMBERS)
