# SPDX-License-Identifier: GPL-3.0-or-later
"""What blocks a company's names for somebody now, and what would: lists on and off, packs by level. Pure, but for the
index that is opened.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from blocklists.index.index import Index
from blocklists.index.index_file import CorruptIndex
from blocklists.index.own_rules import RuleTable
from blocklists.packs import services, services_beside, vendor_packs
from store.config.choices import PackLevel, RuleKind
from store.household.policy_values import Policy

_RANK = {str(level): rank for rank, level in enumerate(PackLevel)}


@dataclass(frozen=True, slots=True)
class NameCover:
    """One name: whether it is `blocked` by a policy; the lists that have it, on or off, as (id, level of a pack).

    `by`: the id of the list that blocks it, "" where a rule of the home's own does, or none.
    """

    name: str
    blocked: bool
    by: str
    lists: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class PackStep:
    """A pack at a level that would block some names that nothing blocks: `names` of them."""

    blocklist: str
    level: str
    names: tuple[str, ...]


def open_index(state: Path) -> Index:
    """The home's; an empty one where none can be read."""
    with contextlib.suppress(CorruptIndex):
        return Index.open(state / "index" / "current.idx", services_beside.load())
    return Index.empty()


def covers(names: Iterable[str], index: Index, policy: Policy) -> list[NameCover]:
    mask, rules = index.mask(policy.lists), RuleTable.build(policy.rules)
    return [_cover(name, index, mask, rules) for name in names]


def pack_step(uncovered: Iterable[NameCover], on: Mapping[str, str | None]) -> PackStep | None:
    """The pack, at the lowest level that does, which would block most of these; None where no pack has one.

    `on`: list → level, of the policy. The level is never lower than the one that is on.
    """
    of_pack: dict[str, dict[str, str]] = {}
    for cover in uncovered:
        for blocklist, level in cover.lists:
            if level and blocklist.startswith(vendor_packs.PREFIX):
                of_pack.setdefault(blocklist, {})[cover.name] = level
    if not of_pack:
        return None
    best = min(of_pack, key=lambda pack: (-len(of_pack[pack]), pack))
    needed = max(of_pack[best].values(), key=_RANK.__getitem__)
    level = max(needed, on.get(best) or needed, key=_RANK.__getitem__)
    return PackStep(best, level, tuple(of_pack[best]))


def _cover(name: str, index: Index, mask: int, rules: RuleTable) -> NameCover:
    matches = [match for match in index.matching(name) if not match.allow]
    slots = [index.slots[match.slot] for match in matches]
    lists = dict.fromkeys(
        (slot.blocklist_id, slot.level) for slot in slots if not slot.blocklist_id.startswith(services.PREFIX)
    )
    own, listed = rules.find(name), index.match(name, mask)
    if own is not None:
        return NameCover(name, own.kind == RuleKind.BLOCK, "", tuple(lists))
    if listed is None or listed.allow:
        return NameCover(name, False, "", tuple(lists))
    return NameCover(name, True, index.slots[listed.slot].blocklist_id, tuple(lists))
