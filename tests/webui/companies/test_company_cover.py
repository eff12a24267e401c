# SPDX-License-Identifier: GPL-3.0-or-later
"""What blocks a name for somebody, and which lists have it: as the policy and the index of a home say."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from store.base import db
from store.config import edit
from store.household import policy
from webui.companies import company_cover

NAME = "data.mistat.xiaomi.com"


def of_house(visitor: Any, name: str = NAME) -> company_cover.NameCover:
    with closing(db.connect(visitor.home.state / "config.db", read_only=True)) as con:
        house = policy.load(con).default
    [cover] = company_cover.covers([name], company_cover.open_index(visitor.home.state), house)
    return cover


def test_a_pack_that_is_on_blocks(visitor: Any) -> None:
    cover = of_house(visitor)
    assert cover.blocked and cover.by == "pack:xiaomi"
    assert "pack:xiaomi" in dict(cover.lists)


def test_a_pack_that_is_off_has_the_name(visitor: Any) -> None:
    edit.set_toggle(visitor.engine(), "pack:xiaomi", "house", False)
    cover = of_house(visitor)
    assert (cover.blocked, cover.by) == (True, "hagezi-light") and dict(cover.lists)["pack:xiaomi"] == "safe"
    edit.set_toggle(visitor.engine(), "hagezi-light", "house", False)
    assert not of_house(visitor).blocked and of_house(visitor).lists == cover.lists


@pytest.mark.parametrize(("kind", "blocked"), [("allow", False), ("block", True)])
def test_a_rule_of_the_home_wins(visitor: Any, kind: str, blocked: bool) -> None:
    edit.add_rule(visitor.engine(), kind, "xiaomi.com")
    assert replace(of_house(visitor), lists=()) == company_cover.NameCover(NAME, blocked, "", ())


def test_what_no_list_has(visitor: Any) -> None:
    assert of_house(visitor, "no.such.example") == company_cover.NameCover("no.such.example", False, "", ())


def test_without_an_index_nothing_is_covered(tmp_path: Path) -> None:
    assert len(company_cover.open_index(tmp_path)) == 0
