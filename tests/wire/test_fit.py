# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client takes, it gets whole; TC is for what was asked alone (RFC 2181 section 9)."""

from __future__ import annotations

from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import response, types
from wire.fit import fit
from wire.message import Question, parse_question, parse_response

RECORD = b"\xc0\x0c\0\1\0\1\0\0\0\5\0\4\1\2\3\4"


def question(name: str = "Ads.Example", rdtype: str = "A", **options: Any) -> Question:
    return parse_question(dns.message.make_query(name, rdtype, **options).to_wire())


def sized(asked: Question, size: int) -> bytes:
    """A response of exactly `size` bytes."""
    bare = response.build(asked, types.NOERROR, b"", (0, 0, 0))
    count, left = divmod(size - len(bare), 16)
    body = RECORD * (count - 1) + b"\xc0\x0c\0\x10\0\1\0\0\0\5" + (4 + left).to_bytes(2, "big") + b"t" * (4 + left)
    return response.build(asked, types.NOERROR, body, (count, 0, 0))


@pytest.mark.parametrize(
    ("options", "limit"),
    [
        ({"use_edns": False}, 512),
        ({"use_edns": 0, "payload": 0}, 512),
        ({"use_edns": 0, "payload": 900}, 900),
        ({"use_edns": 0, "payload": 65535}, 1232),
    ],
)
def test_over_udp_a_response_fits_what_the_client_takes_and_is_truncated_past_it(
    options: dict[str, Any], limit: int
) -> None:
    asked = question(**options)
    fits = sized(asked, limit)
    assert len(fits) == limit and fit(fits, asked, 1232, stream=False) == fits
    cut = fit(sized(asked, limit + 1), asked, 1232, stream=False)
    got = dns.message.from_wire(cut)
    assert got.flags & dns.flags.TC and not got.answer
    assert (got.edns == 0) is ("payload" in options)


def test_over_tcp_nothing_is_cut() -> None:
    asked = question(use_edns=False)
    large = sized(asked, 65535)
    assert fit(large, asked, 65_535, stream=True) == large


def test_a_truncated_negative_answer_keeps_its_rcode() -> None:
    asked = question(use_edns=False)
    large = sized(asked, 700)
    large = large[:3] + bytes([large[3] | types.NXDOMAIN]) + large[4:]
    assert dns.message.from_wire(fit(large, asked, 1232, stream=False)).rcode() == dns.rcode.NXDOMAIN


def built(asked: Question, answers: int, authorities: int, additionals: int, *, long: bool = False) -> bytes:
    """A response of ours; owners in full and in other letters where `long`, which is for answers alone."""
    reply = dns.message.make_response(dns.message.make_query("Ads.Example", "A"))
    owner = "aDs.eXample." if long else "Ads.Example."
    for section, count, kind, name in (
        (reply.answer, answers, "A", owner),
        (reply.authority, authorities, "NS", "example."),
        (reply.additional, additionals, "A", ""),
    ):
        for number in range(count):
            data = f"192.0.2.{number}" if kind == "A" else f"ns{number}.example."
            section.append(dns.rrset.from_text(name or f"ns{number}.example.", 60, "IN", kind, data))
    packet = reply.to_wire(max_size=65_535)
    if long:  # as servers write it that never compress an owner
        start = 12 + len(asked.section)
        packet = packet[:start] + packet[start:].replace(b"\xc0\x0c", b"\3aDs\7eXample\0")
    came = parse_response(packet, packet[12 : 12 + len(asked.section)])
    return response.build(asked, types.NOERROR, came.body, came.counts)


@pytest.mark.parametrize("options", [{"use_edns": False}, {"use_edns": 0, "payload": 512}])
@pytest.mark.parametrize(("authorities", "additionals", "kept"), [(2, 40, 2), (40, 40, 0), (60, 0, 0)])
def test_what_was_not_asked_goes_first(options: dict[str, Any], authorities: int, additionals: int, kept: int) -> None:
    """blocky#2212: one address with many additional records."""
    asked = question(**options)
    got = dns.message.from_wire(fit(built(asked, 1, authorities, additionals), asked, 1232, stream=False))
    assert not got.flags & dns.flags.TC
    assert [str(each[0]) for each in got.answer] == ["192.0.2.0"] and not got.additional
    assert sum(map(len, got.authority)) == kept
    assert (got.edns == 0) is ("payload" in options), "our OPT record stays"


@pytest.mark.parametrize("count", [20, 28])
def test_owners_are_compressed_where_that_makes_it_fit(count: int) -> None:
    asked = question(use_edns=False)
    large = built(asked, count, 0, 0, long=True)
    assert len(large) > 512
    got = dns.message.from_wire(fit(large, asked, 1232, stream=False))
    assert not got.flags & dns.flags.TC and len(got.answer[0]) == count


def test_when_the_answer_itself_does_not_fit_it_is_truncated() -> None:
    asked = question(use_edns=False)
    got = dns.message.from_wire(fit(built(asked, 40, 3, 3), asked, 1232, stream=False))
    assert got.flags & dns.flags.TC and not got.answer


@given(
    st.integers(0, 40), st.integers(0, 30), st.integers(0, 30), st.booleans(), st.sampled_from([None, 512, 700, 1232])
)
def test_it_always_fits_and_loses_no_answer_unsaid(
    answers: int, authorities: int, additionals: int, long: bool, payload: int | None
) -> None:
    asked = question(use_edns=False) if payload is None else question(use_edns=0, payload=payload)
    others = (0, 0) if long else (authorities, additionals)
    whole = built(asked, answers, *others, long=long)
    made = fit(whole, asked, 1232, stream=False)
    assert len(made) <= (payload or 512)
    got = dns.message.from_wire(made)
    if not got.flags & dns.flags.TC:
        assert sum(map(len, got.answer)) == answers
