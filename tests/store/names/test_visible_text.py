# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing in a text hides, or turns what stands around it."""

import pytest

from store.names.visible_text import as_cell, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [("plain.example", "plain.example"), ("a\u202eb", "a\\u{202e}b"), ("a\x00b\n", "a\\u{0}b\\u{a}"),
     ("bücher", "bücher"), ("\udcff", "\\u{dcff}"), ("\u200b", "\\u{200b}"), ("שלום", "שלום")],
)  # fmt: skip
def test_what_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(("text", "cell"), [("=1+1", "'=1+1"), ("\t=1", "'\t=1"), ("a=1", "a=1"), ("", "")])
def test_a_cell_is_no_formula(text: str, cell: str) -> None:
    assert as_cell(text) == cell
