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
from wire import resource_records, response
from wire.message import HEADER, Question, Response
from wire.names import to_wire
from wire.resource_records import ADDRESS_SIZES, QUESTION_NAME, data_from_text, pack
from wire.response import Sinkhole
from wire.types import AA, ANY, CNAME, IN, NOERROR, TYPE_NUMBERS


def packet(question: Question, answer: Answer | None, sinkhole: Sinkhole, ede: bytes = b"") -> bytes:
    """The response to a question that is answered so; None: by the sinkhole. `ede` is an EDNS option, or nothing.

    No bytes where nothing is to be sent.
    """
    if answer is None:
        return response.sinkhole(question, sinkhole, ede)
    if answer.word is None:
        return _records(question, answer, sinkhole.ttl, ede)
    return response.sinkhole(question, Sinkhole(answer.word, sinkhole.ttl), ede)


def home(question: Question, answer: Answer, ttl: int) -> bytes:
    """The response for a name that is the home's: its records of the type that was asked, or none."""
    return _records(question, answer, ttl, b"", AA)


def target(question: Question, answer: Answer | None) -> Question | None:
    """The question that has to be asked upstream for a CNAME to be of use: its target, of the type that was asked."""
    name = _cname(question, answer) if answer else None
    if name is None or question.qtype in (CNAME, ANY) or question.qclass != IN:
        return None
    wire_name = to_wire(name)
    tail = struct.pack("!HH", question.qtype, question.qclass)
    return replace(question, name=name, wire_name=wire_name, section=wire_name + tail)


def data_of(answered: Response, asked: Question) -> list[bytes]:
    """What an answer to a question has of the type that was asked, in order; names in full. Raises Malformed."""
    if asked.qtype in ADDRESS_SIZES:
        return answered.addresses
    packet = HEADER.pack(0, 0, 1, answered.counts[0], 0, 0) + asked.section + answered.body
    records, _ = resource_records.read(packet, 12 + len(asked.section), answered.counts[0])
    return [record.data for record in records if record.rtype == asked.qtype]


def led(question: Question, targets: Sequence[Question], data: list[bytes], ttl: int, ede: bytes = b"") -> bytes:
    """The response with a CNAME to each of `targets` from the one before, and what the last one has of the type that
    was asked: `data`, among which may be addresses of the other family.
    """
    body, owner = b"", QUESTION_NAME
    for target_ in targets:
        body += pack(CNAME, ttl, target_.wire_name, owner)
        owner = target_.wire_name
    size = ADDRESS_SIZES.get(question.qtype)
    wanted = [each for each in data if size is None or len(each) == size]
    for each in wanted:
        body += pack(question.qtype, ttl, each, owner)
    return response.build(question, NOERROR, body, (len(targets) + len(wanted), 0, 0), ede=ede)


def _cname(question: Question, answer: Answer) -> str | None:
    alias = next((value for type_, value in answer.records if type_ == "CNAME"), None)
    if alias is None or not alias.startswith("*."):
        return alias
    return f"{question.name}.{alias[2:]}" if len(question.name) + len(alias) < 250 else alias[2:]


def _records(question: Question, answer: Answer, ttl: int, ede: bytes, flags: int = 0) -> bytes:
    body, count = b"", 0
    for type_, value in answer.records:
        number = TYPE_NUMBERS[type_]
        if question.qclass != IN or question.qtype not in (number, ANY):
            continue
        text = (_cname(question, answer) or value) if number == CNAME else value
        body += pack(number, ttl, data_from_text(number, text))
        count += 1
    if not count:
        return response.empty(question, NOERROR, flags=flags, soa_ttl=ttl, ede=ede)
    return response.build(question, NOERROR, body, (count, 0, 0), flags=flags, ede=ede)
