# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sent to an upstream, read by an independent library."""

from __future__ import annotations

import dns.flags
import dns.message
import pytest

from resolver.upstream.query_packet import opt_record, query_bytes, unmixed
from wire.message import parse_question


@pytest.mark.parametrize("flags", [dns.flags.RD, 0, dns.flags.RD | dns.flags.CD, dns.flags.RD | dns.flags.AD])
def test_a_query_to_an_upstream_asks_for_recursion_and_keeps_what_concerns_dnssec(flags: int) -> None:
    question = parse_question(dns.message.make_query("a.test", "A", flags=flags).to_wire())
    sent = dns.message.from_wire(b"\0\7" + query_bytes(question, question.section, edns=True))
    assert sent.flags == dns.flags.RD | dns.flags.AD | flags & dns.flags.CD, "AD for whoever asks later"
    assert sent.edns == 0 and not sent.options
    assert dns.message.from_wire(b"\0\7" + query_bytes(question, question.section, edns=False)).edns == -1


def test_our_letters_go_no_further_than_to_the_upstream() -> None:
    """Where an owner or a target repeats them in full; what else looks like letters stays."""
    asked = b"\3wWw\4sHop\7exAmple\0\0\1\0\1"
    head = b"id\x81\x80\0\1\0\2\0\0\0\0" + asked
    cname = b"\3wWw\4sHop\7exAmple\0\0\5\0\1\0\0\0\5\0\x0d\3cdn\7exAmple\0"
    text = b"\xc0\x0c\0\x10\0\1\0\0\0\5\0\6\5sHop!"
    got = unmixed(head + cname + text, asked)
    assert got == head + cname.lower() + text
    assert unmixed(head + text, asked) == head + text


@pytest.mark.parametrize("labels", range(1, 60, 7))
def test_an_encrypted_query_is_padded_to_blocks_whichever_way_it_takes(labels: int) -> None:
    question = parse_question(dns.message.make_query("a." * labels + "test", "A", want_dnssec=True).to_wire())
    whole = query_bytes(question, question.section, edns=True, padded=True)
    bare = query_bytes(question, question.section, edns=True)
    assert (len(whole) + 2) % 128 == 0 and dns.message.from_wire(b"\0\7" + whole).options[0].otype == 12
    assert whole == bare[:-11] + opt_record(bare[-11:-2], b"", len(question.section), padded=True)
