# SPDX-License-Identifier: GPL-3.0-or-later
"""How much to block: three choices, each one change; skipping; coming back."""

from __future__ import annotations

import re
from typing import Any

import pytest

from store.config import edit, lists
from store.household import changes
from webui.frame import first_run_marks

pytestmark = [pytest.mark.web, pytest.mark.database]


def state_of(browser: Any) -> dict[str, tuple[bool, str]]:
    return {view.id: (view.on, str(view.level)) for view in lists.blocklists(browser.engine())}


def test_what_is_in_force_is_marked_and_its_cost_said(visitor: Any) -> None:
    page = visitor.get("/setup/block").text
    assert page.count('name="choice"') == 3 and page.count(" checked") == 1
    assert 'value="light" checked' in page and "of memory" in page and "at most" in page


def test_before_lists_are_fetched_each_choice_says_which_it_takes_and_what_it_blocks_at_once(visitor: Any) -> None:
    """Two of the three said the same number, of the size that their lists may have."""
    page = visitor.get("/setup/block").text
    said = re.findall(r"([\d,]+) names at once; with (HaGeZi [^,]+), once it is fetched, at most [\d,]+", page)
    assert [title for _, title in said] == ["HaGeZi Normal", "HaGeZi Pro"] and "With HaGeZi Light: " in page
    recommended, strict = (int(count.replace(",", "")) for count, _ in said)
    assert 0 < recommended < strict, "the packs' level is what differs before anything is fetched"


def test_a_choice_is_one_change_and_leaves_the_rest(visitor: Any) -> None:
    edit.set_toggle(visitor.engine(), "pack:roku", "house", False)
    edit.set_toggle(visitor.engine(), "oisd-small", "house", True)
    count = len(changes.changes(visitor.engine(), limit=100))
    assert visitor.form("/setup/block", choice="strict").headers["location"] == "/setup/makers"
    now = state_of(visitor)
    assert now["hagezi-pro"][0] and not now["hagezi-light"][0] and now["pack:xiaomi"] == (True, "strict")
    assert not now["pack:roku"][0] and now["oisd-small"][0], "nobody asked for these"
    assert len(changes.changes(visitor.engine(), limit=100)) == count + 1
    assert 'value="strict" checked' in visitor.get("/setup/block").text
    visitor.form("/setup/block", choice="strict")
    assert len(changes.changes(visitor.engine(), limit=100)) == count + 1, "it was so already"
    visitor.form("/setup/block", choice="light")
    assert state_of(visitor)["pack:xiaomi"] == (True, "safe")


def test_no_choice_is_said(visitor: Any) -> None:
    response = visitor.form("/setup/block", choice="everything")
    assert response.status_code == 422 and "Choose one of the three" in response.text


def test_a_mix_of_one_s_own_is_none_of_the_three(visitor: Any) -> None:
    edit.set_level(visitor.engine(), "pack:xiaomi", "everything")
    page = visitor.get("/setup/block").text
    assert " checked" not in page and "mix of your own" in page


def test_each_step_can_be_skipped_and_is_remembered(begun: Any) -> None:
    csrf = begun.get("/setup/block").text.partition('name="csrf-token" content="')[2].partition('"')[0]
    for step, following in (("block", "makers"), ("makers", "router"), ("router", "check")):
        assert begun.post(f"/setup/{step}/skip", data={"csrf": csrf}).headers["location"] == f"/setup/{following}"
    assert first_run_marks.done(begun.home.state) == {"block", "makers", "router"}
    assert begun.get("/setup").headers["location"] == "/setup/check"
    assert begun.post("/setup/nothing/skip", data={"csrf": csrf}).headers["location"] == "/setup"
    assert begun.post("/setup/check", data={"csrf": csrf}).headers["location"] == "/"
    assert not first_run_marks.is_open(begun.home.state)
    assert 'href="/setup/check"' not in begun.get("/").text
