# SPDX-License-Identifier: GPL-3.0-or-later
"""What a line of the page of changes shows."""

from store.base.sentences import say
from store.history.recording import RowChange
from store.household.changes import ChangeView
from webui.views.changes_view import Altered, line


def test_only_columns_that_differ() -> None:
    rows = (
        RowChange("toggle", {"id": 1, "on": 0, "level": None}, {"id": 1, "on": 1, "level": None}),
        RowChange("rule", {"id": 2, "name": "x", "answer": None}, None),
    )
    view = ChangeView(3, 5, say("anna"), say("x is on."), "token", None, None, say(""), 9, rows)
    shown = line(view)
    assert shown.rows == (
        Altered("toggle", (("on", "0", "1"),)), Altered("rule", (("id", "2", ""), ("name", "x", ""))),
    )  # fmt: skip
    assert (shown.more, shown.undoable) == (7, True)
