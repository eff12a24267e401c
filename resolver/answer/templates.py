# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in a query beside its id and its name, read once: the queries of a home need some dozens of templates.

A template says what goes to an upstream in front of the question and behind it, and what comes back to the client
there. Only plain queries have one: one question of class IN for data, no EDNS option; whatever else has none. Pure.
"""

from __future__ import annotations

from typing import NamedTuple

from resolver.upstream import query_packet
from resolver.upstream.question_key import end_of_key
from wire import message, response, types
from wire.names import Malformed

MAX_TEMPLATES = 500  # some 500 bytes each
_LONGEST = 25  # bytes beside id and name without options: 10 of the header, 4 of the question, 11 of OPT


class Template(NamedTuple):
    """`limit`: bytes of the largest response; `ad`: the bit AD where the client wants to hear of it (RFC 6840, 5.8)."""

    qtype: int
    key_end: bytes  # behind the lower-case name: the key of caches
    tail: bytes  # type and class
    ask_head: bytes  # to the upstream, between id and question
    ask_opt: bytes  # its OPT record, up to the length of its options
    high: int  # the response's flags, before those of the answer
    low: int
    ad: int
    end_counts: bytes  # of its authority and additional records
    opt: bytes  # its OPT record
    limit: int
    checks: bool  # CD is not set: what cannot be believed is not wanted


class Templates:
    """The templates met so far, by the bytes that they stand for."""

    def __init__(self) -> None:
        self._known: dict[bytes, Template | None] = {}

    def of(self, packet: bytes, end: int) -> Template | None:
        """The template of a query whose name ends before `end`; None: none."""
        rest = packet[2:12] + packet[end:]
        try:
            return self._known[rest]
        except KeyError:
            if len(rest) > _LONGEST:
                return None  # options: a cookie is new each time
            if len(self._known) >= MAX_TEMPLATES:
                self._known.clear()
            template = self._known[rest] = _read(packet)
            return template


def _read(packet: bytes) -> Template | None:
    if packet[2] & 0xF8:  # a response, or no QUERY
        return None
    try:
        question = message.parse_question(packet)
    except Malformed:
        return None
    if question.qclass != types.IN or question.options or question.qtype == types.ANY:
        return None
    if message.refusal(question) is not None:
        return None
    to_upstream = query_packet.query_bytes(question, b"", edns=True)
    to_client = response.build(question, types.NOERROR, b"", (0, 0, 0))
    behind = 12 + len(question.section)
    return Template(
        question.qtype, end_of_key(question), question.section[-4:], to_upstream[:10], to_upstream[10:-2],
        to_client[2], to_client[3], types.AD if question.do or question.flags & types.AD else 0,
        to_client[8:12], to_client[behind:], response.limit(question, message.UDP_SIZE, stream=False),
        not question.flags & types.CD,
    )  # fmt: skip
