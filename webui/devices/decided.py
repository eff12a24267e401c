# SPDX-License-Identifier: GPL-3.0-or-later
"""What is decided for a device, and whose word each of it is: its own, a group's or the house's. Pure, but for reading.

What holds is combined by `store.household.combination` and `safe_search_words`, as for whoever answers.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.config.choices import ListKind
from store.config.devices import DeviceRow
from store.config.lists import BlocklistView
from store.config.scopes import HOUSE, Scope
from store.config.scopes import device as device_scope
from store.config.scopes import group as group_scope
from store.config.settings import Settings
from store.household import combination, safe_search_words, schedule_times, scope_words
from store.household.policy_values import Rule
from store.household.safe_search_words import Chosen
from store.household.scope_words import ScopeWords, Toggles

SETTING = ""  # in place of a scope: a setting of the house says so


@dataclass(frozen=True, slots=True)
class ListWord:
    """What holds of one list for the device: `on`, at `level` for a pack, by the word of `scope`.

    `own`: what is said for the device alone, None where nothing is; `wider`: what holds without that, by `wider_scope`.
    """

    view: BlocklistView
    on: bool
    level: str | None
    scope: Scope
    own: tuple[bool, str | None] | None
    wider: tuple[bool, str | None]
    wider_scope: Scope


@dataclass(frozen=True, slots=True)
class Decided:
    """Everything that holds for a device now. `engines` of safe search come with whose word they are.

    `rules`: of the home's own, with the scope that each is for. `timed`: whether a group takes its access at times.
    """

    lists: tuple[ListWord, ...]
    engines: tuple[tuple[str, str, Scope | None], ...]
    rules: tuple[tuple[Scope, Rule], ...]
    modes: Mapping[str, str]
    groups: Mapping[int, str]
    timed: bool
    upstreams: tuple[str, ...]
    answer: str


def decided(
    con: sqlite3.Connection, settings: Settings, row: DeviceRow, views: Iterable[BlocklistView], now_s: int
) -> Decided:
    """As of a moment, Unix seconds. Raises sqlite3.Error."""
    words = scope_words.read(con, schedule_times.holding(con, now_s).value, now_s)
    of_groups = {number: words.get(group_scope(number), ScopeWords()) for number in row.groups}
    own, house = words.get(device_scope(row.id), ScopeWords()), words.get(HOUSE, ScopeWords())
    scopes = (device_scope(row.id), *map(group_scope, row.groups), HOUSE)
    saying = {scope: words[scope] for scope in scopes if scope in words}
    several = list(of_groups.values())
    engines = safe_search_words.combined(settings.safe_search, house.engines, [each.engines for each in several],
                                         own.engines)  # fmt: skip
    return Decided(
        tuple(_list_words(views, own, of_groups, house, device_scope(row.id))),
        tuple(_engine_words(engines, saying)),
        tuple((scope, rule) for scope in scopes if scope in saying for rule in saying[scope].rules),
        {**combination.modes_together(each.modes for each in several), **own.modes},
        {number: each.name for number, each in of_groups.items()},
        _is_timed(con, row.groups),
        next((each.upstreams for each in several if each.upstreams), ()),
        next((each.answer for each in several if each.answer), ""),
    )  # fmt: skip


def _is_timed(con: sqlite3.Connection, groups: Iterable[int]) -> bool:
    rows = con.execute('SELECT id FROM "group" WHERE schedule_id IS NOT NULL')
    return not {number for (number,) in rows}.isdisjoint(groups)


def _list_words(
    views: Iterable[BlocklistView], own: ScopeWords, groups: Mapping[int, ScopeWords], house: ScopeWords, device: Scope
) -> Iterable[ListWord]:
    wider = combination.over(combination.together([each.toggles for each in groups.values()]), house.toggles)
    whole = combination.over(own.toggles, wider)
    for view in views:
        without = wider.get(view.id, (False, None))
        on, level = whole.get(view.id, (False, None))
        yield ListWord(
            view, on, _level(view, on, level), _scope_of(view.id, own.toggles, groups, device),
            own.toggles.get(view.id), (without[0], _level(view, *without)), _scope_of(view.id, {}, groups, device),
        )  # fmt: skip


def _level(view: BlocklistView, on: bool, level: str | None) -> str | None:
    """A pack that is on has a level, at least the lowest."""
    if view.kind != ListKind.PACK or not on:
        return None
    return level or "safe"


def _scope_of(blocklist: str, own: Toggles, groups: Mapping[int, ScopeWords], device: Scope) -> Scope:
    """Whose word it is; of several groups, one that turns it on."""
    if blocklist in own:
        return device
    saying = [number for number, words in groups.items() if blocklist in words.toggles]
    on = [number for number in saying if groups[number].toggles[blocklist][0]]
    return group_scope((on or saying)[0]) if saying else HOUSE


def _engine_words(
    engines: Chosen, saying: Mapping[Scope, ScopeWords]
) -> Sequence[tuple[str, str, Scope | None]]:
    """(engine, level, whose word); None: the setting's."""
    return [
        (engine, level, next((scope for scope, words in saying.items() if engine in words.engines), None))
        for engine, level in engines
    ]
