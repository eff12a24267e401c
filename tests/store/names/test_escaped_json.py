# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON that steers no terminal means the same."""

import json

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from store.names import escaped_json

HOSTILE = "\x1b[31m \x9b2J \x7f \u202eexample \u2066a\u2069 \u2028 \u200f \ufeff \U000e0001 \ud800"


def test_what_steers_is_escaped_and_what_is_text_is_not() -> None:
    text = escaped_json.dumps({"name": HOSTILE, "more": "Käse 日本 🦊"}, indent=1)
    assert all(char.isprintable() or char == "\n" for char in text)
    assert "Käse 日本 🦊" in text and "\\u202e" in text and "\\u009b" in text
    assert json.loads(text) == {"name": HOSTILE, "more": "Käse 日本 🦊"}


@settings(max_examples=examples(60))
@given(st.lists(st.text() | st.integers() | st.none()) | st.dictionaries(st.text(), st.text()))
def test_it_reads_back_the_same(value: object) -> None:
    text = escaped_json.dumps(value)
    assert json.loads(text) == value and text.isprintable()


@pytest.mark.parametrize("char", ["\x80", "\x9f", "\u202a", "\u2069", "\u200e", "\u061c"])
def test_each_mark_of_direction_and_control(char: str) -> None:
    assert char not in escaped_json.escaped(json.dumps(char, ensure_ascii=False))
