# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums by whatever names have in common (their company, their kind), over blocks of evidence.db and rows of the log.

A month of a busy home is a million rows of blocks, so there are few steps for each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from evidence.base.log_hours import Pair
from evidence.base.sum_block import ANSWERED, BLOCKED, FAILED, MIXED, SumBlock

Key = TypeVar("Key", bound=Hashable)
_OUTCOMES = 4  # a group's number is a multiple of it: what its pairs came to is added


@dataclass(frozen=True, slots=True)
class GroupSum(Generic[Key]):
    """All pairs of device and name whose names have the key; how many different ones of either there are."""

    key: Key
    names: int
    devices: int
    queries: int
    lookups: int
    blocked: int
    answered: int
    failed: int
    first_us: int
    last_us: int


class Tie(NamedTuple):
    """The second (of a block) of a group's first or last query in it, and whose queries these may be."""

    second: int
    pairs: tuple[tuple[int, int], ...]
    """(device, name id)"""


class GroupSums(Generic[Key]):
    """Takes blocks, then pairs; each covers a time of its own. `words`: of name ids, each asked for once."""

    def __init__(
        self, group_of: Callable[[str], Key], words: Callable[[Sequence[int]], Mapping[int, str]],
        ids: Callable[[Sequence[str]], Mapping[str, int]],
    ) -> None:  # fmt: skip
        self._group_of, self._words, self._ids = group_of, words, ids
        self._numbers: dict[Key, int] = {}
        self._groups: dict[int, int] = {}  # of name ids; those of names that no block knows are negative
        self._queries, self._lookups = list[int](), list[int]()
        self._more: dict[int, list[int]] = {}  # blocked, answered, failed of groups, where pairs came to several
        self._names: dict[int, set[int]] = {}  # of each device
        self.first_block, self.last_block = dict[int, int](), dict[int, int]()
        self._times: dict[int, list[int]] = {}

    def add(self, number: int, block: SumBlock, device: int | None = None) -> None:
        """A block, the later ones with higher numbers; all of it, or of one device."""
        present: set[int] = set()
        for whose in block.places if device is None else block.places.keys() & {device}:
            names, places = block.names(whose), block.places[whose]
            self._learn([name for name in names if name not in self._groups])
            groups = list(map(self._groups.__getitem__, names))
            start, stop = places.start, places.stop
            queries, lookups = self._queries, self._lookups
            columns = (block.outcomes[start:stop], block.queries[start:stop], block.lookups[start:stop])
            for group, outcome, asked, looked_up in zip(groups, *columns, strict=True):
                queries[group + outcome] += asked
                lookups[group + outcome] += looked_up
            for place in block.mixed_places(places):
                self._came_to(groups[place - start], block.mixed(place))
            self._names.setdefault(whose, set()).update(names)
            present.update(groups)
        for group in present:
            self.first_block.setdefault(group, number)
            self.last_block[group] = number

    def add_pairs(self, pairs: Sequence[Pair]) -> None:
        """Rows of the log, with their exact times."""
        ids = dict(self._ids(sorted({pair.name for pair in pairs})))
        for pair in pairs:
            name = ids.setdefault(pair.name, -len(ids) - 1)
            if name not in self._groups:
                self._groups[name] = self._number(self._group_of(pair.name))
            group = self._groups[name]
            self._queries[group + MIXED] += pair.queries
            self._lookups[group + MIXED] += pair.lookups
            self._came_to(group, (pair.blocked, pair.answered, pair.failed))
            self._names.setdefault(pair.device_id, set()).add(name)
            self.seen(group, pair.first_us, pair.last_us)

    def seen(self, group: int, first_us: int, last_us: int) -> None:
        """A group was asked for at these times, too."""
        times = self._times.setdefault(group, [first_us, last_us])
        times[0], times[1] = min(times[0], first_us), max(times[1], last_us)

    def ties(self, block: SumBlock, groups: set[int], last: bool, device: int | None = None) -> dict[int, Tie]:
        """Of these groups, who may have asked first (or last) in a block."""
        best: dict[int, int] = {}
        tied: dict[int, list[tuple[int, int]]] = {}
        for whose in block.places if device is None else block.places.keys() & {device}:
            for name, place in zip(block.names(whose), block.places[whose], strict=True):
                if (group := self._groups[name]) in groups:
                    second = block.firsts[place] + block.spans[place] if last else block.firsts[place]
                    before = best.get(group)
                    if before is None or (second > before if last else second < before):
                        best[group], tied[group] = second, [(whose, name)]
                    elif second == before:
                        tied[group].append((whose, name))
        return {group: Tie(best[group], tuple(pairs)) for group, pairs in tied.items()}

    def sums(self) -> Iterator[GroupSum[Key]]:
        """Once all is added and its times are seen."""
        names = Counter(map(self._groups.__getitem__, set[int]().union(*self._names.values())))
        devices = Counter(group for asked in self._names.values() for group in set(map(self._groups.get, asked)))
        for key, group in self._numbers.items():
            if names[group]:
                queries, more = self._queries[group : group + _OUTCOMES], self._more.get(group, (0, 0, 0))
                yield GroupSum(
                    key, names[group], devices[group], sum(queries), sum(self._lookups[group : group + _OUTCOMES]),
                    queries[BLOCKED] + more[0], queries[ANSWERED] + more[1], queries[FAILED] + more[2],
                    *self._times[group],
                )  # fmt: skip

    def _came_to(self, group: int, counts: Iterable[int]) -> None:
        more = self._more.setdefault(group, [0, 0, 0])
        for field, count in enumerate(counts):
            more[field] += count

    def _learn(self, names: Sequence[int]) -> None:
        if names:
            for name, word in self._words(names).items():
                self._groups[name] = self._number(self._group_of(word))

    def _number(self, key: Key) -> int:
        if key not in self._numbers:
            self._numbers[key] = len(self._queries)
            self._queries += [0] * _OUTCOMES
            self._lookups += [0] * _OUTCOMES
        return self._numbers[key]
