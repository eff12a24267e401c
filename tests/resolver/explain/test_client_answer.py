# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client gets, in a word."""

import pytest

from resolver.answer import local_names
from resolver.explain import client_answer
from store.config import custom_responses
from wire import message, stub, types
from wire.response import BlockMode, Sinkhole


def test_a_question_for_all_types_is_told_that_there_is_no_answer_to_it() -> None:
    question = message.parse_question(stub.build("www.shop.example", types.ANY))
    assert client_answer.local(local_names.any_type(question), types.ANY) == "HINFO RFC8482"


@pytest.mark.parametrize(("qtype", "told"), [(types.A, "0.0.0.0"), (types.AAAA, "::"), (types.HTTPS, "NODATA")])
def test_the_null_address_is_of_the_family_that_was_asked_for(qtype: int, told: str) -> None:
    assert client_answer.blocked(qtype, None, Sinkhole()) == told


def test_what_the_house_answers_with() -> None:
    own = Sinkhole.build(BlockMode.ADDRESS, 10, "192.168.1.2", "")
    assert client_answer.blocked(types.A, None, own) == "192.168.1.2"
    assert client_answer.blocked(types.AAAA, None, own) == "NODATA"
    assert client_answer.blocked(types.A, None, Sinkhole(BlockMode.NXDOMAIN)) == "NXDOMAIN"


@pytest.mark.parametrize(
    ("answer", "qtype", "told"),
    [
        ("refused", types.A, "REFUSED"),
        ("drop", types.A, "no answer"),
        ("tcp", types.A, "once more over TCP"),
        ("null", types.AAAA, "::"),
        ("192.0.2.9,192.0.2.10", types.A, "192.0.2.9, 192.0.2.10"),
        ("192.0.2.9", types.AAAA, "NODATA"),
        ("other.example", types.AAAA, "other.example"),
    ],
)
def test_an_answer_of_a_rule_goes_before_the_houses(answer: str, qtype: int, told: str) -> None:
    assert client_answer.blocked(qtype, custom_responses.parse(answer), Sinkhole(BlockMode.NXDOMAIN)) == told


@pytest.mark.parametrize(
    ("name", "qtype", "told"),
    [("localhost", types.A, "127.0.0.1"), ("localhost", types.AAAA, "::1"), ("localhost", types.TXT, "NODATA"),
     ("printer.lan", types.A, "NXDOMAIN")],
)  # fmt: skip
def test_what_we_answer_ourselves(name: str, qtype: int, told: str) -> None:
    question = message.parse_question(stub.build(name, qtype))
    packet = local_names.ours(question, "telltale", "127.0.0.1") or local_names.built_in(question, "telltale")
    assert packet is not None
    assert client_answer.local(packet, qtype) == told


def test_an_rcode_without_a_name() -> None:
    assert [client_answer.rcode_name(rcode) for rcode in (types.NOTIMP, 200)] == ["NOTIMP", "rcode 200"]
