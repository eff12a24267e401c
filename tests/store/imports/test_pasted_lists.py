# SPDX-License-Identifier: GPL-3.0-or-later
"""Many addresses are added as one change, or none of them with what is wrong with each."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.config import edit, lists
from store.config.choices import ListKind
from store.config.session import EditError
from store.imports import pasted_lists

pytestmark = pytest.mark.database

TEXT = "# mine\n\nhttps://lists.example/a.txt # the first\nhttps://lists.example/b.txt\nhttps://lists.example/a.txt\n"


def added(engine: edit.Engine) -> list[str]:
    return [view.source for view in lists.blocklists(engine) if view.kind == ListKind.ADDED]


def test_all_of_them_are_added_each_once(state: Path) -> None:
    engine = edit.engine(state)
    assert pasted_lists.add_all(engine, TEXT) == 2
    assert sorted(added(engine)) == ["https://lists.example/a.txt", "https://lists.example/b.txt"]
    assert all(lists.blocklist(engine, view.id).toggles for view in lists.blocklists(engine) if view.kind == "added")
    with pytest.raises(EditError, match=r"Line 3, https://lists.example/a.txt: This list is here already, as 'added:"):
        pasted_lists.add_all(engine, TEXT)


def test_with_a_line_that_is_none_nothing_is_added_and_each_is_told_of(state: Path) -> None:
    engine = edit.engine(state)
    with pytest.raises(EditError) as error:
        pasted_lists.add_all(engine, f"{TEXT}gopher://x\n/etc/passwd\nhttps://lists.example/c.txt\nexample.com\n")
    told = str(error.value)
    assert "Line 6, gopher://x: " in told and "Line 7, /etc/passwd: " in told and "Line 9, example.com: " in told
    assert "Line 8" not in told and added(engine) == []


@pytest.mark.parametrize("text", ["", "\n# nothing\n", "https://lists.example/x\n" * 1001])
def test_nothing_and_too_much(text: str, state: Path) -> None:
    with pytest.raises(EditError):
        pasted_lists.add_all(edit.engine(state), text)
