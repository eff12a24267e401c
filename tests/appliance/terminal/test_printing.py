# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables line up, and text from the network steers no terminal."""

import json
import unicodedata
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.terminal import printing
from appliance.terminal.printing import plain, render

CELL = st.one_of(st.text(max_size=90), st.integers(), st.booleans(), st.none())


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=6))
def test_a_table_has_a_line_for_each_row_and_is_harmless(rows: list[tuple[object, object, object]]) -> None:
    text = render(("ONE", "TWO", "THREE"), rows)
    assert text.count("\n") == len(rows)
    assert all(char.isprintable() or char == "\n" or unicodedata.category(char) == "Zs" for char in text)


def test_columns_line_up_and_numbers_stand_to_the_right() -> None:
    assert render(("ID", "NAME"), [(5, "a"), (1234, "b")]) == "   ID  NAME\n    5  a\n1,234  b"


def test_wide_characters_take_two_columns() -> None:
    assert render(("A", "B"), [("小米", "x"), ("abcd", "y")]) == "A     B\n小米  x\nabcd  y"


def test_a_warning_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    printing.warn("two lines\nof \x1b[31mred\N{NO-BREAK SPACE}: text")
    assert capsys.readouterr().err == "two lines\nof ?[31mred\N{NO-BREAK SPACE}: text\n"


def test_cells() -> None:
    assert [plain(value) for value in (None, True, False, 12345, "a\x1b[2Jb", "x" * 100)] == [
        "–", "on", "off", "12,345", "a?[2Jb", "x" * 59 + "…",
    ]  # fmt: skip


def test_json_holds_dataclasses(capsys: pytest.CaptureFixture[str]) -> None:
    @dataclass
    class Thing:
        name: str

    printing.as_json([Thing("ö")])
    printing.json_line(Thing("x"))
    out = capsys.readouterr().out
    assert out.endswith('{"name": "x"}\n')
    assert json.loads(out[: out.index("]") + 1]) == [{"name": "ö"}]


def test_moments() -> None:
    assert printing.when(None) is None
    assert len(printing.when(1_800_000_000) or "") == len("2027-01-15 08:00")
