# SPDX-License-Identifier: GPL-3.0-or-later
"""Which packet answers an attempt."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.upstream.exchange import Attempt
from resolver.upstream.matching import Match, match, whole
from wire import message
from wire.types import FORMERR, NOTIMP, REFUSED, SERVFAIL

SECTION = b"\3wWw\7eXample\0\0\1\0\1"


class Channel:
    is_open = True

    def __init__(self, datagrams: bool) -> None:
        self.datagrams = datagrams


def attempt(*, datagrams: bool = True, mixed: bool = True, edns: bool = True, proven: bool = False) -> Attempt:
    channel: Any = Channel(datagrams)
    nothing: Any = None
    server: Any = SimpleNamespace(edns_proven=proven)
    return Attempt(nothing, server, channel, b"id", SECTION, 0.0, mixed=mixed, edns=edns)


def packet(section: bytes = SECTION, flags: int = 0x8180, tail: bytes = b"") -> bytes:
    return b"id" + flags.to_bytes(2, "big") + b"\0\1" + bytes(6) + section + tail


def test_the_question_to_the_letter_is_an_answer() -> None:
    assert match(attempt(), packet()) is Match.ANSWER


@pytest.mark.parametrize("datagrams", [True, False])
@pytest.mark.parametrize(
    "foreign",
    [
        packet(flags=0x0100),  # a query
        packet(flags=0xA180),  # another opcode
        packet(SECTION.replace(b"www", b"wwx").replace(b"wWw", b"wWx")),
        packet(SECTION[:-3] + b"\x1c\0\1"),  # another type
        packet(SECTION[:-1] + b"\3"),  # another class
        packet(SECTION[:-1]),
        b"id" + b"\x81\x80" + bytes(8),  # nothing at all
    ],
)
def test_anything_else_is_foreign(foreign: bytes, datagrams: bool) -> None:
    assert match(attempt(datagrams=datagrams), foreign) is Match.FOREIGN


def test_other_letters_are_told_apart_only_where_they_were_a_secret() -> None:
    folded = packet(SECTION.lower())
    assert match(attempt(), folded) is Match.FOLDED
    assert match(attempt(mixed=False), folded) is Match.ANSWER
    assert match(attempt(datagrams=False), folded) is Match.ANSWER


def test_a_cut_answer_is_asked_for_again_where_it_may_be_whole() -> None:
    assert match(attempt(), packet(flags=0x8380)) is Match.CUT
    assert match(attempt(datagrams=False), packet(flags=0x8380)) is Match.ANSWER


@pytest.mark.parametrize("rcode", [FORMERR, SERVFAIL, NOTIMP, REFUSED])
def test_a_refusal_without_the_question_is_believed_where_it_can_only_make_us_ask_again(rcode: int) -> None:
    bare = b"id" + bytes((0x81, 0x80 | rcode)) + bytes(8)
    assert match(attempt(datagrams=False), bare) is Match.ANSWER
    assert (match(attempt(), bare) is Match.ANSWER) == (rcode in (FORMERR, NOTIMP))
    assert match(attempt(edns=False), bare) is Match.FOREIGN
    assert match(attempt(proven=True), bare) is Match.FOREIGN, "whoever guesses an id could turn EDNS off"
    assert message.parse_response(whole(attempt(), bare), SECTION).rcode == rcode


@given(st.binary(min_size=10, max_size=60), st.booleans(), st.booleans())
def test_whatever_comes_is_told_and_nothing_is_raised(rest: bytes, datagrams: bool, mixed: bool) -> None:
    assert match(attempt(datagrams=datagrams, mixed=mixed), b"id" + rest) in Match
