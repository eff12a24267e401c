# SPDX-License-Identifier: GPL-3.0-or-later
"""Safe search: what the house, each group and each device say of each engine, and how that becomes one. Plain sqlite3.

The narrower scope wins, as of a list; of several groups of one device the stricter: on where one has it on, at the
strictest level that one of those names. Where nobody says anything of an engine, the setting `safe_search` holds.
"""

import sqlite3
from collections.abc import Mapping, Sequence, Set

from store.config.choices import SearchEngine, YoutubeLevel
from store.config.known_settings import OFF
from store.config.scopes import Scope

Words = Mapping[str, tuple[bool, str]]  # engine → on, and the level that is named there
Chosen = tuple[tuple[str, str], ...]  # engines that are on, sorted, with their level; "" for one that has none

SILENT: Words = {}
_RANK = {"": 0} | {str(level): rank for rank, level in enumerate(YoutubeLevel, 1)}


def read(con: sqlite3.Connection, in_force: Set[int] = frozenset()) -> dict[Scope, Words]:
    """Every scope that says anything now: what has a schedule, only while that is `in_force` (ids of schedules).

    Raises sqlite3.Error. An engine that this version does not know, as a newer one may leave it, is passed over.
    """
    words: dict[Scope, dict[str, tuple[bool, str]]] = {}
    for kind, number, engine, on, level, schedule in con.execute(
        'SELECT scope_kind, scope_id, engine, "on", level, schedule_id FROM safe_search'
    ):
        if engine in tuple(SearchEngine) and (schedule is None or schedule in in_force):
            words.setdefault(Scope.of_row(kind, number), {})[engine] = (bool(on), level if level in _RANK else "")
    return dict(words)


def combined(setting: str, house: Words = SILENT, groups: Sequence[Words] = (), own: Words = SILENT) -> Chosen:
    """What holds for a device in these groups; `own`: what is said for it alone."""
    usual = {} if setting == OFF else {str(engine): (True, _level(engine, setting)) for engine in SearchEngine}
    merged = _over(own, _over(_together(groups), _over(house, usual)))
    return tuple(sorted((engine, _level(engine, level)) for engine, (on, level) in merged.items() if on))


def _level(engine: str, level: str) -> str:
    """The level of an engine that has some; it is strict where none is named."""
    return (level or YoutubeLevel.STRICT) if engine == SearchEngine.YOUTUBE else ""


def _over(narrow: Words, wide: Words) -> Words:
    """The narrower word wins; a level that it does not name is the wider one's."""
    merged = dict(wide)
    for engine, (on, level) in narrow.items():
        merged[engine] = on, level or wide.get(engine, (False, ""))[1]
    return merged


def _together(several: Sequence[Words]) -> Words:
    merged: dict[str, tuple[bool, str]] = {}
    for words in several:
        for engine, (on, level) in words.items():
            before_on, before = merged.get(engine, (False, ""))
            merged[engine] = before_on or on, max(before, level if on else "", key=_RANK.__getitem__)
    return merged
