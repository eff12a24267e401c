# SPDX-License-Identifier: GPL-3.0-or-later
"""The counts of a question while the log goes by: exact, and bounded by the names that the log has, not by its rows."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from evidence.whatif.effect import ChangedName, Direction, OfCompany, OfDevice
from evidence.whatif.sides import Client

MAX_CHANGED = 40_000  # names that are kept with who asked; past it those that are asked least are only counted
KEPT = MAX_CHANGED // 2
MAX_SHOWN = 200  # names of an effect
MAX_COMPANIES = 100

Who = int | str  # a device's id, or the address where none is known


class PerName:
    """A count for each name id, in four bytes each."""

    def __init__(self) -> None:
        self._counts = array("I")

    def add(self, number: int, count: int) -> None:
        missing = number + 1 - len(self._counts)
        if missing > 0:
            self._counts.frombytes(bytes(4 * (missing + len(self._counts) // 2)))
        self._counts[number] += count

    def __getitem__(self, number: int) -> int:
        return self._counts[number] if number < len(self._counts) else 0


class Ids:
    """Which ids there are, a bit each."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, number: int) -> None:
        missing = (number >> 3) + 1 - len(self._bits)
        if missing > 0:
            self._bits.extend(bytes(missing + len(self._bits) // 2))
        self._bits[number >> 3] |= 1 << (number & 7)

    def __len__(self) -> int:
        return int.from_bytes(self._bits, "little").bit_count()


@dataclass(slots=True)
class _Side:
    queries: int = 0
    names: Ids = field(default_factory=Ids)
    by_device: Counter[Who] = field(default_factory=Counter)
    names_of: dict[Who, Ids] = field(default_factory=dict)
    folded: Counter[str | None] = field(default_factory=Counter)  # queries of companies, of names not kept
    folded_names: Counter[str | None] = field(default_factory=Counter)


@dataclass(slots=True)
class Changed:
    """Of one name: queries that are blocked only afterwards, only before, and answered in the log; who asked."""

    more: int = 0
    less: int = 0
    answered: int = 0
    who: Counter[Who] = field(default_factory=Counter)


class Tallies:
    """`company_of`: the companies of name ids, where known."""

    def __init__(self, company_of: Callable[[list[int]], Mapping[int, str]]) -> None:
        self._company_of = company_of
        self.queries = self.unjudged = 0
        self.asked, self.blocked, self.blocked_after = PerName(), PerName(), PerName()
        self._names = Ids()  # of both sides
        self.more, self.less = _Side(), _Side()
        self.changed: dict[int, Changed] = {}

    def note(self, client: Client, name: int, count: int, *, more: bool, answered: bool) -> None:
        """Queries of a name that one side blocks and the other does not."""
        who: Who = client.device or client.address
        side = self.more if more else self.less
        side.queries += count
        side.names.add(name)
        self._names.add(name)
        side.by_device[who] += count
        side.names_of.setdefault(who, Ids()).add(name)
        changed = self.changed.get(name)
        if changed is None:
            if len(self.changed) >= MAX_CHANGED:
                self._fold()
            changed = self.changed[name] = Changed()
        changed.who[who] += count
        if more:
            changed.more += count
            changed.answered += count if answered else 0
        else:
            changed.less += count

    def direction(self, *, more: bool, devices: Mapping[int, str]) -> Direction:
        """One of the two, once all is counted."""
        side = self.more if more else self.less
        queries, names = self._by_company(more)
        by_device = tuple(
            OfDevice(who if isinstance(who, int) else None, devices.get(who, str(who)) if isinstance(who, int) else who,
                     count, len(side.names_of[who]))
            for who, count in side.by_device.most_common()
        )  # fmt: skip
        ranked = sorted(queries.items(), key=lambda pair: (-pair[1], pair[0] or ""))[:MAX_COMPANIES]
        by_company = tuple(OfCompany(company, count, names[company]) for company, count in ranked)
        return Direction(side.queries, len(side.names), len(side.by_device), by_device, by_company)

    def ranked(self) -> list[int]:
        """Ids of changed names, those that the household uses most first."""
        return sorted(self.changed, key=lambda name: (-self.asked[name], -len(self.changed[name].who), name))

    def named(self, names: Mapping[int, str]) -> tuple[tuple[ChangedName, ...], int]:
        """(the names that are used most, how many more there are)."""
        shown = [number for number in self.ranked() if number in names][:MAX_SHOWN]
        companies = self._company_of(shown)
        changed = tuple(
            ChangedName(
                names[number], companies.get(number), self.asked[number], self.blocked[number],
                self.blocked_after[number], len(self.changed[number].who),
            )
            for number in shown
        )  # fmt: skip
        return changed, len(self._names) - len(shown)

    def _by_company(self, more: bool) -> tuple[Counter[str | None], Counter[str | None]]:
        side = self.more if more else self.less
        queries, names = Counter(side.folded), Counter(side.folded_names)
        companies = self._company_of(list(self.changed))
        for number, changed in self.changed.items():
            count = changed.more if more else changed.less
            if count:
                queries[companies.get(number)] += count
                names[companies.get(number)] += 1
        return queries, names

    def _fold(self) -> None:
        """Keep the names that are asked most; of the others only what their companies add up to."""
        gone = self.ranked()[KEPT:]
        companies = self._company_of(gone)
        for number in gone:
            changed, company = self.changed.pop(number), companies.get(number)
            for side, count in ((self.more, changed.more), (self.less, changed.less)):
                if count:
                    side.folded[company] += count
                    side.folded_names[company] += 1
