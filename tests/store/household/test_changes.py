# SPDX-License-Identifier: GPL-3.0-or-later
"""The history as people see it."""

from pathlib import Path

import pytest

from store.base.db import open_config
from store.config import edit, lists
from store.history import acting
from store.history.acting import Acting, Origin
from store.household import groups
from store.household.changes import MAX_SHOWN_ROWS, change, changes

pytestmark = pytest.mark.database


def test_the_newest_first_page_by_page(tmp_path: Path) -> None:
    open_config(tmp_path)
    e = edit.engine(tmp_path)
    for number in range(5):
        groups.add_group(e, f"Group {number}")
    page = changes(e, limit=2)
    assert [str(view.what) for view in page] == ["The group Group 4 is made.", "The group Group 3 is made."]
    assert [view.id for view in changes(e, page[-1].id, 9)] == [3, 2, 1]
    assert changes(e, 1) == [] and change(e, 99) is None


def test_who_is_said_with_the_name_that_the_device_has(tmp_path: Path) -> None:
    open_config(tmp_path)
    e = edit.engine(tmp_path)
    with acting.as_(Acting(Origin.COMMAND, "root")) as by:
        groups.add_group(e, "Kids")
    assert [(view.who, view.origin) for view in changes(e)] == [("root", "command")]
    assert by.changes == [1]


def test_secrets_of_a_source_are_not_shown_but_come_back(tmp_path: Path) -> None:
    from store.household.undo import undo_last

    open_config(tmp_path)
    e = edit.engine(tmp_path)
    with acting.as_(Acting(Origin.COMMAND, "root")):
        list_id = lists.add_blocklist(e, "https://user:hunter2@lists.example/a.txt")
        lists.remove_blocklist(e, list_id)
        assert "hunter2" not in str(changes(e))
        undo_last(e)
    with edit.reading(e) as session:
        assert "hunter2" in session.connection().exec_driver_sql("SELECT source FROM blocklist").scalar_one()


def test_of_a_large_change_some_rows_are_shown(tmp_path: Path) -> None:
    open_config(tmp_path)
    e = edit.engine(tmp_path)
    with edit.writing(e, "Many."):
        for number in range(MAX_SHOWN_ROWS + 5):
            groups.add_group(e, f"Group {number}")
    [view] = changes(e)
    assert (view.altered, len(view.rows)) == (MAX_SHOWN_ROWS + 5, MAX_SHOWN_ROWS)
