# SPDX-License-Identifier: GPL-3.0-or-later
"""From what the kernel's sets hold, look after look, to the hits in between. Pure but for what it is given."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from firewall.kernel import Element
from network.address_sets import BadElement, address
from store.config.choices import WallMode
from store.wall.bypass import Caught
from wire.addresses import Address

# How long a connection to an unnamed address waits for the word of its answer before it counts as caught.
RAW_SECONDS = 2.0
# Connections that wait so: more at once means a scan, which is seen anyway.
MAX_WAITING = 10_000

Key = tuple[str, ...]
Named = Callable[[Address, Address], bool]


@dataclass(frozen=True, slots=True)
class CountingSet:
    """A set that counts: its name, and what it stands for."""

    name: str
    kind: str
    mode: WallMode


@dataclass(slots=True)
class HitCounter:
    """Remembers each element's count at the last look. `forget` when the table was replaced: counts begin anew."""

    _seen: dict[str, dict[Key, int]] = field(default_factory=dict)
    _waiting: dict[Key, tuple[float, int]] = field(default_factory=dict)

    def forget(self) -> None:
        """The sets are empty again."""
        self._seen.clear()

    def take(self, which: CountingSet, elements: Sequence[Element], now: float, seconds: int) -> list[Caught]:
        """What came since the last look at this set. `now`: a steady clock, `seconds`: Unix time of the rows."""
        before = self._seen.get(which.name, {})
        self._seen[which.name] = {element.parts: element.packets for element in elements}
        # A count that went down belongs to an element that expired and came again.
        counts = [(element.parts, element.packets, before.get(element.parts, 0)) for element in elements]
        grown = [(parts, count - was if count > was else count) for parts, count, was in counts if count != was]
        if which.kind != "raw" or which.mode is WallMode.ENFORCE:  # one that was refused had its time
            return list(_rows(which.kind, which.mode, grown, seconds))
        for parts, count in grown[: MAX_WAITING - len(self._waiting)]:
            since, earlier = self._waiting.get(parts, (now, 0))
            self._waiting[parts] = (since, earlier + count)
        return []

    def judge(self, named: Named, now: float, seconds: int) -> list[Caught]:
        """Of the connections to unnamed addresses, those whose answer did not come by now either."""
        due = [parts for parts, (since, _) in self._waiting.items() if now - since >= RAW_SECONDS]
        hits: list[Caught] = []
        for parts in due:
            _, count = self._waiting.pop(parts)
            try:
                answered = named(address(parts[0]), address(parts[1]))
            except (BadElement, IndexError):
                continue
            if not answered:
                hits += _rows("raw", WallMode.WATCH, [(parts, count)], seconds)
        return hits

    @property
    def waiting(self) -> int:
        """Connections that wait to be judged."""
        return len(self._waiting)


def counting_sets(
    modes: Iterable[tuple[str, WallMode]], name: Callable[[str, WallMode, int], str]
) -> list[CountingSet]:
    """The sets that a table with these (kind, mode) pairs has."""
    return [CountingSet(name(kind, mode, version), kind, mode) for kind, mode in modes for version in (4, 6)]


def _rows(kind: str, mode: WallMode, grown: Iterable[tuple[Key, int]], seconds: int) -> Iterable[Caught]:
    for parts, count in grown:
        if len(parts) == 4 and parts[3].isdigit():
            client, where, protocol, port = parts
            yield Caught(seconds, client, kind, where, int(port), protocol, mode is WallMode.ENFORCE, count)
