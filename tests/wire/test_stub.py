# SPDX-License-Identifier: GPL-3.0-or-later
"""One question to one server: the query, which packets count as its answer, and what is read of them."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address

import dns.message
import dns.rdatatype
import dnslib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from waiting import HANG_SECONDS

from wire import stub
from wire.message import UDP_SIZE
from wire.stub import Asked
from wire.types import AAAA, HTTPS, A

ASKED = stub.build("dns.quad9.net", A, 0x1234, mixed=True)


@contextmanager
def server(answer: Callable[[bytes], list[bytes]]) -> Iterator[tuple[str, int]]:
    """Answers one query on loopback as `answer` says."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(HANG_SECONDS)

        def serve() -> None:
            query, client = sock.recvfrom(512)
            for packet in answer(query):
                sock.sendto(packet, client)

        thread = threading.Thread(target=serve)
        thread.start()
        yield sock.getsockname()
        thread.join()


@pytest.mark.process
def test_a_question_comes_from_the_address_that_is_wanted_or_where_it_cannot_be_had_from_any() -> None:
    for wanted, came in (("127.84.76.84", "127.84.76.84"), ("::1", "127.0.0.1"), ("192.0.2.7", "127.0.0.1")):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.0.0.1", 0))
            sock.settimeout(HANG_SECONDS)
            with Asked(ASKED, sock.getsockname(), source=wanted):
                assert sock.recvfrom(512)[1][0] == came


def right(query: bytes, records: bytes = b"", count: int = 0) -> bytes:
    return query[:2] + b"\x81\x80\0\1" + struct.pack("!HHH", count, 0, 0) + query[12:] + records


def response(asked: bytes = ASKED, **changes: int) -> bytes:
    """Addresses behind an alias, as another library writes them, under the question as it was asked."""
    made = dnslib.DNSRecord.parse(asked).reply()
    for line in (
        "dns.quad9.net. 60 CNAME elsewhere.example.", "elsewhere.example. 60 A 9.9.9.9",
        "elsewhere.example. 60 A 149.112.112.112", "elsewhere.example. 60 AAAA 2620:fe::fe",
    ):  # fmt: skip
        made.add_answer(*dnslib.RR.fromZone(line))
    for name, value in changes.items():
        setattr(made.header, name, value)
    out = bytes(made.pack())
    return out[:12] + asked[12:] + out[len(asked) :]


def test_the_query_is_one_that_others_read() -> None:
    got = dns.message.from_wire(stub.build("www.example", HTTPS, 7))
    assert (got.id, got.question[0].name.to_text(), got.question[0].rdtype) == (7, "www.example.", dns.rdatatype.HTTPS)


def test_letters_may_be_mixed() -> None:
    seen = {stub.build("Dns.quad9.net", A, 7, mixed=True) for _ in range(60)}
    assert len(seen) > 20 and {query.lower() for query in seen} == {stub.build("dns.quad9.net", A, 7)}
    assert stub.build("Dns.quad9.net")[12:17] == b"\3Dns\5", "else they stay as they are"


@pytest.mark.parametrize("name", ["", "a..b", "x" * 64])
def test_what_is_no_name_is_a_value_error(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        stub.build(name)


def test_only_a_response_to_the_question_counts() -> None:
    query = stub.build("telltale", A, 0x1234)
    answered = right(query)
    assert stub.is_response(query, answered + b"records")
    assert stub.is_response(query, answered.replace(b"telltale", b"TellTale"))
    assert not stub.is_response(query, answered.replace(b"telltale", b"TellTale"), exact=True)
    assert stub.is_response(query, answered, exact=True)
    for other in (query, b"", answered[:-1], b"\0\0" + answered[2:], answered.replace(b"telltale", b"elsewher")):
        assert not stub.is_response(query, other)


@pytest.mark.process
def test_a_server_is_asked_and_what_is_no_answer_is_waited_past() -> None:
    address = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1"

    def answer(query: bytes) -> list[bytes]:
        cut_off = right(query, address[:-1], 1)
        return [b"rubbish", b"", right(bytes((query[0] ^ 1,)) + query[1:]), cut_off, right(query, address, 1)]

    with server(answer) as where:
        found = stub.ask("telltale", where, timeout=HANG_SECONDS)
    assert found is not None and found.addresses == [bytes((192, 0, 2, 1))]


@pytest.mark.process
def test_silence_and_a_closed_port_are_no_answer() -> None:
    with server(lambda query: [b"rubbish"] * 20) as where:
        assert stub.ask("telltale", where, timeout=0.2) is None
    assert stub.ask("telltale", where, timeout=HANG_SECONDS) is None, "a port that refuses is not waited for"


@pytest.mark.process
def test_whoever_cannot_wait_looks_at_one_packet_at_a_time() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(HANG_SECONDS)
        with Asked(ASKED, sock.getsockname()) as asked:
            assert asked.answer(bytes) is None, "nothing has come"
            packet, client = sock.recvfrom(512)
            assert packet == ASKED
            seen: list[bytes] = []
            for number in range(3):
                sock.sendto(bytes((number,)), client)
            assert [asked.answer(seen.append) for _ in range(5)] == [None] * 5
            assert seen == [b"\0", b"\1", b"\2"]
            sock.sendto(b"late", client)
            assert asked.answer(bytes, HANG_SECONDS) == b"late"


@pytest.mark.process
def test_of_a_group_anybody_may_answer() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, socket.socket(type=socket.SOCK_DGRAM) as other:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(HANG_SECONDS)
        for anybody, heard in ((True, b"x"), (False, None)):
            with Asked(ASKED, sock.getsockname(), anybody=anybody) as asked:
                _, client = sock.recvfrom(512)
                other.sendto(b"x", client)
                assert asked.answer(bytes, HANG_SECONDS if anybody else 0.1) == heard


def test_the_addresses_of_the_type_that_was_asked() -> None:
    assert stub.addresses(ASKED, response()) == [ip_address("9.9.9.9"), ip_address("149.112.112.112")]
    asked = stub.build("dns.quad9.net", AAAA, 9, mixed=True)
    assert stub.addresses(asked, response(asked)) == [ip_address("2620:fe::fe")]


@pytest.mark.parametrize("changes", [{"id": 1}, {"qr": 0}, {"rcode": 3}, {"tc": 1}, {"opcode": 2}])
def test_what_is_no_answer_gives_no_addresses(changes: dict[str, int]) -> None:
    assert stub.addresses(ASKED, response(**changes)) is None


def test_other_capitals_are_a_forgery() -> None:
    assert stub.addresses(ASKED, response(ASKED[:12] + ASKED[12:].swapcase())) is None


def test_too_many_records_or_too_long_a_packet_give_none() -> None:
    whole = response()
    many = whole[:6] + struct.pack("!H", stub.MAX_ADDRESSES + 1) + whole[8:]
    assert stub.addresses(ASKED, many) is None
    assert stub.addresses(ASKED, whole + bytes(UDP_SIZE)) is None


@given(st.binary(max_size=400), st.integers(0, 400))
def test_nothing_that_comes_in_its_place_raises(junk: bytes, cut: int) -> None:
    whole = response()
    for packet in (junk, ASKED + junk, whole[:cut], whole[:cut] + junk):
        head = packet[:2] + whole[2:8] + packet[8:] if len(packet) >= 12 else packet
        for one in (packet, head):
            found = stub.addresses(ASKED, one)
            assert found is None or all(address.version == 4 for address in found)
            assert stub.read(ASKED, one) is None or stub.is_response(ASKED, one)
