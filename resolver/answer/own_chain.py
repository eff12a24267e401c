# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an answer of the home's own leads: from CNAME to CNAME, as far as the home has a word on the name. Pure."""

from __future__ import annotations

from typing import NamedTuple

from resolver.answer import block, custom_records
from resolver.answer.decide import Alias, Block, Forward, Local, View, decide
from resolver.answer.judge import HOME, Judgement
from resolver.answer.let_through import SCHEDULE
from resolver.answer.snapshot import Snapshot
from resolver.upstream.route import HOUSE, Route
from store.log.records import Verdict
from wire import message
from wire.message import Question

MAX_HOPS = 8  # people write one or two; a circle ends sooner


class Chain(NamedTuple):
    """targets: what the CNAMEs lead to, in order, each as the question that is asked for it.

    ask: what an upstream is to be asked, on `route`; None: the home itself says `data`, none where it denies the last
    target or goes round in a circle.
    """

    targets: tuple[Question, ...]
    ask: Question | None
    data: list[bytes]
    route: Route = HOUSE


def follow(question: Question, judgement: Judgement, view: View, now: Snapshot) -> Chain | None:
    """The chain for a question that is answered by a CNAME; None for any other.

    A list that merely blocks a target is not heard: who writes a CNAME means where it leads. Nor does a rule that takes
    in its own target lead there again. A local record, which is everybody's, leads no device past a rule of the home's
    own or to what a schedule has closed.
    """
    targets: list[Question] = []
    asked, heard = question, (HOME, SCHEDULE) if judgement.verdict is Verdict.LOCAL else ()
    while (target := block.target(asked, judgement, view.seat, now)) is not None:
        if target.name == asked.name:
            return Chain(tuple(targets), asked, [], view.seat.route)
        if len(targets) == MAX_HOPS or target.name in {question.name, *(each.name for each in targets)}:
            return Chain(tuple(targets), None, [])
        targets.append(target)
        decision = decide(target, view)
        if isinstance(decision, Local):
            return Chain(tuple(targets), None, _data(decision.packet, target))
        asked, judgement = target, decision.judgement
        if isinstance(decision, Block) and judgement.blocklist in heard and judgement.answer is None:
            break
        if not isinstance(decision, Alias) and (judgement.verdict is not Verdict.BLOCK or judgement.answer is None):
            route = decision.route if isinstance(decision, Forward) else view.seat.route
            return Chain(tuple(targets), target, [], route)
    if not targets:
        return None
    return Chain(tuple(targets), None, _data(block.packet(asked, judgement, view.seat, now), asked))


def _data(packet: bytes, question: Question) -> list[bytes]:
    if not packet:
        return []
    return custom_records.data_of(message.parse_response(packet, question.section), question)
