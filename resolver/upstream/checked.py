# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of an answer's signatures (DNSSEC), from what whoever checked it says. Pure.

A validator says AD of what it has checked, and SERVFAIL with an extended error (RFC 8914) of what did not stand the
check. AD of a server whose word counts for nothing never gets here: it is taken off on arrival.
"""

from __future__ import annotations

from dataclasses import replace

from resolver.upstream.upstream_choice import OWN
from store.log.records import INSECURE, UNCHECKED, VALIDATED
from wire import response as responses
from wire.message import Question, Response
from wire.types import AD, CD

# The extended errors that say that a signature did not hold, for whoever asked: short, in English like all of DNS.
WHY = {
    6: "the signatures do not hold (DNSSEC)",
    7: "a signature has expired (DNSSEC)",
    8: "a signature is not valid yet (DNSSEC)",
    9: "the key is missing (DNSSEC)",
    10: "signatures are missing (DNSSEC)",
    11: "the key is not one of a zone (DNSSEC)",
    12: "the proof that there is none is missing (DNSSEC)",
}


def bogus(response: Response | None) -> int:
    """The extended error of a response that did not stand the check; 0: it is none such."""
    code = int.from_bytes(response.ede[:2], "big") if response is not None else 0
    return code if code in WHY else 0


def because(response: Response, code: int) -> Response:
    """The same with a more exact reason in it."""
    return replace(response, ede=code.to_bytes(2, "big") + response.ede[2:])


def unanswered(response: Response | None, upstream: str) -> int:
    """The extended error of a question that the upstream was asked and did not answer; 0: it said something, or was
    not asked at all."""
    return responses.EDE_NETWORK if response is None and upstream else 0


def explained(question: Question, code: int) -> bytes:
    """The EDNS option that says so, for a client with EDNS; else nothing."""
    return responses.extended_error(code, WHY[code]) if question.edns and code in WHY else b""


def seen(response: Response, question: Question, upstream: str) -> int:
    """What the record says of it."""
    if response.flags & AD:
        return VALIDATED
    return INSECURE if upstream == OWN and not question.flags & CD else UNCHECKED
