# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in words, from anybody on the link."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.friendly_names import NAME_MAX, friendly_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Anna's iPhone", "Anna's iPhone"), ("Küche", "Küche"), ("  Living   Room\tTV ", "Living Room TV"),
        ("居間のテレビ", "居間のテレビ"), ("Кухня", "Кухня"), ("Кухня TV", None), ("x" * 300, "x" * NAME_MAX),
        ("é" * 60, "é" * 31), ("<script>alert(1)</script>", None), ("\u202egnp.exe", None), ("a\x00b", None),
        ("a\u200bb", None), ("\x1b[31mred", None), ("", None), ("...", None), ("-x", None), ('a" onload=b', None),
        ("\ud800", None), ("p\u0430ypal", None), ("tv.", "tv"),
    ],
)  # fmt: skip
def test_a_name_is_fit_to_show_or_none(text: str, name: str | None) -> None:
    assert friendly_name(text) == name


@given(st.text(max_size=400))
def test_whatever_came_what_is_shown_is_short_and_harmless(text: str) -> None:
    name = friendly_name(text)
    if name is not None:
        assert 0 < len(name.encode()) <= NAME_MAX and not set('<>"\\`{}\n\r\t') & set(name)
        assert all(unicodedata.category(character)[0] not in "CZ" or character == " " for character in name)
