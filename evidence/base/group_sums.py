# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums by whatever names have in common (their company, their kind), over blocks of evidence.db and rows of the log.

A month of a busy home is a million rows of blocks, so there are few steps for each, and no block is unpacked twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from operator import add
from typing import Generic, NamedTuple, TypeVar

from evidence.base.grouping import IS_ANSWERED, IS_BLOCKED, IS_FAILED
from evidence.base.record_groups import RecordGroups
from evidence.base.sum_block import ANSWERED, BLOCKED, FAILED, HOME, MIXED, HomeBlock, SumBlock

Key = TypeVar("Key", bound=Hashable)
_FEW = 64  # names of a group in a block, of which the last one asked for is noted at once
_NEIGHBOURS = 256  # names with ids next to each other came up at about the same time
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


class GroupPart(NamedTuple, Generic[Key]):
    """A sum with which names and devices those are, each once."""

    sum: GroupSum[Key]
    names: Iterable[int]
    devices: Iterable[int]


class Tie(NamedTuple):
    """The second (of its block) of a group's first or last query, and whose queries these may be."""

    block: int
    second: int
    pairs: list[tuple[int | None, int]]
    """(device, name id); None: of any device"""


class _Part(NamedTuple):
    """A device's, or the home's (None), share of a block."""

    device: int | None
    places: range
    names: list[int]
    groups: list[int]


class GroupSums(Generic[Key]):
    """Takes blocks, then parts of others and records; each covers a time of its own."""

    def __init__(
        self, group_of: Callable[[str], Key], words: Callable[[int, int], Iterable[tuple[int, str]]],
        ids: Callable[[Sequence[str]], Mapping[str, int]], device: int | None = None,
    ) -> None:  # fmt: skip
        """words: of a few name ids from one on; device: of this one alone."""
        self._group_of, self._ids, self._device = group_of, ids, device
        self._numbers: dict[Key, int] = {}
        self._groups = _Groups(lambda first, end: ((name, self._group(word)) for name, word in words(first, end)))
        self._queries, self._lookups = list[int](), list[int]()
        self._unknown: dict[str, int] = {}  # names that no block knows → an id of theirs
        self._more: dict[int, list[int]] = {}  # blocked, answered, failed of groups, where pairs came to several
        self._names: set[int] = set()
        self._names_of: dict[int, set[int]] = {}  # of groups, of parts that came as such
        self._devices: dict[int, set[int]] = {}  # of groups
        self.firsts, self.lasts = dict[int, Tie](), dict[int, Tie]()
        self.last_block: dict[int, int] = {}  # of groups with so many names that `lasts` leaves them out
        self._times: dict[int, list[int]] = {}

    def add(self, number: int, block: SumBlock) -> None:
        """A block, the later ones with higher numbers."""
        parts = self._parts(block)
        present: Counter[int] = Counter()
        for part in parts:
            self._add_part(block, part)
            present.update(part.groups)
            self._names.update(part.names)
            if part.device is not None:
                for group in set(part.groups):
                    self._asked(group, part.device)
        if isinstance(block, HomeBlock):
            self._add_devices(block, parts[0].groups)
        few = {group for group, count in present.items() if count <= _FEW}
        new = present.keys() - self.firsts.keys()
        rows = _rows_of(parts, few | new)
        self.firsts.update(_ties(number, block, rows, new, False))
        self.lasts.update(_ties(number, block, rows, few, True))
        for group in present.keys() - few:
            self.last_block[group] = number

    def see_lasts(self, number: int, block: SumBlock) -> None:
        """Once all are added: the block again that is the last one of groups with many names."""
        wanted = {group for group, last in self.last_block.items() if last == number}
        wanted -= {group for group, tie in self.lasts.items() if tie.block > number}
        self.lasts.update(_ties(number, block, _rows_of(self._parts(block), wanted), wanted, True))

    def add_records(self, records: RecordGroups) -> None:
        """Records of the log, with their exact times."""
        ids, unknown = self._ids(sorted(set(records.words.values()))), self._unknown
        groups: dict[int, int] = {}
        for number, word in records.words.items():
            name = ids.get(word) or unknown.setdefault(word, -len(unknown) - 1)
            if name not in self._groups:
                self._groups[name] = self._group(word)
            groups[number] = group = self._groups[name]
            self._names.add(name)
            self.seen(group, records.firsts[number], records.lasts[number])
        came_to: Counter[tuple[int, int]] = Counter()
        asked = set[tuple[int, int]]()
        for device, number, counts_as, queries, lookups in records.groups:
            group = groups[number]
            self._queries[group + MIXED] += queries
            self._lookups[group + MIXED] += lookups
            came_to[group, counts_as] += queries
            asked.add((group, device))
        for group, device in asked:
            self._asked(group, device)
        for group in {group for group, _ in came_to}:
            self._came_to(group, (came_to[group, counts_as] for counts_as in (IS_BLOCKED, IS_ANSWERED, IS_FAILED)))

    def add_part(self, part: GroupPart[Key]) -> None:
        """What is added up by group already, with its exact times."""
        group, sum_ = self._number(part.sum.key), part.sum
        self._queries[group + MIXED] += sum_.queries
        self._lookups[group + MIXED] += sum_.lookups
        self._came_to(group, (sum_.blocked, sum_.answered, sum_.failed))
        self._names_of.setdefault(group, set()).update(part.names)
        self._devices.setdefault(group, set()).update(part.devices)
        self.seen(group, sum_.first_us, sum_.last_us)

    def seen(self, group: int, first_us: int, last_us: int) -> None:
        """A group was asked for at these times, too."""
        times = self._times.setdefault(group, [first_us, last_us])
        times[0], times[1] = min(times[0], first_us), max(times[1], last_us)

    def sums(self) -> Iterator[GroupSum[Key]]:
        """Once all is added and its times are seen."""
        return (part.sum for part in self.parts())

    def parts(self) -> Iterator[GroupPart[Key]]:
        """The same with their names and devices."""
        names = {group: set(of_group) for group, of_group in self._names_of.items()}
        for name in self._names:
            names.setdefault(self._groups[name], set()).add(name)
        for key, group in self._numbers.items():
            if of_group := names.get(group):
                queries, lookups = (each[group : group + _OUTCOMES] for each in (self._queries, self._lookups))
                more, devices = self._more.get(group, (0, 0, 0)), self._devices[group]
                yield GroupPart(GroupSum(
                    key, len(of_group), len(devices), sum(queries), sum(lookups),
                    queries[BLOCKED] + more[0], queries[ANSWERED] + more[1], queries[FAILED] + more[2],
                    *self._times[group],
                ), of_group, devices)  # fmt: skip

    def _came_to(self, group: int, counts: Iterable[int]) -> None:
        more = self._more.setdefault(group, [0, 0, 0])
        for field, count in enumerate(counts):
            more[field] += count

    def _parts(self, block: SumBlock) -> list[_Part]:
        """What of a block is counted: one device, or each of them, or the home as one."""
        devices = block.places if self._device is None else block.places.keys() & {self._device}
        parts = []
        for device in devices:
            places = block.places[device]
            names = block.names_at(places)
            groups = list(map(self._groups.__getitem__, names))
            parts.append(_Part(None if device == HOME else device, places, names, groups))
        return parts

    def _asked(self, group: int, device: int) -> None:
        self._devices.setdefault(group, set()).add(device)

    def _add_devices(self, home: HomeBlock, groups: Iterable[int]) -> None:
        masks: dict[int, int] = {}
        for group, mask in set(zip(groups, home.masks, strict=True)):
            masks[group] = masks.get(group, 0) | mask
        for group, mask in masks.items():
            asked = (device for bit, device in enumerate(home.devices) if mask >> bit & 1)
            self._devices.setdefault(group, set()).update(asked)

    def _add_part(self, block: SumBlock, part: _Part) -> None:
        queries, lookups = self._queries, self._lookups
        start, stop = part.places.start, part.places.stop
        at = map(add, part.groups, block.outcomes[start:stop])
        for place, asked, looked_up in zip(at, block.queries[start:stop], block.lookups[start:stop], strict=True):
            queries[place] += asked
            lookups[place] += looked_up
        for place in block.mixed_places(part.places):
            self._came_to(part.groups[place - start], block.mixed(place))

    def _group(self, word: str) -> int:
        return self._number(self._group_of(word))

    def _number(self, key: Key) -> int:
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._queries)
            self._queries += [0] * _OUTCOMES
            self._lookups += [0] * _OUTCOMES
        return number


