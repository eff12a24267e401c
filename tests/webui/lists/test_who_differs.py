# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has it otherwise than the house: all of it is told, and nothing that is the house's."""

from __future__ import annotations

from dataclasses import replace

from store.config.choices import ListKind, PackLevel
from store.config.lists import BlocklistView, ToggleView
from webui.lists.who_differs import MAX_COLUMNS, differences

LIST = BlocklistView(
    id="a-list", kind=ListKind.CATALOGUE, title="A list", source="https://lists.example/a", format=None, allow=False,
    about="", licence="", purpose="ads", size="small", homepage="", added_at=0, on=True, level=None, toggles=(),
    status=None,
)  # fmt: skip
NAMES = {"house": "the house", "device:1": "TV", "device:2": "Phone", "group:1": "Children"}


def test_only_what_differs_is_told() -> None:
    toggles = (
        ToggleView("house", True, None), ToggleView("device:1", False, None), ToggleView("device:2", True, None),
        ToggleView("group:1", True, None, schedule=3),
    )  # fmt: skip
    told = differences([replace(LIST, toggles=toggles), replace(LIST, id="b", title="B")], NAMES)
    assert [(column.title, column.href) for column in told.columns] == [
        ("Children", "/groups/1"), ("TV", "/devices/1")
    ]  # fmt: skip
    assert [(row.title, row.house, row.cells) for row in told.rows] == [("A list", "on", ("on, at times", "off"))]


def test_levels_of_packs_are_told() -> None:
    pack = replace(
        LIST, id="pack:x", kind=ListKind.PACK, level=PackLevel.SAFE,
        toggles=(ToggleView("device:2", True, PackLevel.STRICT), ToggleView("device:1", True, PackLevel.SAFE)),
    )  # fmt: skip
    told = differences([pack], NAMES)
    assert [column.title for column in told.columns] == ["Phone"]
    assert told.rows[0].house == "safe" and told.rows[0].cells == ("strict",)


def test_many_devices_are_counted() -> None:
    toggles = tuple(ToggleView(f"device:{number}", False, None) for number in range(1, MAX_COLUMNS + 4))
    told = differences([replace(LIST, toggles=toggles)], {})
    assert len(told.columns) == MAX_COLUMNS and told.left_out == 3
    assert differences([LIST], NAMES).rows == ()
