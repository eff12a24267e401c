# SPDX-License-Identifier: GPL-3.0-or-later
"""The bench's queries are queries, and it knows a sinkholed answer from another."""

import dns.message

from bench import packets


def test_a_line_becomes_a_query() -> None:
    message = dns.message.from_wire(packets.of_line("www.example.com AAAA"))
    assert str(message.question[0]) == "www.example.com. IN AAAA"
    assert message.flags & 0x0100


def test_only_the_zero_address_is_the_sinkhole() -> None:
    question = dns.message.from_wire(packets.query("ads.example.com"))

    def answered(*addresses: str) -> bytes:
        response = dns.message.make_response(question)
        for address in addresses:
            response.find_rrset(response.answer, question.question[0].name, 1, 1, create=True).add(
                dns.rdata.from_text(1, 1, address), 60
            )
        return response.to_wire()

    assert packets.is_sinkholed(answered("0.0.0.0"))
    assert not packets.is_sinkholed(answered("203.0.113.10"))
    assert not packets.is_sinkholed(answered())
