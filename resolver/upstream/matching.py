# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a packet that came under the id of an attempt answers it. Pure; RFC 5452 section 9.1 with 0x20."""

from __future__ import annotations

from enum import Enum

from resolver.upstream.exchange import Attempt
from resolver.upstream.query_packet import unmixed, without_ad
from wire import message
from wire.message import Response
from wire.types import AD, BADVERS, FORMERR, NOTIMP, OPCODE, QR, TC

EDNS_RCODES = frozenset({FORMERR, NOTIMP, BADVERS})  # by which servers say that they know no EDNS


class Match(Enum):
    """FOREIGN: it answers something else, or nobody. FOLDED: the question came back in other letters, over datagrams.
    BARE: without the cookie that this server gives.

    CUT: the answer does not fit a datagram.
    """

    FOREIGN = 0
    FOLDED = 1
    CUT = 2
    ANSWER = 3
    BARE = 4

    @property
    def doubtful(self) -> bool:
        """Whether it may be a stranger's."""
        return self in (Match.FOREIGN, Match.FOLDED, Match.BARE)


def match(attempt: Attempt, packet: bytes) -> Match:
    """What `packet`, of 12 bytes or more, is to the attempt; over a stream no stranger can have sent it."""
    flags, datagram = int.from_bytes(packet[2:4], "big"), attempt.channel.datagrams
    if not flags & QR or flags & OPCODE:
        return Match.FOREIGN
    if len(packet) == 12 and flags & 0xF:  # some servers refuse without the question
        unproven = attempt.edns and not attempt.server.edns_proven  # it makes us ask without EDNS
        believed = not datagram or (unproven and flags & 0xF in EDNS_RCODES)
        return Match.ANSWER if believed else Match.FOREIGN
    asked = attempt.section
    section = packet[12 : 12 + len(asked)]
    if section != asked:
        if section[-4:] != asked[-4:] or section[:-4].lower() != asked[:-4].lower():
            return Match.FOREIGN
        if datagram and attempt.mixed:
            return Match.FOLDED
    if datagram and attempt.cookie and packet.find(attempt.cookie, 12) < 0:
        return Match.BARE
    return Match.CUT if datagram and flags & TC else Match.ANSWER


def read(attempt: Attempt, packet: bytes) -> Response:
    """What an answer says, in small letters, and with AD only where its server's word counts. Raises Malformed."""
    if packet[3] & AD and not attempt.server.vouches:
        packet = without_ad(packet)
    packet = whole(attempt, unmixed(packet, attempt.section) if attempt.mixed else packet)
    return message.parse_response(packet, attempt.section)


def whole(attempt: Attempt, packet: bytes) -> bytes:
    """The packet with its question, which a bare refusal lacks."""
    return packet if len(packet) > 12 else packet[:4] + b"\0\1" + bytes(6) + attempt.section
