# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has which list otherwise than the house, as a table: a row a list, a column a group or device. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from store.base.sentences import say
from store.config.choices import ListKind
from store.config.lists import BlocklistView, ToggleView
from store.config.scopes import HOUSE, Scope, in_order
from store.names.list_anchor import page_of
from webui.views.labels import label

MAX_COLUMNS = 6  # that stand beside one another on a screen; who is left out is counted


@dataclass(frozen=True, slots=True)
class Column:
    """A group or a device, and where its own page switches lists."""

    scope: str
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Row:
    """`cells`: beside each column what it has, "" where that is the house's."""

    href: str
    title: str
    house: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """`left_out`: how many more groups and devices have something of their own."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    left_out: int


def differences(views: Iterable[BlocklistView], names: Mapping[str, str]) -> Differences:
    """`names`: scope → what people call it. Those with most of their own come first where not all have room."""
    own = {view.id: {toggle.scope: toggle for toggle in view.toggles if _differs(toggle, view)} for view in views}
    counted = Counter(scope for toggles in own.values() for scope in toggles)
    most = sorted(counted, key=lambda scope: (-counted[scope], names.get(scope, scope)))[:MAX_COLUMNS]
    ordered = in_order((scope, names.get(scope, scope)) for scope in most)
    columns = tuple(Column(scope, title, _page(scope)) for scope, title in ordered)
    rows = tuple(
        Row(
            page_of(view.id), view.title, _house(view),
            tuple(_told(own[view.id].get(column.scope)) for column in columns),
        )
        for view in views if any(column.scope in own[view.id] for column in columns)
    )  # fmt: skip
    return Differences(columns, rows, len(counted) - len(columns))


def _differs(toggle: ToggleView, view: BlocklistView) -> bool:
    if toggle.scope == str(HOUSE):
        return False
    return toggle.schedule is not None or toggle.on != view.on or (
        toggle.on and toggle.level not in (None, view.level)
    )  # fmt: skip


def _house(view: BlocklistView) -> str:
    if not view.on:
        return label("off")
    return label(view.level) if view.kind == ListKind.PACK and view.level else label("on")


def _told(toggle: ToggleView | None) -> str:
    if toggle is None:
        return ""
    state = (label(toggle.level) if toggle.level else label("on")) if toggle.on else label("off")
    return say("{state}, at times", state=state) if toggle.schedule is not None else state


def _page(scope: str) -> str:
    parsed = Scope.parse(scope)
    return f"/{parsed.kind}s/{parsed.number}"
