# SPDX-License-Identifier: GPL-3.0-or-later
"""What lists broke: names that people let through, at each list that would block them."""

from __future__ import annotations

import time
from typing import Any

import pytest

from store.config import edit
from store.household import exceptions
from webui.lists.index_now import index_now
from webui.lists.let_through_names import allowed_names, let_through

pytestmark = [pytest.mark.database, pytest.mark.web]


def test_rules_and_exceptions_stand_at_the_lists_that_would_block(visitor: Any) -> None:
    engine = visitor.engine()
    edit.add_rule(engine, "allow", "data.mistat.xiaomi.com")
    edit.add_rule(engine, "block", "other.example")
    edit.add_rule(engine, "allow", "^x", form="regex")
    exceptions.let_through(engine, "device:1", "sdkconfig.ad.xiaomi.com", int(time.time()) + 900)
    names = allowed_names(engine)
    assert names == ["sdkconfig.ad.xiaomi.com", "data.mistat.xiaomi.com"]
    index = index_now(visitor.home.state)
    assert let_through(index, names, ["pack:xiaomi"]) == {"pack:xiaomi": names}
    assert let_through(index, ["nothing.example"], ["pack:xiaomi"]) == {}
