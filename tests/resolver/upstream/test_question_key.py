# SPDX-License-Identifier: GPL-3.0-or-later
"""Which questions are the same one."""

import dns.message
import pytest

from resolver.upstream.question_key import end_of_key, key_of
from wire import message, types


def key(name: str = "www.shop.example", rdtype: str = "A", flags: int = types.RD, do: bool = False) -> bytes:
    query = dns.message.make_query(name, rdtype, flags=flags, use_edns=0 if do else None, want_dnssec=do)
    return key_of(message.parse_question(query.to_wire()))


def test_letters_and_what_concerns_the_client_alone_do_not_count() -> None:
    assert key() == key("WWW.Shop.EXAMPLE") == key(flags=0) == key(flags=types.RD | types.AD)


@pytest.mark.parametrize(
    "other",
    [key("shop.example"), key(rdtype="AAAA"), key(do=True), key(flags=types.RD | types.CD)],
    ids=["name", "type", "DO", "CD"],
)
def test_what_changes_the_answer_does(other: bytes) -> None:
    assert other != key()


def test_the_end_is_what_stands_behind_the_name() -> None:
    question = message.parse_question(dns.message.make_query("a.example", "HTTPS").to_wire())
    assert key_of(question) == b"\1a\7example\0" + end_of_key(question)
