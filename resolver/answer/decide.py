# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a query: the one order of decisions, which the server, `explain` and the command line share. Pure.

    refused   a stranger, or what is no question for data
    local     names that are ours; names that must never leave the home, unless a rule of its own is about them
    excepted  a name that is let through for a while, before every rule
    blocked   the home's own rules, then the blocklists; while it is paused, let through all the same
    safe      a name of a search engine that is to hide what is not for children: what its maker documents
    forward   all else, and what a rule allows

A stranger first: it learns nothing, not even which versions we speak. Ours before the rules: a rule that blocks our own
name must not lock anybody out. Whatever else is built in, the home's own word goes before it. What an answer shows may
block a query still (`inspect`).
"""

from __future__ import annotations

from typing import NamedTuple

from resolver.answer import local_names
from resolver.answer.judge import HOME, PASSED, Judgement, judge
from resolver.answer.let_through import PAUSE
from resolver.answer.safe_search import LEADS
from resolver.answer.snapshot import Seat
from store.log.records import Verdict
from wire import message, types
from wire.message import Question
from wire.response import BlockMode


class View(NamedTuple):
    """Who asks: the seat, the client's address, and whether the response goes over a stream."""

    seat: Seat
    client: str
    stream: bool = False


class Refuse(NamedTuple):
    """Answered with this rcode and nothing else."""

    rcode: int
    judgement: Judgement = Judgement(Verdict.REFUSE)


class Local(NamedTuple):
    """Answered by us with `packet`; `noted`: as a query of the home's, not as the appliance's own."""

    packet: bytes
    noted: bool = True
    judgement: Judgement = Judgement(Verdict.LOCAL)


class Block(NamedTuple):
    """Answered as the rule, its list, the group or the house wants; PASS where that is just "ask again over TCP"."""

    judgement: Judgement


class Forward(NamedTuple):
    """To be answered by an upstream, or from the cache: PASS or ALLOW."""

    judgement: Judgement = PASSED


Decision = Refuse | Local | Block | Forward

_STRANGER, _FORWARD = Refuse(types.REFUSED), Forward()


def decide(question: Question, view: View) -> Decision:
    """Decide on a question as it was asked by who is seated there."""
    seat = view.seat
    if seat.refused:
        return _STRANGER
    rcode = message.refusal(question)
    if rcode is not None:
        return Refuse(rcode)
    packet = local_names.ours(question, seat.own_name, view.client)
    if packet is not None:
        return Local(packet, noted=question.name != local_names.health_name(seat.own_name))
    packet = local_names.built_in(question, seat.own_name, seat.canaries)
    if packet is not None and seat.rules.find(question.name, question.qtype) is None:
        return Local(packet)
    judgement = _judge(question.name, question.qtype, seat)
    if judgement is PASSED:
        return _FORWARD
    if judgement.answer is not None and judgement.answer.word is BlockMode.TCP:
        judgement = judgement._replace(verdict=Verdict.PASS, answer=None if view.stream else judgement.answer)
    if judgement.verdict is Verdict.BLOCK or judgement.answer is not None:
        return Block(judgement)
    return Forward(judgement)


def passes(name: str, qtype: int, seat: Seat) -> bool:
    """Whether `decide` surely just says "forward" of a plain question for data: short, for nearly every query.

    False for names that only might be ours, which `decide` looks at more closely.
    """
    return (
        not seat.refused
        and local_names.is_public(name, seat.own_name)
        and _judge(name, qtype, seat) is PASSED
    )


def _judge(name: str, qtype: int, seat: Seat) -> Judgement:
    if seat.let_through is not None:
        judgement = seat.let_through.judge(name, qtype)
    else:
        judgement = judge(name, seat.rules, seat.index, seat.mask, qtype, seat.client)
    return _safely(judgement, name, qtype, seat) if name in seat.safe else judgement


def _safely(judgement: Judgement, name: str, qtype: int, seat: Seat) -> Judgement:
    """The same of a name under safe search.

    Only a rule of the home that allows the name lifts it: an exception or a list lets through what is blocked, and here
    nothing is. A pause of everything lets it rest.
    """
    if qtype not in LEADS or judgement.verdict is Verdict.BLOCK or judgement.blocklist in (HOME, PAUSE):
        return judgement
    if seat.let_through is not None and seat.let_through.relief.everything:
        return Judgement(Verdict.ALLOW, PAUSE, seat.safe[name].rule)
    return seat.safe[name]
