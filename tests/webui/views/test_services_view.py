# SPDX-License-Identifier: GPL-3.0-or-later
"""Services and engines as the pages show them."""

from typing import Any

from store.config.choices import ListKind, SearchEngine
from store.config.lists import BlocklistView, ToggleView
from store.household.safe_search_edit import SafeSearchView
from webui.views import services_view


def view(service: str = "tiktok", *toggles: ToggleView, on: bool = False) -> BlocklistView:
    values: dict[str, Any] = dict.fromkeys(
        ("source", "about", "licence", "purpose", "size", "homepage"), ""
    ) | {"format": None, "allow": False, "added_at": 0, "level": None, "status": None}
    return BlocklistView(
        id=f"service:{service}", kind=ListKind.SERVICE, title=service.title(), on=on, toggles=toggles, **values
    )


def shown(service: BlocklistView, scope: str) -> services_view.ServiceView:
    return services_view.service(service, scope, {service.id: 4}, {"house": "the house", "device:3": "Phone"})


def test_what_a_scope_says_or_nothing() -> None:
    told = view("tiktok", ToggleView("device:3", False, None, 7), ToggleView("house", True, None), on=True)
    assert (shown(told, "house").state, shown(told, "house").schedule) == ("on", "")
    assert (shown(told, "device:3").state, shown(told, "device:3").schedule) == ("off", "7")
    assert shown(told, "device:4").state == "inherit"
    assert shown(view(), "house").state == "off"
    assert shown(told, "house").overrides == ("off for Phone",) and shown(told, "device:3").overrides == ()
    assert shown(told, "house").hits == 4


def test_categories_stand_in_the_order_of_the_page_and_what_is_gone_before_them() -> None:
    gone = shown(view("friendster"), "house")
    assert not gone.known and gone.names == ()
    pairs = [("gambling", shown(view("bet365"), "house")), ("social", shown(view(), "house")), ("social", gone)]
    titles = [category.title for category in services_view.by_category(pairs)]
    assert titles == ["No longer known", "Social networks", "Gambling"]


def test_every_word_of_a_search_must_occur() -> None:
    views = [shown(view(), "house"), shown(view("facebook"), "house")]
    assert services_view.matching(views, "fbcdn") == [views[1]]
    assert services_view.matching(views, "  TikTok muscdn ") == [views[0]]
    assert services_view.matching(views, "tiktok fbcdn") == []
    assert services_view.matching(views, "") == views


def test_engines_with_their_states_youtube_by_level() -> None:
    said = [SafeSearchView("house", SearchEngine.YOUTUBE, True, "moderate", 5)]
    engines = {view.engine: view for view in services_view.engines(said, "house")}
    assert (engines["youtube"].state, engines["youtube"].schedule) == ("moderate", "5")
    assert [value for value, _ in engines["youtube"].states] == ["inherit", "strict", "moderate", "off"]
    assert engines["bing"].state == "inherit"
    assert {view.state for view in services_view.engines(said, "device:1")} == {"inherit"}
