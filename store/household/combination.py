# SPDX-License-Identifier: GPL-3.0-or-later
"""How what a device, its groups and the house say becomes one policy. Pure; docs/groups.md tells the same.

The device's own word wins over its groups', a group's over the house's. Among several groups the stricter wins: a list
that one of them turns on is on, at the strictest level that one of those names; a switch of the wall goes as far as one
of them wants. Rules of all hold together. Of answers and upstreams, those of the group that comes first. No access
while one of them has none. Safe search likewise, engine by engine (`safe_search_words`).
"""

from collections.abc import Iterable, Mapping, Sequence, Set

from store.config import wall_blocklists
from store.config.choices import PackLevel, WallMode
from store.config.settings import Settings
from store.config.wall_switches import strictest
from store.household.layered_rules import LayeredRules
from store.household.policy_values import Policy, Rule
from store.household.relief import NO_RELIEF, Relief
from store.household.safe_search_words import Chosen, combined
from store.household.scope_words import ScopeWords, Toggles

_SILENT = ScopeWords()
_RANK = {str(level): rank for rank, level in enumerate(PackLevel)}


class Combiner:
    """Combines for one look at config.db; what several devices share is put together once, and equal policies are one
    object.

    `packs`: ids of the blocklists that have levels; `settings`, for the wall's own lists.
    """

    def __init__(self, house: ScopeWords, packs: Set[str], settings: Settings) -> None:
        self._house, self._packs, self._settings = house, packs, settings
        self._toggles: dict[tuple[int, ...], Toggles] = {}
        self._rules: dict[tuple[int, ...], Sequence[Rule]] = {}
        self._layers: dict[int, tuple[Rule, ...]] = {}
        self._engines: dict[tuple[int, ...], Chosen] = {}
        self._made: dict[tuple[object, ...], Policy] = {}

    def goes_by_the_same(self, other: "Combiner") -> bool:
        """Whether the same words of devices and groups become the same policies there."""
        ours, theirs = (self._house, self._packs, self._settings), (other._house, other._packs, other._settings)
        return ours == theirs

    def policy(
        self, groups: Sequence[ScopeWords] = (), own: ScopeWords = _SILENT, relief: Relief = NO_RELIEF
    ) -> Policy:
        """What holds for a device in these groups, which come by id; `own`: what is said for it alone."""
        shared = self._of_groups(groups)
        lists = self._lists(over(own.toggles, shared) if own.toggles else shared, groups, own)
        rules = self._all_rules([self._house, *groups, own])
        answer = next((group.answer for group in groups if group.answer), "")
        upstreams = next((group.upstreams for group in groups if group.upstreams), ())
        closed = next((group.closed for group in groups if group.closed), "")
        # The rules of the same scopes are one object already.
        engines = self._of_engines(groups, own)
        key = (lists, id(rules), answer, upstreams, closed, relief, engines)
        return self._made.setdefault(key, Policy(lists, rules, answer, upstreams, closed, relief, engines))

    def _of_groups(self, groups: Sequence[ScopeWords]) -> Toggles:
        key = tuple(map(id, groups))
        if key not in self._toggles:
            self._toggles[key] = over(together([group.toggles for group in groups]), self._house.toggles)
        return self._toggles[key]

    def _of_engines(self, groups: Sequence[ScopeWords], own: ScopeWords) -> Chosen:
        key = tuple(id(words.engines) for words in (*groups, own) if words.engines)
        if key not in self._engines:
            of_groups = [group.engines for group in groups]
            self._engines[key] = combined(self._settings.safe_search, self._house.engines, of_groups, own.engines)
        return self._engines[key]

    def _lists(
        self, toggles: Toggles, groups: Sequence[ScopeWords], own: ScopeWords
    ) -> tuple[tuple[str, str | None], ...]:
        walls = wall_blocklists.lists(self._settings, [own.modes, modes_together([group.modes for group in groups])])
        on = [
            (name, (level or PackLevel.SAFE) if name in self._packs else None)
            for name, (is_on, level) in toggles.items()
            if is_on
        ]
        return tuple(sorted(on + [(name, None) for name in walls]))

    def _all_rules(self, scopes: Sequence[ScopeWords]) -> Sequence[Rule]:
        """Rules of one scope as they are; of several, in layers, so that each layer is there once."""
        saying = [words for words in scopes if words.rules]
        key = tuple(map(id, saying))
        if key not in self._rules:
            layers = tuple(map(self._layer, saying))
            self._rules[key] = LayeredRules(layers) if len(layers) > 1 else layers[0] if layers else ()
        return self._rules[key]

    def _layer(self, words: ScopeWords) -> tuple[Rule, ...]:
        return self._layers.setdefault(id(words), tuple(words.rules))


def over(narrow: Toggles, wide: Toggles) -> Toggles:
    """The narrower word wins; a level that it does not name is the wider one's."""
    merged = dict(wide)
    for name, (on, level) in narrow.items():
        merged[name] = on, level or wide.get(name, (False, None))[1]
    return merged


def together(several: Sequence[Toggles]) -> Toggles:
    """On where one is, at the strictest level that one of those names."""
    if len(several) == 1:
        return {name: (on, level if on else None) for name, (on, level) in several[0].items()}
    merged: Toggles = {}
    for toggles in several:
        for name, (on, level) in toggles.items():
            before_on, before = merged.get(name, (False, None))
            levels = [each for each in (before, level if on else None) if each]
            merged[name] = before_on or on, max(levels, key=_RANK.__getitem__, default=None)
    return merged


def modes_together(several: Iterable[Mapping[str, str]]) -> dict[str, WallMode]:
    """Each switch of the wall at the mode that goes furthest."""
    merged: dict[str, WallMode] = {}
    for modes in several:
        for switch, mode in modes.items():
            merged[switch] = strictest((WallMode(mode), merged.get(switch, WallMode.OFF)))
    return merged
