# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates of queries: known again by their bytes, bounded, and none for what is not plain."""

from __future__ import annotations

import dns.edns
import dns.message
import pytest

from resolver.answer import templates
from resolver.answer.templates import Templates
from wire import message, names, types


def of(known: Templates, packet: bytes) -> templates.Template | None:
    return known.of(packet, names.question_name(packet)[1])


def test_two_names_have_one_shape_and_two_types_have_two() -> None:
    known = Templates()
    found = [of(known, dns.message.make_query(name, rdtype).to_wire()) for name, rdtype in
             (("a.test", "A"), ("b.c.test", "A"), ("a.test", "AAAA"))]  # fmt: skip
    assert found[0] is found[1] and found[0] is not None and found[2] is not None
    assert (found[0].qtype, found[2].qtype) == (types.A, types.AAAA)


def test_a_shape_asks_for_what_the_client_wants_to_know_of_dnssec() -> None:
    plain = of(Templates(), dns.message.make_query("a.test", "A").to_wire())
    signed = of(Templates(), dns.message.make_query("a.test", "A", want_dnssec=True, payload=1400).to_wire())
    assert plain is not None and signed is not None
    assert (plain.opt, plain.limit, plain.ad) == (b"", 512, 0)
    assert signed.limit == message.UDP_SIZE and signed.ad == types.AD and signed.key_end != plain.key_end
    asked = b"\0\1" + signed.ask_head + b"\1a\0\0\1\0\1" + signed.ask_opt + b"\0\0"
    assert dns.message.from_wire(asked).ednsflags & 0x8000


def test_shapes_are_bounded_and_options_leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "MAX_TEMPLATES", 10)
    known = Templates()
    for number in range(1, 60):
        of(known, dns.message.make_query("a.test", number).to_wire())
        assert len(known._known) <= 10
    before = len(known._known)
    cookie = dns.message.make_query("a.test", "A", options=[dns.edns.GenericOption(10, b"12345678")]).to_wire()
    assert of(known, cookie) is None and len(known._known) == before
