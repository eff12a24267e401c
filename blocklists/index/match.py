# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of rules: which one decides a name. Pure. docs/lists.md tells the same with its reasons.

1. The home's own rules over lists; among them allow over block, then the more specific.
2. Among lists, by tier: an important allow (every rule of an allow list is one), an important block, a rewrite by
   `$dnsrewrite`, an allow, a block.
3. In one tier the more specific: the longer name; a pattern or a rule for every name is less than any name.
4. At one name the list that comes first in the index, where packs come first; there, a rule with a condition or an
   answer of its own before one without.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from blocklists.index.complex_rules import SlotRule
from blocklists.index.index import Index, Match
from blocklists.index.own_rules import RuleTable, own_text
from blocklists.rules import rule
from blocklists.rules.complex_rule import NOBODY, Client, ComplexRule
from store.config import custom_responses
from store.config.choices import RuleKind
from store.config.custom_responses import Answer
from wire.addresses import Address
from wire.types import A

if TYPE_CHECKING:
    from store.household.policy import Rule

__all__ = ["Decision", "RuleTable", "decide", "decide_address"]

IMPORTANT_ALLOW, IMPORTANT_BLOCK, REWRITE, ALLOW, BLOCK = range(5)
_ALLOWS = RuleKind.ALLOW  # compared for each query that a rule of the home decides


@dataclass(frozen=True, slots=True)
class Decision:
    """What decided a name. `blocklist` is "" for a rule of the home's own; `own` then holds it, else `match` or
    `complex_rule`.

    `answer`: what the rule itself wants answered; None leaves it to the list, the group or the house.
    """

    allow: bool
    blocklist: str
    rule: str
    own: "Rule | None" = None
    match: Match | None = None
    complex_rule: ComplexRule | None = None
    answer: Answer | None = None


def decide(
    name: str,
    rules: RuleTable,
    index: Index,
    mask: int,
    qtype: int = A,
    client: Client = NOBODY,
) -> Decision | None:
    """Return what decides `name` (lower-case, no trailing dot), or None when nothing speaks for it."""
    own = rules.find(name, qtype)
    if own is not None:
        answer = custom_responses.parse(own.answer) if own.answer else None
        return Decision(own.kind == _ALLOWS, "", own_text(own), own=own, answer=answer)
    match = index.match(name, mask)
    if mask & index.complex_rules.mask:
        holding = index.complex_rules.holding(name, mask, qtype, client)
        if holding:
            return _with_complex_rules(match, _without_unrewritten(holding), index)
    return _of_match(match, index) if match else None


def decide_address(
    address: Address,
    index: Index,
    mask: int,
) -> Decision | None:
    """Return what the lists in `mask` say of an address in an answer: allow over block, then the narrower network.

    A pattern is less than any network; a network with an answer of its own goes before the same one without.
    """
    match = index.match_address(address, mask)
    best = min(index.complex_rules.about_address(address, mask), key=_address_key, default=None)
    if best is None or (match and (not match.allow, -_prefix(match.name)) < _address_key(best)[:2]):
        return _of_match(match, index) if match else None
    return _of_complex(*best, index, [])


def _address_key(slot_rule: SlotRule) -> tuple[bool, int, int]:
    slot, complex_rule = slot_rule
    return not complex_rule.allow, -_prefix(complex_rule.subject) if complex_rule.scope == "network" else 1, slot


def _prefix(network: str) -> int:
    return int(network.rpartition("/")[2])


def _with_complex_rules(match: Match | None, holding: list[SlotRule], index: Index) -> Decision | None:
    """Return what decides where complex rules hold too."""
    best = min(holding, key=_key, default=None)
    if best is None or (match and (_tier_of(match), -len(match.name), match.slot) < _key(best)[:3]):
        return _of_match(match, index) if match else None
    slot, complex_rule = best
    beside = [other for _, other in holding if _key((0, other))[:2] == _key((0, complex_rule))[:2]]
    return _of_complex(slot, complex_rule, index, beside)


def _key(slot_rule: SlotRule) -> tuple[int, int, int, int]:
    slot, complex_rule = slot_rule
    length = 0 if complex_rule.scope in ("pattern", "all") else len(complex_rule.subject)
    return tier(complex_rule), -length, slot, complex_rule.scope == "all"


def tier(complex_rule: ComplexRule) -> int:
    """Return which of the tiers a complex rule belongs to."""
    if complex_rule.important:
        return IMPORTANT_ALLOW if complex_rule.allow else IMPORTANT_BLOCK
    if complex_rule.rewrite:
        return REWRITE
    return ALLOW if complex_rule.allow else BLOCK


def _tier_of(match: Match) -> int:
    if match.important:
        return IMPORTANT_ALLOW if match.allow else IMPORTANT_BLOCK
    return ALLOW if match.allow else BLOCK


def _without_unrewritten(holding: list[SlotRule]) -> list[SlotRule]:
    """Leave out the rewrites that a `@@…$dnsrewrite` takes away, and those rules themselves."""
    unsaid = {complex_rule.answer for _, complex_rule in holding if complex_rule.unrewrites}
    return [
        (slot, each)
        for slot, each in holding
        if not each.unrewrites and not (each.rewrite and ("" in unsaid or each.answer in unsaid))
    ]


def _of_match(match: Match, index: Index) -> Decision:
    slot = index.slots[match.slot]
    network = "/" in match.name
    text = match.name if network else rule.listed_text(match.kind, match.name, allow_list=slot.allow)
    return Decision(match.allow, slot.blocklist_id, text, match=match)


def _of_complex(slot: int, complex_rule: ComplexRule, index: Index, beside: list[ComplexRule]) -> Decision:
    answer = None if complex_rule.allow or not complex_rule.answer else _joined(complex_rule, beside)
    blocklist = index.slots[slot].blocklist_id
    return Decision(complex_rule.allow, blocklist, complex_rule.text, complex_rule=complex_rule, answer=answer)


def _joined(complex_rule: ComplexRule, beside: list[ComplexRule]) -> Answer:
    """Return the rule's answer; where several rules give records for one name, all of their records."""
    answer = custom_responses.parse(complex_rule.answer)
    if answer.word is not None:
        return answer
    others = [custom_responses.parse(other.answer) for other in beside if other.answer]
    refusing = next((other for other in others if other.word is not None and complex_rule.rewrite), None)
    records = dict.fromkeys(record for each in (answer, *others) for record in each.records)
    return refusing or Answer(records=tuple(records)[: custom_responses.MAX_RECORDS])
