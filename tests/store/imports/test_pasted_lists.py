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


@pytest.mark.parametrize("text", ["", "\n# nothing\n"])
def test_nothing_is_told_as_such(text: str, state: Path) -> None:
    with pytest.raises(EditError, match="There is no address in it"):
        pasted_lists.add_all(edit.engine(state), text)


def test_more_than_may_be_added_are_none(state: Path) -> None:
    engine = edit.engine(state)
    text = "".join(f"https://lists.example/{number}.txt\n" for number in range(lists.MAX_ADDED))
    lists.add_blocklist(engine, "https://lists.example/mine.txt")
    with pytest.raises(EditError, match="Up to 200 lists can be added; here already: 1, in this text: 200"):
        pasted_lists.add_all(engine, text)
    assert added(engine) == ["https://lists.example/mine.txt"]
    assert pasted_lists.add_all(engine, text.partition("\n")[2]) == lists.MAX_ADDED - 1
