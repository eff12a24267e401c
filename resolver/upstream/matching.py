# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a packet that came under the id of an attempt answers it. Pure; RFC 5452 section 9.1 with 0x20."""

from __future__ import annotations

from enum import Enum

from resolver.upstream.exchange import Attempt
from wire.types import BADVERS, FORMERR, NOTIMP, OPCODE, QR, TC

EDNS_RCODES = frozenset({FORMERR, NOTIMP, BADVERS})  # by which servers say that they know no EDNS


class Match(Enum):
    """FOREIGN: it answers something else, or nobody. FOLDED: the question came back in other letters, over datagrams.

    CUT: the answer does not fit a datagram.
    """

    FOREIGN = 0
    FOLDED = 1
    CUT = 2
    ANSWER = 3


def match(attempt: Attempt, packet: bytes) -> Match:
    """What `packet`, of 12 bytes or more, is to the attempt; over a stream no stranger can have sent it."""
    flags, datagram = int.from_bytes(packet[2:4], "big"), attempt.channel.datagrams
    if not flags & QR or flags & OPCODE:
        return Match.FOREIGN
    if len(packet) == 12 and flags & 0xF:  # some servers refuse without the question
        believed = not datagram or (attempt.edns and flags & 0xF in EDNS_RCODES)  # it only makes us ask once more
        return Match.ANSWER if believed else Match.FOREIGN
    asked = attempt.section
    section = packet[12 : 12 + len(asked)]
    if section != asked:
        if section[-4:] != asked[-4:] or section[:-4].lower() != asked[:-4].lower():
            return Match.FOREIGN
        if datagram and attempt.mixed:
            return Match.FOLDED
    return Match.CUT if datagram and flags & TC else Match.ANSWER


def whole(attempt: Attempt, packet: bytes) -> bytes:
    """The packet with its question, which a bare refusal lacks."""
    return packet if len(packet) > 12 else packet[:4] + b"\0\1" + bytes(6) + attempt.section
