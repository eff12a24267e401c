# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS over TLS, as phones and resolvers speak it."""

from __future__ import annotations

import socket
import ssl
import struct
from contextlib import closing, suppress

import dns.edns
import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest
from encrypted_house import EncryptedHouse
from waiting import HANG_SECONDS

from store.log.records import Origin, Transport, Verdict
from wire.hop_options import BLOCK, KEEPALIVE, PADDING

pytestmark = pytest.mark.process
BLOCKED = "data.mistat.xiaomi.com"


def frame(packet: bytes) -> bytes:
    return struct.pack("!H", len(packet)) + packet


def read(sock: ssl.SSLSocket) -> bytes:
    """The next answer's bytes."""
    size = struct.unpack("!H", exactly(sock, 2))[0]
    return exactly(sock, size)


def exactly(sock: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        if not (more := sock.recv(size - len(data))):
            raise EOFError
        data += more
    return data


def is_over(sock: socket.socket) -> bool:
    """Whether the other end ends the connection; what comes before that is passed over."""
    with suppress(ConnectionError, ssl.SSLError):
        while sock.recv(4096):
            pass
    return True


def test_a_name_is_answered_and_the_record_says_over_what(encrypted: EncryptedHouse) -> None:
    answer = encrypted.ask("plain.example")
    assert answer.rcode() == dns.rcode.NOERROR and answer.answer
    key = encrypted.worker.key_of("plain.example")
    assert (key.verdict, key.transport) == (Verdict.PASS, Transport.DOT)


def test_a_blocked_name_is_blocked_and_says_why(encrypted: EncryptedHouse) -> None:
    answer = encrypted.ask(BLOCKED, use_edns=0)
    assert str(answer.answer[0][0]) == "0.0.0.0"
    (ede,) = [option for option in answer.options if isinstance(option, dns.edns.EDEOption)]
    assert int(ede.code) == 15
    assert encrypted.worker.key_of(BLOCKED).verdict == Verdict.BLOCK


def test_answers_are_padded_where_the_client_speaks_edns(encrypted: EncryptedHouse) -> None:
    with closing(encrypted.connect()) as sock:
        padding = dns.edns.GenericOption(PADDING, bytes(30))
        for options in ([], [padding]):
            query = dns.message.make_query("padded.example", "A", use_edns=0, options=options)
            sock.sendall(frame(query.to_wire()))
            assert len(read(sock)) == BLOCK
        sock.sendall(frame(dns.message.make_query("padded.example", "A").to_wire()))
        assert len(read(sock)) < BLOCK


def test_a_client_that_wants_to_know_hears_how_long_its_connection_is_kept(encrypted: EncryptedHouse) -> None:
    answer = encrypted.ask("kept.example", use_edns=0, options=[dns.edns.GenericOption(KEEPALIVE, b"")])
    assert [int(option.otype) for option in answer.options] == [KEEPALIVE, PADDING]


def test_a_name_that_was_asked_before_comes_from_the_memo_padded_or_not(encrypted: EncryptedHouse) -> None:
    for length in (10, 20, 30, 40):
        padding = dns.edns.GenericOption(PADDING, bytes(length))
        encrypted.ask("again.example", use_edns=0, options=[padding])
    origins: list[int] = []
    while len(origins) < 4:
        origins += [key.origin for _, key, _ in encrypted.worker.rows(1) if key.name == "again.example"]
    assert origins == [Origin.UPSTREAM, Origin.CACHE, Origin.MEMO, Origin.MEMO]


def test_a_slow_answer_keeps_no_quick_one_waiting(encrypted: EncryptedHouse) -> None:
    slow = dns.message.make_query("y.held.example", "A")
    quick = dns.message.make_query("quick.example", "A")
    with closing(encrypted.connect()) as sock:
        sock.sendall(frame(slow.to_wire()) + frame(quick.to_wire()))
        assert dns.message.from_wire(read(sock)).id == quick.id
        encrypted.upstream.let_go()
        assert dns.message.from_wire(read(sock)).id == slow.id


def test_hundreds_of_queries_at_once_over_one_connection_are_all_answered(encrypted: EncryptedHouse) -> None:
    queries = [dns.message.make_query(f"n{number}.many.example", "A") for number in range(300)]
    for number, query in enumerate(queries):
        query.id = number
    with closing(encrypted.connect()) as sock:
        sock.sendall(b"".join(frame(query.to_wire()) for query in queries))
        answered = {dns.message.from_wire(read(sock)).id for _ in queries}
    assert answered == set(range(300))


def test_queries_that_come_byte_by_byte_are_answered(encrypted: EncryptedHouse) -> None:
    query = dns.message.make_query("bytes.example", "A")
    with closing(encrypted.connect()) as sock:
        for byte in frame(query.to_wire()):
            sock.sendall(bytes([byte]))
        assert dns.message.from_wire(read(sock)).answer


def test_a_client_that_sends_no_more_still_gets_its_answer(encrypted: EncryptedHouse) -> None:
    query = dns.message.make_query("x.slow.example", "A")
    with closing(encrypted.connect()) as sock:
        sock.sendall(frame(query.to_wire()))
        answer = read(sock)
        sock.settimeout(HANG_SECONDS)
        sock.unwrap()
    assert dns.message.from_wire(answer).id == query.id


@pytest.mark.parametrize("data", [b"\0\0", b"\0\5hello", b"\xff\xff" + bytes(100), frame(b"\0\1\x81\x80" + bytes(20))])
def test_what_is_no_query_ends_the_connection(encrypted: EncryptedHouse, data: bytes) -> None:
    with closing(encrypted.connect()) as sock:
        sock.sendall(data)
        assert is_over(sock)
    assert encrypted.ask("after.example").answer


def test_a_question_that_does_not_read_gets_formerr(encrypted: EncryptedHouse) -> None:
    with closing(encrypted.connect()) as sock:
        sock.sendall(frame(b"\0\7\1\0\0\1\0\0\0\0\0\0\xff\xff"))
        answer = read(sock)
    assert answer[:2] == b"\0\7" and answer[3] & 0xF == 1
