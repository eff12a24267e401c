# SPDX-License-Identifier: GPL-3.0-or-later
"""When two questions are the same one: the key of what is kept of answers, and of what is on its way. Pure."""

from __future__ import annotations

from wire import types
from wire.message import Question

QuestionKey = bytes  # lower-case wire name, qtype, qclass, and a byte of DO and CD: its hash is computed once


def key_of(question: Question) -> QuestionKey:
    """The key of a question."""
    return question.wire_name + end_of_key(question)


def end_of_key(question: Question) -> bytes:
    """What a key has behind the name.

    DO changes which records come, CD whether bogus ones may: RFC 4035 section 4.7 keeps them apart.
    """
    return question.section[-4:] + _BITS[question.do, bool(question.flags & types.CD)]


_BITS = {(do, cd): bytes([do | cd << 1]) for do in (False, True) for cd in (False, True)}
