# SPDX-License-Identifier: GPL-3.0-or-later
import dns.edns
import dns.message
import pytest

from resolver.upstream import checked
from resolver.upstream.upstream_choice import OWN
from store.log.records import INSECURE, UNCHECKED, VALIDATED
from wire import message
from wire.message import Response
from wire.types import AD, CD


def servfail(*codes: int) -> Response:
    query = dns.message.make_query("www.example", "A", use_edns=0)
    answer = dns.message.make_response(query)
    answer.set_rcode(2)
    answer.use_edns(0, options=[dns.edns.NSIDOption(b"x"), *(dns.edns.EDEOption(code, "why") for code in codes)])
    return message.parse_response(answer.to_wire(), query.to_wire()[12 : 12 + 17])


@pytest.mark.parametrize(("codes", "bogus"), [((6,), 6), ((7, 22), 7), ((12,), 12), ((22,), 0), ((), 0), ((5,), 0)])
def test_what_did_not_stand_the_check_says_why(codes: tuple[int, ...], bogus: int) -> None:
    response = servfail(*codes)
    assert checked.bogus(response) == bogus
    question = message.parse_question(dns.message.make_query("www.example", "A", use_edns=0).to_wire())
    assert bool(checked.explained(question, bogus)) is bool(bogus)
    assert checked.bogus(None) == 0


def test_options_that_are_cut_off_say_nothing() -> None:
    query = dns.message.make_query("www.example", "A", use_edns=0).to_wire()
    packet = bytearray(query[:28] + query[29:29] + query[29:])
    head = bytes((*query[:2], 0x81, 0x82, 0, 1, 0, 0, 0, 0, 0, 1)) + query[12:29]
    cut = head + b"\0" + message.RECORD.pack(41, 1232, 0, 5) + b"\0\x0f\0\x20\0"
    assert packet and message.parse_response(cut, query[12:29]).ede == b""


@pytest.mark.parametrize(
    ("flags", "asked", "upstream", "seen"),
    [(AD, 0, OWN, VALIDATED), (0, 0, OWN, INSECURE), (0, CD, OWN, UNCHECKED), (0, 0, "9.9.9.9", UNCHECKED)],
)
def test_the_record_says_what_is_known(flags: int, asked: int, upstream: str, seen: int) -> None:
    question = message.parse_question(dns.message.make_query("www.example", "A").to_wire())
    question.flags |= asked
    assert checked.seen(Response(flags, b"", (0, 0, 0)), question, upstream) == seen
