# SPDX-License-Identifier: GPL-3.0-or-later
"""Many addresses of lists in one form: all, or none with what is wrong beside the field."""

from __future__ import annotations

from typing import Any

import pytest

from store.config import lists
from store.household.undo import undo_last

pytestmark = [pytest.mark.web, pytest.mark.database]


def added(visitor: Any) -> list[str]:
    return sorted(view.source for view in lists.blocklists(visitor.engine()) if view.kind == "added")


def test_many_at_once(visitor: Any) -> None:
    text = "https://lists.example/a.txt\n\n# mine\nhttps://lists.example/b.txt\n"
    response = visitor.form("/blocklists/add/many", addresses=text)
    assert response.headers["location"] == "/blocklists?notice=added-many"
    assert added(visitor) == ["https://lists.example/a.txt", "https://lists.example/b.txt"]
    undo_last(visitor.engine())  # one change
    assert added(visitor) == []
    assert "The lists are on for the whole house" in visitor.get("/blocklists?notice=added-many").text


def test_what_is_wrong_is_told_with_its_line_and_nothing_is_added(visitor: Any) -> None:
    response = visitor.form("/blocklists/add/many", addresses="https://lists.example/a.txt\n<b>x\n/etc/passwd\n")
    assert response.status_code == 422 and added(visitor) == []
    assert "Line 2, &lt;b&gt;x: " in response.text and "Line 3, /etc/passwd: A file of this machine" in response.text
