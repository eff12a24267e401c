# SPDX-License-Identifier: GPL-3.0-or-later
"""GET /evidence/worth."""

from __future__ import annotations

from typing import Any

import pytest

from webui.route_table import PREFIX

pytestmark = [pytest.mark.process, pytest.mark.web]

CALL = f"{PREFIX}/evidence/worth"


def test_each_list_that_is_on_has_its_worth(visitor: Any) -> None:
    answer = visitor.get(CALL, params={"from": "-24h"})
    assert answer.status_code == 200, answer.text
    worth, sql = answer.json(), visitor.home.sql
    assert worth["queries"] == sql("SELECT count(*) FROM queries")[0][0]
    lists = {each["id"]: each for each in worth["lists"]}
    hits = sql("SELECT count(*) FROM queries WHERE list = 'pack:xiaomi' AND verdict = 'BLOCK'")[0][0]
    assert lists["pack:xiaomi"]["hits"] == hits > 0
    assert lists["pack:xiaomi"]["overlap"][0]["id"] == "hagezi-light"
    assert "hagezi-light" in worth["lose_nothing"] and "pack:xiaomi" not in worth["lose_nothing"]


def test_what_is_no_range_is_refused(visitor: Any) -> None:
    assert visitor.get(CALL, params={"from": "soon"}).status_code == 422
