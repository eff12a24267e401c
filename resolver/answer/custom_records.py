# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer that a rule, a list or a group asks for → a packet. Pure.

Records are written under the name in the question, without compression in their data, which RFC 3597 asks for anyway
where a type is newer than the reader.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import replace

from store.config.custom_responses import Answer
from wire import response
from wire.message import Question
from wire.names import to_wire
from wire.resource_records import QUESTION_NAME, data_from_text, pack
from wire.response import Sinkhole
from wire.types import AAAA, ANY, CNAME, IN, NOERROR, TYPE_NUMBERS, A


def packet(question: Question, answer: Answer | None, sinkhole: Sinkhole, ede: bytes = b"") -> bytes:
    """The response to a question that is answered so; None: by the sinkhole. `ede` is an EDNS option, or nothing.

    No bytes where nothing is to be sent.
    """
    if answer is None:
        return response.sinkhole(question, sinkhole, ede)
    if answer.word is None:
        return _records(question, answer, sinkhole.ttl, ede)
    return response.sinkhole(question, Sinkhole(answer.word, sinkhole.ttl), ede)


def target(question: Question, answer: Answer | None) -> Question | None:
    """The question that has to be asked upstream for a CNAME to be of use: its target, of the type that was asked."""
    name = _cname(question, answer) if answer else None
    if name is None or question.qtype in (CNAME, ANY) or question.qclass != IN:
        return None
    wire_name = to_wire(name)
    tail = struct.pack("!HH", question.qtype, question.qclass)
    return replace(question, name=name, wire_name=wire_name, section=wire_name + tail)


def led(question: Question, targets: Sequence[Question], addresses: list[bytes], ttl: int, ede: bytes = b"") -> bytes:
    """The response with a CNAME to each of `targets` from the one before, and the addresses that the last one has."""
    body, owner = b"", QUESTION_NAME
    for target_ in targets:
        body += pack(CNAME, ttl, target_.wire_name, owner)
        owner = target_.wire_name
    wanted = [address for address in addresses if _of_type(address, question.qtype)]
    for address in wanted:
        body += pack(question.qtype, ttl, address, owner)
    return response.build(question, NOERROR, body, (len(targets) + len(wanted), 0, 0), ede=ede)


def _of_type(address: bytes, qtype: int) -> bool:
    return qtype == (A if len(address) == 4 else AAAA)


def _cname(question: Question, answer: Answer) -> str | None:
    alias = next((value for type_, value in answer.records if type_ == "CNAME"), None)
    if alias is None or not alias.startswith("*."):
        return alias
    return f"{question.name}.{alias[2:]}" if len(question.name) + len(alias) < 250 else alias[2:]


def _records(question: Question, answer: Answer, ttl: int, ede: bytes) -> bytes:
    body, count = b"", 0
    for type_, value in answer.records:
        number = TYPE_NUMBERS[type_]
        if question.qclass != IN or question.qtype not in (number, ANY):
            continue
        text = (_cname(question, answer) or value) if number == CNAME else value
        body += pack(number, ttl, data_from_text(number, text))
        count += 1
    if not count:
        return response.empty(question, NOERROR, soa_ttl=ttl, ede=ede)
    return response.build(question, NOERROR, body, (count, 0, 0), ede=ede)
