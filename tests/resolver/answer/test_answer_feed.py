# SPDX-License-Identifier: GPL-3.0-or-later
"""What the firewall process hears of answers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import dns.message
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.answer.answer_feed import AnswerFeed, addresses
from store.wall import answer_codec
from wire.names import Malformed


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        theirs.setblocking(False)
        yield ours, theirs


def response(*records: tuple[str, str], name: str = "www.example.com.", ttl: int = 300) -> tuple[bytes, bytes]:
    """(packet, question section) of a response with (type, value) records."""
    query = dns.message.make_query(name, "A")
    made = dns.message.make_response(query)
    for rtype, value in records:
        made.answer.append(dns.rrset.from_text(name, ttl, "IN", rtype, value))
    wire = query.to_wire()
    return made.to_wire(), wire[12 : 12 + wire[12:].index(0) + 5]


def heard(theirs: socket.socket) -> list[tuple[str, str, int]]:
    return [(str(client), str(address), ttl) for client, address, ttl in answer_codec.unpack(theirs.recv(99_999))]


def test_every_address_of_an_answer_is_told(ends: Any) -> None:
    packet, section = response(
        ("CNAME", "cdn.example.net."),
        ("A", "198.51.100.5"),
        ("AAAA", "2001:db8:5::5"),
        ("HTTPS", '1 . alpn="h3" ipv4hint="198.51.100.6,198.51.100.7" ipv6hint="2001:db8:5::6"'),
        ("TXT", '"198.51.100.9"'),
    )
    teller = AnswerFeed(ends[0])
    assert teller.tell("192.168.1.5", packet, section)
    told = ["198.51.100.5", "2001:db8:5::5", "198.51.100.6", "198.51.100.7", "2001:db8:5::6"]
    assert heard(ends[1]) == [("192.168.1.5", address, 300) for address in told]
    assert (teller.told, teller.lost) == (5, 0)


@pytest.mark.parametrize("value", ["0.0.0.0", "192.168.1.1", "10.0.0.1", "172.20.0.1", "127.0.0.1", "224.0.0.1"])
def test_nothing_is_told_of_home_or_a_sinkhole(ends: Any, value: str) -> None:
    assert not AnswerFeed(ends[0]).tell("192.168.1.5", *response(("A", value)))
    for other in ("::", "::1", "fe80::1", "fd00::1", "ff02::1"):
        assert not AnswerFeed(ends[0]).tell("192.168.1.5", *response(("AAAA", other)))
    assert not AnswerFeed(ends[0]).tell("192.168.1.5", *response())
    with pytest.raises(BlockingIOError):
        ends[1].recv(1)


def test_it_never_waits(ends: Any) -> None:
    teller = AnswerFeed(ends[0])
    packet, section = response(("A", "198.51.100.5"))
    for _ in range(20_000):
        assert teller.tell("192.168.1.5", packet, section)
    assert teller.lost > 0
    assert teller.told + teller.lost == 20_000
    ends[1].close()
    assert teller.tell("fe80::1%eth0", packet, section)


@given(st.binary(max_size=300))
def test_any_bytes_are_addresses_or_malformed(data: bytes) -> None:
    packet, section = response(("A", "198.51.100.5"))
    try:
        found = list(addresses(packet[: 12 + len(section)] + data, section))
    except Malformed:
        return
    assert all(len(address) in (4, 16) for address, _ in found)


def test_hints_that_end_too_early_are_none() -> None:
    packet, section = response(("HTTPS", '1 . ipv4hint="198.51.100.6"'))
    cut = packet[:-2].replace(b"\0\x04\0\x04\xc6\x33", b"\0\x04\0\x63\xc6\x33")
    with pytest.raises(Malformed):
        list(addresses(cut, section))
