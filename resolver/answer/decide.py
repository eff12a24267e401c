# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a query: the one order of decisions, which the server, `explain` and the command line share. Pure.

    refused   a stranger, or what is no question for data
    local     names that are ours; the home's records, and names of its devices; names that must never leave the home,
              unless a rule of its own is about them, or their domain is forwarded
    excepted  a name that is let through for a while, before every rule
    closed    every name, while a schedule takes all access
    blocked   the home's own rules, then the blocklists; while it is paused, let through all the same
    any       a question for all types: told that there is no answer to it (RFC 8482), not put to an upstream
    safe      a name of a search engine that is to hide what is not for children: what its maker documents
    forward   all else, and what a rule allows: to the servers of its domain, of who asks, or of the house

A stranger first: it learns nothing, not even which versions we speak. Ours before the rules: a rule that blocks our own
name must not lock anybody out. Records before the rules, since both are the home's own word, and a record says more.
Whatever else is built in, or made of what the network says, the home's own word goes before it. What an answer shows
may block a query still (`inspect`).
"""

from __future__ import annotations

from typing import NamedTuple

from resolver.answer import custom_records, local_names
from resolver.answer.home_zone import DEVICES, HomeAnswer
from resolver.answer.inspect import TCP, inspect
from resolver.answer.judge import HOME, PASSED, Judgement, judge
from resolver.answer.let_through import PAUSE
from resolver.answer.safe_search import LEADS
from resolver.answer.seat import Seat
from resolver.upstream.route import HOUSE as TO_HOUSE
from resolver.upstream.route import Route
from store.log.records import Verdict
from wire import message, types
from wire.message import Question, Response
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
    """Answered by us with `packet`; `noted`: as a query of the home's, not as the appliance's own; `lasting`: the same
    to everybody, until config.db changes.
    """

    packet: bytes
    noted: bool = True
    judgement: Judgement = Judgement(Verdict.LOCAL)
    lasting: bool = False


class Alias(NamedTuple):
    """Answered with the CNAME of a local record, and with what that leads to."""

    judgement: Judgement


class Block(NamedTuple):
    """Answered as the rule, its list, the group or the house wants; PASS where that is just "ask again over TCP"."""

    judgement: Judgement


class Forward(NamedTuple):
    """To be answered by an upstream of the route, or from the cache: PASS or ALLOW."""

    judgement: Judgement = PASSED
    route: Route = TO_HOUSE


Decision = Refuse | Local | Alias | Block | Forward

_STRANGER, _FORWARD = Refuse(types.REFUSED), Forward()


def decide(question: Question, view: View) -> Decision:
    """Decide on a question as it was asked by who is seated there."""
    seat = view.seat
    if seat.refused:
        return _STRANGER
    rcode = message.refusal(question)
    if rcode is not None:
        return Refuse(rcode)
    packet = local_names.ours(question, seat.own_name, view.client, seat.home.domain)
    if packet is not None:
        return Local(packet, noted=question.name != local_names.health_name(seat.own_name))
    route = None
    if not local_names.is_public(question.name, seat.own_name, seat.home.tops, seat.home.near):
        local, route = _at_home(question, view)
        if local is not None:
            return local
    judgement = _judge(question.name, question.qtype, seat)
    route = route or seat.route
    if question.qtype == types.ANY and judgement.verdict is not Verdict.BLOCK and judgement.answer is None:
        return Local(local_names.any_type(question), judgement=judgement._replace(verdict=Verdict.LOCAL), lasting=True)
    if judgement is PASSED and route is TO_HOUSE:
        return _FORWARD
    if judgement.answer is not None and judgement.answer.word is BlockMode.TCP:
        judgement = judgement._replace(verdict=Verdict.PASS, answer=None if view.stream else judgement.answer)
    if judgement.verdict is Verdict.BLOCK or judgement.answer is not None:
        return Block(judgement)
    return Forward(judgement, route)


def shown(response: Response, view: View, qtype: int) -> Judgement | None:
    """The judgement on where the answer to a question that was forwarded leads; None: there is nothing to say."""
    seat = view.seat
    if seat.let_through is not None:
        judgement = seat.let_through.inspect(response, qtype)
    else:
        judgement = inspect(response, seat.rules, seat.index, seat.mask, qtype, seat.client)
    if judgement is not None and judgement.answer == TCP and view.stream:
        return None  # it has been asked for once more over TCP
    return judgement


def depends_on_answer(decision: Decision) -> bool:
    """Whether it matters where the answer leads: what a rule decides is not looked at again."""
    passed = decision.judgement.verdict is Verdict.PASS or decision.judgement.blocklist == PAUSE
    return isinstance(decision, Forward) and passed


def passes(name: str, qtype: int, seat: Seat) -> bool:
    """Whether `decide` surely just says "forward" of a plain question for data: short, for nearly every query.

    False for names that only might be ours, which `decide` looks at more closely.
    """
    return (
        not seat.refused
        and local_names.is_public(name, seat.own_name, seat.tops, seat.near)
        and qtype != types.ANY
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


def _at_home(question: Question, view: View) -> tuple[Local | Alias | None, Route | None]:
    """What is answered here for a name that may be the home's; else where it goes, None: where all names go."""
    seat = view.seat
    name, qtype, home = question.name, question.qtype, seat.home
    if home.designated.is_about(name):
        return Local(home.designated.answer(question, local_names.designated_by(view.client))), None
    if name in seat.canaries:
        return _built_in(question, seat), None
    answer = home.find(name, qtype)
    if answer is not None and (answer.origin != DEVICES or seat.rules.find(name, qtype) is None):
        return _of_home(question, answer), None
    route = home.route(name, qtype)
    if route is None:
        packet = local_names.of_device(question, seat.own_name, home.domain, view.client)
        return _built_in(question, seat) if packet is None else Local(packet), None
    return None, route if route.specs else seat.route


def _of_home(question: Question, home: HomeAnswer) -> Local | Alias:
    judgement = Judgement(Verdict.LOCAL, home.origin, home.rule, home.answer)
    if custom_records.target(question, home.answer) is not None:
        return Alias(judgement)
    packet = custom_records.home(question, home.answer, local_names.TTL)
    return Local(packet, judgement=judgement, lasting=home.origin != DEVICES)


def _built_in(question: Question, seat: Seat) -> Local | None:
    packet = local_names.built_in(question, seat.own_name, seat.canaries)
    if packet is None and seat.home.keeps(question.name):
        packet = local_names.denied(question)
    if packet is None or seat.rules.find(question.name, question.qtype) is not None:
        return None
    if packet[3] & 0xF == types.NXDOMAIN and seat.home.exists(question.name):
        packet = local_names.without_data(question)
    return Local(packet)
