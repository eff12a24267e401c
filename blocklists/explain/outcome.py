# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of each rule that spoke for a name: the one that decided, and why the others did not. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from blocklists.explain.matching_rules import Spoken
from blocklists.index.index import Index
from blocklists.index.match import Decision
from blocklists.index.own_rules import asks
from blocklists.rules.complex_rule import NOBODY, Client
from store.config.policy import Rule
from wire.types import A

WINS, LOSES, OFF, TAKEN, UNMET = "wins", "loses", "off", "taken away", "not met"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was judged and for whom: the name, the lists that are on as a mask, and the home's rules that hold."""

    name: str
    mask: int
    rules: Sequence[Rule] = ()
    qtype: int = A
    client: Client = NOBODY


def stand(found: Sequence[Spoken], index: Index, asked: Asked, decision: Decision | None) -> list[Spoken]:
    """Return what spoke, each with its standing and a few words on why; `decision` is what was decided by them."""
    own = {rule.id for rule in asked.rules}
    taking = {
        said.special.answer
        for said in found
        if said.special and said.special.unrewrites and _on(said, asked) and not _unmet(said, asked)
    }

    def standing(said: Spoken) -> tuple[str, str]:
        if said.own is not None and said.own.id not in own:
            return OFF, "it is for others"
        if not _on(said, asked):
            return OFF, "its list is at a lower level" if _partly(said, index, asked.mask) else "its list is off"
        if said.special and said.special.rewrite and ("" in taking or said.special.answer in taking):
            return TAKEN, "a rule without rewrites for this name takes it away"
        if why := _unmet(said, asked):
            return UNMET, why
        if takers := _takers(said, index, asked.mask):
            return TAKEN, f"badfilter in {takers} takes it away"
        return (WINS, "") if decision and _decided(said, decision) else (LOSES, "")

    stood = [(said, *standing(said)) for said in found]
    return [replace(said, standing=word, why=why) for said, word, why in stood]


def _on(said: Spoken, asked: Asked) -> bool:
    return said.slot < 0 or bool(asked.mask >> said.slot & 1)


def _partly(said: Spoken, index: Index, mask: int) -> bool:
    """Whether another level of this pack is on."""
    slots = enumerate(index.slots)
    return any(mask >> number & 1 for number, slot in slots if slot.blocklist_id == said.blocklist)


def _unmet(said: Spoken, asked: Asked) -> str:
    """Which condition of the rule this query does not meet; nothing: it meets all."""
    if said.own is not None:
        return "" if asks(said.own, asked.qtype) else "it is about other query types"
    when = said.special.when if said.special else None
    if when is None:
        return ""
    if asked.qtype in when.types_out or (when.types and asked.qtype not in when.types):
        return "it is about other query types"
    if when.personal and not when.asks(asked.client):
        return "it is about other devices"
    return "" if when.holds(asked.name, asked.qtype, asked.client) else "it spares this name"


def _takers(said: Spoken, index: Index, mask: int) -> str:
    """The titles of the lists that are on and take the rule back by `badfilter`."""
    if said.slot < 0 or index.specials.allowing >> said.slot & 1:
        return ""
    held = index.specials
    if said.special:
        bits = held.takes(said.special) & mask
    else:
        bits = held.takes_name(said.match.name, said.match.kind) & mask if said.match else 0
    return ", ".join(slot.title for number, slot in enumerate(index.slots) if bits >> number & 1)


def _decided(said: Spoken, decision: Decision) -> bool:
    if said.own is not None:
        return decision.own is not None and decision.own.id == said.own.id
    if said.special is not None:
        return decision.special == said.special and decision.blocklist == said.blocklist
    return said.match is not None and decision.match == said.match