class _Groups(dict[int, int]):
    """Name id → group; what is missing is looked up with its neighbours, which are mostly asked for as well.

    Names that no block knows have negative ids.
    """

    def __init__(self, near: Callable[[int, int], Iterable[tuple[int, int]]]) -> None:
        super().__init__()
        self._near = near

    def __missing__(self, name: int) -> int:
        first = name - name % _NEIGHBOURS
        self.update(self._near(first, first + _NEIGHBOURS))
        return self.setdefault(name, 0)  # not met: no block has a name that is not there


class _Row(NamedTuple):
    """A pair in a block."""

    group: int
    device: int | None
    name: int
    place: int


def _rows_of(parts: Iterable[_Part], groups: AbstractSet[int]) -> list[_Row]:
    """The pairs of these groups."""
    return [
        _Row(part.groups[at], part.device, part.names[at], part.places[at])
        for part in parts if groups
        for at in [place for place, group in enumerate(part.groups) if group in groups]
    ]  # fmt: skip


def _ties(number: int, block: SumBlock, rows: Iterable[_Row], wanted: AbstractSet[int], last: bool) -> dict[int, Tie]:
    """Of these groups, who may have asked first (or last) in a block."""
    ties: dict[int, Tie] = {}
    for group, device, name, place in rows:
        if group in wanted:
            second = block.firsts[place] + (block.spans[place] if last else 0)
            tie = ties.get(group)
            if tie is None or (second > tie.second if last else second < tie.second):
                ties[group] = Tie(number, second, [(device, name)])
            elif second == tie.second:
                tie.pairs.append((device, name))
    return ties
