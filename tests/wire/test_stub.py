# SPDX-License-Identifier: GPL-3.0-or-later
"""The question that health checks put: a name in wire form, and which packets count as its answer."""

from __future__ import annotations

import dns.message
import dns.rdatatype
import pytest

from wire import stub


def test_the_query_is_one_that_others_read() -> None:
    got = dns.message.from_wire(stub.build("www.example", 65, 7))
    assert (got.id, got.question[0].name.to_text(), got.question[0].rdtype) == (7, "www.example.", dns.rdatatype.HTTPS)


@pytest.mark.parametrize("name", ["", "a..b", "x" * 64])
def test_what_is_no_name_is_a_value_error(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        stub.build(name)


def test_only_a_response_to_the_question_counts() -> None:
    query = stub.build("telltale", 1, 0x1234)
    response = query[:2] + b"\x81\x80" + query[4:]
    assert stub.is_response(query, response + b"records")
    assert stub.is_response(query, response.replace(b"telltale", b"TellTale"))
    for other in (query, b"", response[:-1], b"\0\0" + response[2:], response.replace(b"telltale", b"elsewher")):
        assert not stub.is_response(query, other)
