# SPDX-License-Identifier: GPL-3.0-or-later
"""When two questions are the same one: the key of what is kept of answers, and of what is on its way. Pure.

What is asked of other servers than the house's has a tag in front (`resolver.upstream.route`).
"""

from __future__ import annotations

from wire import types
from wire.message import Question

QuestionKey = bytes  # [tag,] lower-case wire name, qtype, qclass, and a byte of DO and CD: its hash is computed once

TAG_SIZE = 9  # bytes: TAGGED, and eight that no two sets of servers have in common
TAGGED = b"\xff"  # no name begins so: a label has at most 63 bytes


def key_of(question: Question, tag: bytes = b"") -> QuestionKey:
    """The key of a question, put to the servers with this tag."""
    return tag + question.wire_name + end_of_key(question)


def end_of_key(question: Question) -> bytes:
    """What a key has behind the name.

    DO changes which records come, CD whether bogus ones may: RFC 4035 section 4.7 keeps them apart.
    """
    return question.section[-4:] + _BITS[question.do, bool(question.flags & types.CD)]


def section_of(key: QuestionKey) -> bytes:
    """The question section, in small letters, of which a key was made."""
    return key[TAG_SIZE:-1] if key[:1] == TAGGED else key[:-1]


_BITS = {(do, cd): bytes([do | cd << 1]) for do in (False, True) for cd in (False, True)}
