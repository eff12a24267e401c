# SPDX-License-Identifier: GPL-3.0-or-later
"""From what the kernel's sets hold, look after look, to what was caught in between. Pure but for what it is given."""

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
class SetOfCaught:
    """A set that counts: its name, and what it stands for."""

    name: str
    kind: str
    mode: WallMode


@dataclass(slots=True)
class Readings:
    """Remembers each element's count at the last look. `forget` when the table was replaced: counts begin anew."""

    _seen: dict[str, dict[Key, int]] = field(default_factory=dict)
    _waiting: dict[Key, tuple[float, int]] = field(default_factory=dict)

    def forget(self) -> None:
        """The sets are empty again."""
        self._seen.clear()

    def take(self, which: SetOfCaught, elements: Sequence[Element], now: float, seconds: int) -> list[Caught]:
        """What came since the last look at this set. `now`: a steady clock, `seconds`: Unix time of the rows."""
        before = self._seen.get(which.name, {})
        self._seen[which.name] = {one.parts: one.packets for one in elements}
        # A count that went down belongs to an element that expired and came again.
        more = [(one.parts, one.packets, before.get(one.parts, 0)) for one in elements]
        grown = [(parts, held - was if held > was else held) for parts, held, was in more if held != was]
        if which.kind != "raw" or which.mode is WallMode.ENFORCE:  # one that was refused had its time
            return list(_rows(which.kind, which.mode, grown, seconds))
        for parts, count in grown[: MAX_WAITING - len(self._waiting)]:
            since, held = self._waiting.get(parts, (now, 0))
            self._waiting[parts] = (since, held + count)
        return []

    def judge(self, named: Named, now: float, seconds: int) -> list[Caught]:
        """Of the connections to unnamed addresses, those whose answer did not come by now either."""
        due = [parts for parts, (since, _) in self._waiting.items() if now - since >= RAW_SECONDS]
        found: list[Caught] = []
        for parts in due:
            _, count = self._waiting.pop(parts)
            try:
                answered = named(address(parts[0]), address(parts[1]))
            except (BadElement, IndexError):
                continue
            if not answered:
                found += _rows("raw", WallMode.WATCH, [(parts, count)], seconds)
        return found

    @property
    def waiting(self) -> int:
        """Connections that wait to be judged."""
        return len(self._waiting)


def sets_of(modes: Iterable[tuple[str, WallMode]], name: Callable[[str, WallMode, int], str]) -> list[SetOfCaught]:
    """The sets that a table with these (kind, mode) pairs has."""
    return [SetOfCaught(name(kind, mode, version), kind, mode) for kind, mode in modes for version in (4, 6)]


def _rows(kind: str, mode: WallMode, grown: Iterable[tuple[Key, int]], seconds: int) -> Iterable[Caught]:
    for parts, count in grown:
        if len(parts) == 4 and parts[3].isdigit():
            client, where, protocol, port = parts
            yield Caught(seconds, client, kind, where, int(port), protocol, mode is WallMode.ENFORCE, count)
