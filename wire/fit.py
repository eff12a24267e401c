# SPDX-License-Identifier: GPL-3.0-or-later
"""Making a response fit what the client takes (RFC 2181 section 9): TC is for what was asked, and only that."""

from __future__ import annotations

from wire import resource_records
from wire.message import HEADER, Question
from wire.names import Malformed
from wire.response import build, limit
from wire.types import AD, OPT, TC


def fit(response: bytes, question: Question, most: int, *, stream: bool) -> bytes:
    """`response`, shortened where it is larger than the client takes, and at the last truncated with TC set.

    Additional records go first, then the authority's, which no positive answer needs; then names are compressed.
    """
    room = limit(question, most, stream=stream)
    if len(response) <= room:
        return response
    shorter = _shorter(response, question, room)
    if shorter is not None:
        return shorter
    flags = int.from_bytes(response[2:4], "big")
    return build(question, flags & 0xF, b"", (0, 0, 0), flags=TC | flags & AD)


def _shorter(response: bytes, question: Question, room: int) -> bytes | None:
    """The same answer in `room` bytes or fewer, its OPT record kept; None: there is no such thing."""
    _, _, _, answers, authorities, additionals = HEADER.unpack_from(response)
    if not answers:
        return None  # a negative answer is its authority section
    start = 12 + len(question.section)
    try:
        answer, end = resource_records.read(response, start, answers)
        authority, behind = resource_records.read(response, end, authorities)
        opt = _opt(response, behind, additionals)
    except Malformed:
        return None
    head, counted = response[:start], int(bool(opt))
    for body, count in (
        (response[start:behind], authorities),
        (response[start:end], 0),
        (resource_records.write([*answer, *authority], behind=head), authorities),
        (resource_records.write(answer, behind=head), 0),
    ):
        if start + len(body) + len(opt) <= room:
            return head[:8] + count.to_bytes(2, "big") + counted.to_bytes(2, "big") + head[12:] + body + opt
    return None


def _opt(response: bytes, position: int, count: int) -> bytes:
    """Our OPT record, which stands last in a response of ours; nothing where there is none."""
    records, _ = resource_records.read(response, position, count)
    if not records or records[-1].rtype != OPT:
        return b""
    return resource_records.write(records[-1:])
