# SPDX-License-Identifier: GPL-3.0-or-later
"""By whom a rule was made."""

from contextlib import closing
from typing import Any

import pytest

from store.base.db import connect
from store.config import edit
from store.household import changes, undo
from webui.rules.rule_history import makers

pytestmark = [pytest.mark.web, pytest.mark.database]


def test_who_made_each(visitor: Any) -> None:
    visitor.form("/rules", kind="block", name="ads.example")
    number = edit.rules(visitor.engine())[0].id
    other = edit.add_rule(visitor.engine(), "block", "b.example")
    edit.remove_rule(visitor.engine(), other)
    undo.undo(visitor.engine(), changes.changes(visitor.engine())[0].id)
    with closing(connect(visitor.home.state / "config.db")) as con:
        made = makers(con, [number, other, 99])
    assert set(made) == {number, other} and str(made[number])
    assert str(made[number]) in visitor.get("/blocklists/rules").text
