# SPDX-License-Identifier: GPL-3.0-or-later
"""The packet that goes to an upstream: a question of a client's, and nothing else of what the client sent. Pure but for
the random letters."""

from __future__ import annotations

from wire import message
from wire.message import HEADER, Question
from wire.types import AD, CD, OPT, RD

PAD = 128  # bytes, of which an encrypted query is a multiple: RFC 8467 section 4.1


def query_bytes(question: Question, section: bytes, *, edns: bool, padded: bool = False, options: bytes = b"") -> bytes:
    """The packet for an upstream, less its id: what was asked, the bits RD, AD and CD, and an OPT record of our own.

    AD is always set, since the answer is kept for others, who may want to hear of it (RFC 6840 section 5.7). A client's
    EDNS options stay here: they are hop by hop, and a client subnet would tell who asked (RFC 7871). `options`: of our
    own, as bytes. `padded`: to the next block, so that an encrypted one does not tell how long the name is.
    """
    flags = RD | AD | question.flags & CD
    head = HEADER.pack(0, flags, 1, 0, 0, 1 if edns else 0)[2:]
    if not edns:
        return head + section
    opt = b"\0" + message.RECORD.pack(OPT, message.UDP_SIZE, 0x8000 if question.do else 0, 0)[:-2]
    return head + section + opt_record(opt, options, len(section), padded=padded)


def opt_record(opt: bytes, options: bytes, section_size: int, *, padded: bool) -> bytes:
    """The OPT record up to the length of its options, with these, behind a question of so many bytes; `padded`: with
    padding (RFC 7830: option 12) to the next block."""
    if padded:
        spare = -(_BARE + section_size + len(options)) % PAD
        options = b"%b\0\x0c%b%b" % (options, spare.to_bytes(2, "big"), bytes(spare))
    return b"%b%b%b" % (opt, len(options).to_bytes(2, "big"), options)


_BARE = 12 + 11 + 4  # bytes of header, OPT record and the head of the option


def without_ad(packet: bytes) -> bytes:
    """An answer whose server's word that it checked signatures counts for nothing here."""
    return packet[:3] + bytes((packet[3] & ~AD & 0xFF,)) + packet[4:]


def unmixed(packet: bytes, section: bytes) -> bytes:
    """An answer to the question `section`, in which our random letters are small: where an owner or a target repeats
    them instead of pointing to the question, every client would see them for as long as the answer is kept."""
    start, position = 12 + len(section), 0
    head, body = packet[:start], packet[start:]
    while length := section[position]:
        ending = section[position:-4]
        if ending != ending.lower():
            body = body.replace(ending, ending.lower())
        position += length + 1
    return head + body
