# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue's filters each take away what does not fit, and suggestions are of companies that a home asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from store.config.choices import ListKind
from store.config.lists import BlocklistView
from webui.lists.catalogue_view import MAX_SUGGESTED, Filters, breaks, entries, fitting, suggestions
from webui.views import blocklists_view


def views() -> list[BlocklistView]:
    return [
        BlocklistView(
            id=entry.id, kind=ListKind.CATALOGUE, title=entry.title, source=entry.source, format=None, allow=False,
            about=entry.about, licence=entry.licence, purpose=entry.purpose, size=entry.size, homepage=entry.homepage,
            added_at=0, on=entry.on, level=None, toggles=(), status=None,
        )
        for entry in entries().values()
    ]  # fmt: skip


def ids(filters: Filters, seen: tuple[str, ...] = ()) -> set[str]:
    pairs = [(view, blocklists_view.plain(view, {}, {})) for view in views()]
    return {shown.id for group in fitting(pairs, filters, seen) for shown in group.lists}


def test_without_filters_all_are_there() -> None:
    assert ids(Filters()) == set(entries()) and not Filters().any


@pytest.mark.parametrize(
    ("filters", "good"),
    [
        (Filters(purpose="malware"), lambda entry: entry.purpose == "malware"),
        (Filters(size="small"), lambda entry: entry.size == "small"),
        (Filters(breaks="often"), lambda entry: entry.breaks == "often"),
        (Filters(state="on"), lambda entry: entry.on),
        (Filters(state="off", purpose="ads"), lambda entry: not entry.on and entry.purpose == "ads"),
        (Filters(q="vietnam"), lambda entry: entry.region == "Vietnam"),
        (Filters(seen=True), lambda entry: entry.company == "Xiaomi"),
    ],
)
def test_each_filter_takes_away_what_does_not_fit(filters: Filters, good: object) -> None:
    assert callable(good)
    assert ids(filters, ("Xiaomi",)) == {entry.id for entry in entries().values() if good(entry)} != set()


def test_suggestions_are_off_and_asked_for_most() -> None:
    asked = {"Xiaomi": 10, "Samsung": 90, "Apple": 20, "Amazon": 5, "Nobody": 999}
    found = suggestions(views(), asked)
    assert [each.id for each in found][:2] == ["hagezi-native-samsung", "hagezi-native-apple"]
    assert len(found) == MAX_SUGGESTED and "asked Samsung 90 times" in found[0].why
    on = [replace(view, on=view.id == "goodbyeads-samsung") for view in views()]
    assert "hagezi-native-samsung" not in {each.id for each in suggestions(on, asked)}, "one of its lists is on"
    assert suggestions(views(), {}) == []


def test_how_often_a_list_breaks_something_is_said() -> None:
    assert breaks("hagezi-ultimate") == "often" and breaks("hagezi-light") == "hardly ever" and breaks("x") == ""
