# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3

import pytest

from store.config.engine import Engine
from store.history import undo_words
from store.household import groups, undo
from store.household.changes import changes

pytestmark = pytest.mark.database


def test_what_is_undone_and_what_holds_again_is_said_with_how_many(engine: Engine, con: sqlite3.Connection) -> None:
    for name in ("Kids", "Guests"):
        groups.add_group(engine, name)
    second, first = (view.id for view in changes(engine)[:2])
    assert undo_words.of(con, [first]) == "Undone: The group Kids is made."
    both = undo_words.of(con, [second, first])
    assert both == "Undone: 2 changes, the newest of them: The group Guests is made."
    undo.undo_several(engine, [first, second])
    assert undo_words.of(con, [changes(engine)[0].id]) == f"Again{both.removeprefix('Undone')}"
    assert sorted(undo_words.undid(con, changes(engine)[0].id)) == [first, second]


def test_of_a_change_that_is_not_there_nothing_is_said(con: sqlite3.Connection) -> None:
    assert undo_words.of(con, [99]) is undo_words.of(con, [99, 98]) is None
