# SPDX-License-Identifier: GPL-3.0-or-later
"""GET /evidence/updates: the shape, over an answer that is made up, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.whatif.update_values import UpdatedName, UpdateEffect, UpdateEffects
from webui.evidence.updates_api import shape
from webui.route_table import PREFIX

CALL = f"{PREFIX}/evidence/updates"


def test_an_answer_has_names_with_their_queries() -> None:
    names = (UpdatedName("new.example", 5),)
    answer = UpdateEffects(0, 1_000_000, 9, (UpdateEffect("mine", "Mine", 1_790_000_000, names, ()),))
    assert shape(answer).model_dump(by_alias=True) == {
        "from": "1970-01-01T00:00:00.000Z", "to": "1970-01-01T00:00:01.000Z", "queries": 9, "next": None,
        "items": [{
            "id": "mine", "title": "Mine", "changed_at": "2026-09-21T14:13:20.000Z",
            "blocked": [{"name": "new.example", "queries": 5}], "freed": [],
        }],
    }  # fmt: skip


@pytest.mark.process
@pytest.mark.web
def test_a_home_without_updates_has_none(visitor: Any) -> None:
    answer = visitor.get(CALL, params={"from": "-1h"})
    assert answer.status_code == 200 and answer.json()["items"] == []
    assert visitor.get(CALL, params={"from": "soon"}).status_code == 422
