# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on a name as a worker would give it this moment, every rule that spoke, and where its answer leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from blocklists.explain.matching_rules import Spoken, speakers
from blocklists.explain.outcome import Asked, stand
from blocklists.index import match
from resolver.answer.decide import Forward, View, decide
from resolver.answer.inspect import ADDRESS, REBINDING, Hop, hops, inspect
from resolver.answer.judge import Judgement
from resolver.answer.rebinding import protect
from resolver.answer.snapshot import Seat, Snapshot
from resolver.explain.lookup import Look
from store.config.policy import Rule
from store.log.records import Verdict
from wire import message, stub
from wire.addresses import is_private
from wire.message import Response

ALONE = "Telltale does not run here, so the name alone was judged, and nobody was asked where its answer leads."
UNASKED = "Nobody was asked where its answer leads."
SILENT = "No upstream answered, so where its answer leads is not known."
DECIDED = "The name itself is decided, so where its answer leads does not matter."
LOOKED = "An upstream was asked; this is where its answer leads."
NOWHERE = "An upstream was asked; its answer leads nowhere else."


@dataclass(frozen=True, slots=True)
class Explanation:
    """`spoke`: rules for the name itself, each with its standing. `hops`: what the answer showed; `looked` says how."""

    name: str
    qtype: int
    judgement: Judgement
    spoke: tuple[Spoken, ...] = ()
    hops: tuple[Hop, ...] = ()
    looked: str = DECIDED


def explain(
    now: Snapshot,
    state: Path,
    name: str,
    qtype: int,
    client: str,
    look: Look | None = None,
    others: Iterable[Rule] = (),
    unlooked: str = ALONE,
) -> Explanation:
    """Explain a name for a client's address; raise ValueError for what is no address.

    `look` asks an upstream; it is used when the name alone passes, since only then does the answer matter. Without
    it, `unlooked` says why. `others`: the home's rules for other devices and groups, to be shown too.
    """
    seat = now.admit(client)
    decided = match.decide(name, seat.rules, now.index, seat.mask, qtype, seat.client)
    rules = now.policies.of(client).rules
    held = {rule.id for rule in rules}
    every = [*rules, *(rule for rule in others if rule.id not in held)]
    asked = Asked(name, seat.mask, rules, qtype, seat.client)
    spoke = tuple(stand(speakers(name, now.index, state, every), now.index, asked, decided))
    question = message.parse_question(stub.build(name, qtype))
    decision = decide(question, View(seat, client))
    found = decision.judgement
    if found.verdict is not Verdict.PASS or not isinstance(decision, Forward):
        return Explanation(name, qtype, found, spoke)
    if look is None:
        return Explanation(name, qtype, found, spoke, looked=unlooked)
    response = look(question)
    if response is None:
        return Explanation(name, qtype, found, spoke, looked=SILENT)
    return _by_answer(now, seat, Explanation(name, qtype, found, spoke), response, question.section)


def _by_answer(now: Snapshot, seat: Seat, so_far: Explanation, response: Response, section: bytes) -> Explanation:
    """The same once it is known where the answer leads."""
    about = (response, seat.rules, now.index, seat.mask, so_far.qtype, seat.client)
    found, shown = inspect(*about), tuple(hops(*about))
    if found is None and now.settings.rebind_protection == "on":
        found, _ = protect(response, so_far.name, section) or (None, response)
        shown = tuple(_hidden(hop) for hop in shown)
    judgement = so_far.judgement if found is None else found
    return Explanation(so_far.name, so_far.qtype, judgement, so_far.spoke, shown, LOOKED if shown else NOWHERE)


def _hidden(hop: Hop) -> Hop:
    """The hop as it is judged where private addresses are taken out of answers."""
    if hop.by != ADDRESS or not is_private(ip_address(hop.to).packed):
        return hop
    return hop._replace(judgement=Judgement(Verdict.BLOCK, REBINDING, "private address"))
