# SPDX-License-Identifier: GPL-3.0-or-later
"""Which lists were on for which device at a moment of the past: what holds now, with each change taken back. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from store.config import scopes
from store.config.choices import PackLevel
from store.config.scopes import HOUSE, Scope

SECOND_US = 1_000_000
MAX_STEPS = 2_000  # changes of these tables that are taken back; what was before is not known
TABLES = ("toggle", "device_group", "blocklist")
_RANK = {str(level): rank for rank, level in enumerate(PackLevel)}

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Altered:
    """One row of config.db before and after a change, at `at_s`, Unix seconds; None: there was none."""

    at_s: int
    table: str
    before: Row | None
    after: Row | None


@dataclass(frozen=True, slots=True)
class Toggle:
    """What a scope says of a list; `scheduled`: inside a schedule alone."""

    on: bool
    level: str | None = None
    scheduled: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """Whether a list is on for a device, a pack at which level, and whose word that is; scope None: nobody's."""

    on: bool = False
    level: str | None = None
    scheduled: bool = False
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What held between two changes: toggles by scope and list, groups by device, the lists that were installed."""

    toggles: Mapping[Scope, Mapping[str, Toggle]]
    groups: Mapping[int, frozenset[int]]
    lists: frozenset[str]

    def word(self, device: int, blocklist: str) -> Word:
        """As `store.household.combination`: the device's own word, else a group's, the stricter one, else the house's.

        A schedule is not looked at: what is on inside one is told as that.
        """
        house = self._said(HOUSE, blocklist)
        groups = [scopes.group(number) for number in sorted(self.groups.get(device, ()))]
        of_groups = [(scope, toggle) for scope in groups if (toggle := self._said(scope, blocklist))]
        of_groups.sort(key=lambda pair: (not pair[1].on, -_rank(pair[1].level)))
        own = self._said(scopes.device(device), blocklist)
        words = [*([(scopes.device(device), own)] if own else []), *of_groups[:1], *([(HOUSE, house)] if house else [])]
        if not words:
            return Word()
        level = next((toggle.level for _, toggle in words if toggle.level), None)
        scope, toggle = words[0]
        return Word(toggle.on, level, toggle.scheduled, scope)

    def _said(self, scope: Scope, blocklist: str) -> Toggle | None:
        return self.toggles.get(scope, {}).get(blocklist)


class Past:
    """What held when. `known_s`: since when the history has every change, Unix seconds."""

    def __init__(self, now: Standing, altered: Iterable[Altered], known_s: int = 0) -> None:
        """`altered`: what changed the three tables, the newest first, in the order in which it was done backwards."""
        self.now = now
        self._known_us = known_s * SECOND_US
        self._before: list[tuple[int, Standing]] = []  # (until when it held, what), the newest first
        for step, change in enumerate(altered):
            if step >= MAX_STEPS:
                self._known_us = max(self._known_us, change.at_s * SECOND_US)
                break
            standing = _without(self._before[-1][1] if self._before else now, change)
            if self._before and self._before[-1][0] == change.at_s * SECOND_US:
                self._before.pop()
            self._before.append((change.at_s * SECOND_US, standing))
        self._before.reverse()
        self._ends = [end for end, _ in self._before]

    def at(self, time_us: int) -> Standing | None:
        """What held at a moment, µs since 1970; None where that is not known."""
        if time_us < self._known_us:
            return None
        place = bisect_right(self._ends, time_us)
        return self._before[place][1] if place < len(self._ends) else self.now


def covers(word: Word, level: str | None) -> bool:
    """Whether a list that is on, or a pack at its level, takes in names of this level."""
    return word.on and (level is None or _rank(word.level) >= _rank(level))


def _rank(level: str | None) -> int:
    return _RANK.get(level or PackLevel.SAFE, 0)


def standing(toggles: Iterable[Row], memberships: Iterable[Row], lists: Iterable[str]) -> Standing:
    """From rows of the tables toggle and device_group, and the ids of blocklists."""
    toggles_of: dict[Scope, dict[str, Toggle]] = {}
    for row in toggles:
        scope = Scope.of_row(row["scope_kind"], row["scope_id"])
        toggles_of.setdefault(scope, {})[row["blocklist_id"]] = _toggle(row)
    groups: dict[int, frozenset[int]] = {}
    for row in memberships:
        groups[row["device_id"]] = groups.get(row["device_id"], frozenset()) | {row["group_id"]}
    return Standing(toggles_of, groups, frozenset(lists))


def _toggle(row: Row) -> Toggle:
    return Toggle(bool(row["on"]), row["level"], row["schedule_id"] is not None)


def _without(now: Standing, change: Altered) -> Standing:
    taken = now if change.after is None else _with(now, change.table, change.after, gone=True)
    return taken if change.before is None else _with(taken, change.table, change.before)


def _with(now: Standing, table: str, row: Row, gone: bool = False) -> Standing:
    if table == "toggle":
        scope, blocklist = Scope.of_row(row["scope_kind"], row["scope_id"]), row["blocklist_id"]
        toggles_of = {key: value for key, value in now.toggles.get(scope, {}).items() if key != blocklist}
        if not gone:
            toggles_of[blocklist] = _toggle(row)
        return replace(now, toggles={**now.toggles, scope: toggles_of})
    if table == "device_group":
        others = now.groups.get(row["device_id"], frozenset()) - {row["group_id"]}
        return replace(now, groups={**now.groups, row["device_id"]: others if gone else others | {row["group_id"]}})
    if table == "blocklist":
        return replace(now, lists=now.lists - {row["id"]} if gone else now.lists | {row["id"]})
    return now
