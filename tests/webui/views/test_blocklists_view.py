# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocklists shaped for the page."""

from dataclasses import replace

from store.config.choices import ListPurpose
from store.config.list_status import ListUpdate
from store.config.lists import BlocklistView, ToggleView
from webui.views import blocklists_view

PACK = BlocklistView(
    "pack:xiaomi", "pack", "Xiaomi", "", None, False, "What it is.", "", "", "", "", 0, True, "safe", (), None
)  # fmt: skip
LIST = replace(PACK, id="a-list", kind="catalogue", level=None, homepage="https://lists.example/")


def test_a_pack_that_is_off_says_off_and_keeps_its_counts() -> None:
    shown = blocklists_view.pack(replace(PACK, on=False), {}, {})
    assert shown.state == "off"
    assert [level.key for level in shown.levels] == ["off", "safe", "strict", "everything"]
    assert all(level.names is not None for level in shown.levels)


def test_overrides_are_only_what_differs_from_the_house() -> None:
    toggles = (
        ToggleView("house", True, "safe"),
        ToggleView("device:1", True, None),
        ToggleView("device:2", False, None),
        ToggleView("device:3", True, "strict"),
        ToggleView("group:1", False, None),
    )
    view = replace(PACK, toggles=toggles)
    names = {"device:2": "TV", "device:3": "Phone", "group:1": "Children"}
    assert blocklists_view.overrides(view, names) == ("off for Children and TV", "strict for Phone")


def test_a_list_counts_names_only_after_it_was_fetched() -> None:
    assert blocklists_view.plain(LIST, {}, {}).names is None
    status = ListUpdate(checked_at=1, error="It is HTML.")
    assert blocklists_view.plain(replace(LIST, status=status), {}, {}).names is None
    status = ListUpdate(fetched_at=1, block_names=100, allow_names=5, skipped={"comment": 3, "regex": 1})
    shown = blocklists_view.plain(replace(LIST, status=status), {"a-list": 12}, {})
    assert (shown.names, shown.skipped, shown.hits) == (105, 4, 12)


def test_a_homepage_is_a_web_page_or_nothing() -> None:
    assert blocklists_view.plain(LIST, {}, {}).homepage == "https://lists.example/"
    assert blocklists_view.plain(replace(LIST, homepage="javascript:alert(1)"), {}, {}).homepage == ""


def test_every_purpose_of_the_catalogue_has_its_heading() -> None:
    assert list(ListPurpose) == list(blocklists_view.PURPOSES)


def test_groups_come_in_the_order_of_the_page() -> None:
    shown = blocklists_view.plain(LIST, {}, {})
    groups = blocklists_view.grouped([("family", shown), ("odd", shown), ("general", shown), ("general", shown)])
    assert [group.title for group in groups] == ["Ads and trackers in general", "Not for children", "Odd"]
    assert groups[0].said == "2 of 2 on"


def test_packs_that_blocked_today_come_first() -> None:
    packs = [blocklists_view.pack(replace(PACK, id=f"pack:{t}", title=t), {"pack:b": 3}, {}) for t in "cab"]
    assert [pack.title for pack in blocklists_view.packs_first(packs)] == ["b", "a", "c"]


def test_the_first_sentence_counts() -> None:
    packs = [blocklists_view.pack(PACK, {}, {}), blocklists_view.pack(replace(PACK, on=False), {}, {})]
    line = blocklists_view.said(packs, [blocklists_view.plain(LIST, {}, {})])
    assert line == "1 of 2 vendor packs and 1 of 1 lists are on. 1 list will be fetched soon."
