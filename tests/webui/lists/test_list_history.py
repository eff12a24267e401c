# SPDX-License-Identifier: GPL-3.0-or-later
"""The changes that altered a list or one of its toggles, and no other's."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from store.base import db
from store.config import edit
from webui.lists.list_history import FEW, of_list

pytestmark = [pytest.mark.web, pytest.mark.database]


def test_only_its_own_changes_are_told(visitor: Any) -> None:
    for number in range(FEW + 3):
        edit.set_toggle(visitor.engine(), "pack:tv", "house", number % 2 == 1)
    edit.set_toggle(visitor.engine(), "hagezi-pro", "house", True)
    with closing(db.connect(visitor.home.state / "config.db", read_only=True)) as con:
        of_pack, of_pro = of_list(con, "pack:tv"), of_list(con, "hagezi-pro")
        assert of_list(con, "pack:t") == []
    assert len(of_pack) == FEW and [change.id for change in of_pack] == sorted(
        (change.id for change in of_pack), reverse=True
    )  # fmt: skip
    assert [str(change.what) for change in of_pro] == ["HaGeZi Pro is on for the whole house."]
