# SPDX-License-Identifier: GPL-3.0-or-later
"""What a blocked query gets: what its rule wants answered, else its list, the group of who asked, the house. Pure."""

from __future__ import annotations

from resolver.answer import custom_records
from resolver.answer.inspect import REBINDING
from resolver.answer.judge import HOME, Judgement
from resolver.answer.seat import Seat
from resolver.answer.snapshot import Snapshot
from resolver.upstream.route import Route
from store.config.custom_responses import Answer
from store.log.records import Verdict
from wire import response
from wire.message import Question


def wanted(judgement: Judgement, seat: Seat, now: Snapshot) -> Answer | None:
    """What is to be answered; None: what the house's sinkhole says."""
    return judgement.answer or now.answers.get(judgement.blocklist) or seat.answer


def packet(question: Question, judgement: Judgement, seat: Seat, now: Snapshot) -> bytes:
    """The response; no bytes where nothing is to be sent."""
    answer, ede = wanted(judgement, seat, now), explained(question, judgement, now)
    return custom_records.packet(question, answer, now.sinkhole, ede)


def target(question: Question, judgement: Judgement, seat: Seat, now: Snapshot) -> Question | None:
    """The question to ask upstream first, where the answer is to be a CNAME."""
    return custom_records.target(question, wanted(judgement, seat, now))


def explained(question: Question, judgement: Judgement, now: Snapshot) -> bytes:
    """The EDNS option that says what blocked the query, for a client with EDNS; else nothing."""
    if not question.edns or judgement.verdict is Verdict.LOCAL:
        return b""
    return response.blocked_by(reason(judgement, now))


def unreachable(question: Question, route: Route, why: int) -> bytes:
    """The EDNS option that says whose servers do not answer, for a client with EDNS. Upstreams are not named: their
    addresses may be a secret of the home's. Nothing where they have answered, or were not asked (`why`)."""
    if not question.edns:
        return b""
    if not route.domain:
        silent = why == response.EDE_NETWORK
        return response.extended_error(why, "none of this home's upstreams answers") if silent else b""
    text = f"the servers that {route.domain} is forwarded to do not answer: {', '.join(route.specs)}"
    return response.extended_error(response.EDE_UNREACHABLE, text)


def reason(judgement: Judgement, now: Snapshot) -> str:
    """What blocked a query, for who asked: the rule, and the list's title."""
    if judgement.blocklist == REBINDING:
        return f"{judgement.rule} (rebinding protection of this home; a rule that allows the name lets it through)"
    source = "a rule of this home" if judgement.blocklist == HOME else now.titles.get(judgement.blocklist)
    return f"{judgement.rule} ({source})" if source else judgement.rule
