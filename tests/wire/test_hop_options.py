# SPDX-License-Identifier: GPL-3.0-or-later
"""Options between a client and us alone: taken off a query, and put on an answer."""

import dns.edns
import dns.message
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import hop_options
from wire.hop_options import BLOCK, COOKIE, KEEPALIVE, PADDING, Hop, Survey

PAD = dns.edns.GenericOption(PADDING, bytes(40))
ALIVE = dns.edns.GenericOption(KEEPALIVE, b"")
COOK = dns.edns.GenericOption(COOKIE, bytes(8))
NSID = dns.edns.GenericOption(3, b"")


def query(*options: dns.edns.Option) -> bytes:
    asked = dns.message.make_query("www.example.org", "A", use_edns=0, options=list(options), payload=1232)
    asked.id = 7
    return asked.to_wire()


def answer(name: str = "www.example.org.", ttl: int = 300, *more: str, edns: bool = True) -> bytes:
    asked = dns.message.make_query(name, "A", use_edns=0 if edns else -1)
    made = dns.message.make_response(asked, our_payload=1232)
    made.answer = [dns.rrset.from_text(name, ttl, "IN", "A", "192.0.2.1")]
    made.answer += [dns.rrset.from_text(name, 60, "IN", "CNAME", each) for each in more]
    return made.to_wire()


def test_padding_keepalive_and_cookie_go_off_and_the_rest_stays() -> None:
    bare, hop = hop_options.split(query(PAD, NSID, ALIVE, COOK))
    assert bare == query(NSID)
    assert hop == Hop(edns=True, keepalive=True)


def test_a_query_is_the_same_bytes_with_and_without_padding() -> None:
    assert hop_options.split(query(PAD)) == (query(), Hop(edns=True))
    assert hop_options.split(query()) == (query(), Hop(edns=True))


def test_a_query_without_edns_says_nothing() -> None:
    plain = dns.message.make_query("www.example.org", "A").to_wire()
    assert hop_options.split(plain) == (plain, Hop())


@given(st.binary(max_size=300))
def test_any_bytes_come_out_as_they_came_or_shorter(data: bytes) -> None:
    bare, _ = hop_options.split(data)
    assert len(bare) <= len(data)
    facts = hop_options.survey(data)
    assert hop_options.padded(data, None) == data
    assert facts.seconds is None or facts.seconds >= 0


@given(st.integers(0, 400), st.integers(0, 600))
def test_what_is_cut_or_changed_does_not_raise(cut: int, at: int) -> None:
    for packet in (query(PAD, ALIVE), answer()):
        changed = bytearray(packet[: len(packet) - cut % len(packet)])
        if changed:
            changed[at % len(changed)] ^= 0xFF
        hop_options.split(bytes(changed))
        hop_options.survey(bytes(changed))


@pytest.mark.parametrize("idle", [None, 60.0])
def test_an_answer_is_padded_to_a_whole_block(idle: float | None) -> None:
    packet = answer()
    dressed = hop_options.padded(packet, hop_options.survey(packet).opt, idle)
    assert len(dressed) == BLOCK
    read = dns.message.from_wire(dressed)
    assert read.answer == dns.message.from_wire(packet).answer
    alive = [option for option in read.options if int(option.otype) == KEEPALIVE]
    assert [option.to_wire() for option in alive] == ([] if idle is None else [(600).to_bytes(2, "big")])


def test_an_answer_without_edns_stays_as_it_is() -> None:
    packet = answer(edns=False)
    assert hop_options.survey(packet) == Survey(300, None)
    assert hop_options.padded(packet, None, 60.0) == packet


def test_the_largest_answer_is_not_made_larger_than_a_message() -> None:
    packet = answer()
    opt = hop_options.survey(packet).opt
    assert opt is not None
    huge = packet[:opt] + packet[opt : opt + 9] + (65_000).to_bytes(2, "big") + bytes(65_000)
    assert len(hop_options.padded(huge, opt, 60.0)) <= 65_535


def test_it_may_be_kept_as_long_as_its_shortest_record() -> None:
    assert hop_options.survey(answer("a.example.", 300, "b.example.")).seconds == 60
    assert hop_options.survey(answer("a.example.", 0)).seconds == 0


def test_a_negative_answer_may_be_kept_as_its_soa_says() -> None:
    made = dns.message.make_response(dns.message.make_query("no.example", "A"))
    made.authority = [dns.rrset.from_text("example.", 900, "IN", "SOA", "ns.example. root.example. 1 2 3 4 30")]
    assert hop_options.survey(made.to_wire()).seconds == 30


def test_an_answer_with_neither_is_kept_by_nobody() -> None:
    made = dns.message.make_response(dns.message.make_query("no.example", "A"))
    assert hop_options.survey(made.to_wire()).seconds is None
