# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names of those that a change would block somebody might miss, and why. Pure but for the tables that ship."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from blocklists.packs import services, vendor_packs
from blocklists.safety import essential
from evidence.whatif.effect import Warned
from evidence.whatif.tallies import Changed, Who
from store.base.sentences import recall, say, say_count, together

USED, SERVICE, BREAKS, ESSENTIAL, SAME = "used", "service", "breaks", "essential", "same"
MAX_WARNINGS = 30
MAX_USED = 10  # of kind `used`: those that are asked most
USED_QUERIES = 20  # answered queries by which a name counts as used
MAX_DEVICES = 3  # that a sentence names


@dataclass(frozen=True, slots=True)
class MissedNames:
    """What ships with us on names: why devices need one, which service has it, what blocking it breaks."""

    essential: Mapping[str, str]
    services: Mapping[str, str]  # name → title of the service; with all below it
    breakage: Mapping[str, str]  # name → the note of a pack, of those whose blocking breaks something
    below: frozenset[str]  # names of breakage that stand for all below them too

    @classmethod
    def load(cls) -> MissedNames:
        of_services = {name: service.title for service in services.load() for name, _ in service.names}
        broken = {
            row.name: recall(row.note or pack.title)
            for pack in vendor_packs.each() for row in pack.names if row.breakage != vendor_packs.BREAKAGES[0]
        }  # fmt: skip
        below = frozenset(
            row.name for pack in vendor_packs.each() for row in pack.names
            if row.scope == "suffix" and row.name in broken
        )  # fmt: skip
        return cls(essential.usual().names, of_services, broken, below)

    def warnings(
        self, names: Iterable[tuple[str, Changed]], devices: Mapping[int, str], switched: frozenset[str] = frozenset()
    ) -> tuple[Warned, ...]:
        """Of names that would be blocked, those used most first; `switched`: titles of services that are turned off on
        purpose, of which nobody is warned.
        """
        warnings, used = list[Warned](), 0
        for name, changed in names:
            if not changed.more or len(warnings) >= MAX_WARNINGS:
                continue
            reasons = list(self._reasons(name, switched))
            if changed.answered >= USED_QUERIES and used < MAX_USED:
                used += 1
                warnings.append(Warned(USED, name, _used(name, changed, devices)))
            warnings += reasons[: MAX_WARNINGS - len(warnings)]
        return tuple(sorted(warnings, key=lambda warned: _ORDER.index(warned.kind)))

    def _reasons(self, name: str, switched: frozenset[str]) -> Iterator[Warned]:
        if why := self.essential.get(name):
            yield Warned(ESSENTIAL, name, say("{name} is needed: {why}.", name=name, why=why))
        for at in _upwards(name):
            if (note := self.breakage.get(at)) and (at == name or at in self.below):
                yield Warned(BREAKS, name, say("Without {name} something breaks: {note}", name=name, note=note))
                break
        service = next((self.services[at] for at in _upwards(name) if at in self.services), None)
        if service and service not in switched:
            yield Warned(SERVICE, name, say("{name} belongs to {service}.", name=name, service=service))


def nothing_changed() -> Warned:
    """Said where what was asked about holds today."""
    return Warned(SAME, "", say("Nothing of this is a change: today's policy has it so."))


_ORDER = (ESSENTIAL, BREAKS, USED, SERVICE)


def _used(name: str, changed: Changed, devices: Mapping[int, str]) -> str:
    ranked = [_called(who, devices) for who, _ in changed.who.most_common(MAX_DEVICES)]
    listed, others = together(*ranked, between=", "), len(changed.who) - len(ranked)
    count = say_count(changed.answered, "{count:,} query", "{count:,} queries")
    if others:
        more = say_count(others, "{count:,} more", "{count:,} more")
        return say("{name} is used by {devices} and {more}: {count} got an answer.", name=name, devices=listed,
                   more=more, count=count)  # fmt: skip
    return say("{name} is used by {devices}: {count} got an answer.", name=name, devices=listed, count=count)


def _called(who: Who, devices: Mapping[int, str]) -> str:
    return devices.get(who, str(who)) if isinstance(who, int) else who


def _upwards(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.partition(".")[2]


