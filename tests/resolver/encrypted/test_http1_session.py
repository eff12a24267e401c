# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP/1.1 by those who mean no good, and what a browser may do with one connection."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
from encrypted_house import EncryptedHouse

pytestmark = pytest.mark.process
HEAD = b"GET /dns-query HTTP/1.1\r\nhost: telltale.home.arpa\r\n\r\n"


@pytest.fixture
def sock(encrypted: EncryptedHouse) -> Iterator[ssl.SSLSocket]:
    with closing(encrypted.connect("https", alpn=("http/1.1",))) as connected:
        yield connected
    assert encrypted.ask("after.example").answer
    assert not any("Traceback" in line for line in encrypted.log)


def all_of(sock: ssl.SSLSocket) -> bytes:
    data = b""
    with suppress(OSError):
        while more := sock.recv(65_536):
            data += more
    return data


def test_requests_behind_one_another_are_answered_in_their_order(sock: ssl.SSLSocket) -> None:
    sock.sendall(HEAD * 5 + HEAD.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"))
    assert all_of(sock).count(b"HTTP/1.1 400 ") == 6


@pytest.mark.parametrize("data", [
    b"nonsense\r\n\r\n", b"\0" * 500, b"GET /dns-query HTTP/1.1\r\n\r\n", b"GET  HTTP/1.1\r\nhost: x\r\n\r\n",
    b"GET http://elsewhere.example/ HTTP/1.1\r\nhost: x\r\n\r\n",
    b"POST /dns-query HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
    b"POST /dns-query HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\nhello",
    b"POST /dns-query HTTP/1.1\r\nhost: x\r\ncontent-type: application/dns-message\r\n"
    b"transfer-encoding: chunked\r\n\r\nzz\r\n",
])  # fmt: skip
def test_what_is_no_request_is_refused(sock: ssl.SSLSocket, data: bytes) -> None:
    sock.sendall(data)
    assert all_of(sock).startswith(b"HTTP/1.1 4")


def test_a_head_without_an_end_is_refused(sock: ssl.SSLSocket) -> None:
    with suppress(OSError):
        sock.sendall(b"GET /dns-query HTTP/1.1\r\n" + b"x: y\r\n" * 20_000)
    assert b" 431 " in all_of(sock)[:20]


def test_ten_megabytes_are_refused_at_the_head_and_the_client_hears_why(sock: ssl.SSLSocket) -> None:
    head = b"POST /dns-query HTTP/1.1\r\nhost: x\r\ncontent-type: application/dns-message\r\n"
    sock.sendall(head + b"content-length: 10485760\r\n\r\n")
    with suppress(OSError):
        for _ in range(20):
            sock.sendall(bytes(50_000))
    assert b" 413 " in all_of(sock)[:20]


def test_who_waits_before_sending_a_body_is_told_to_go_on(sock: ssl.SSLSocket) -> None:
    sock.sendall(
        b"POST /dns-query HTTP/1.1\r\nhost: x\r\ncontent-type: application/dns-message\r\ncontent-length: 5\r\n"
        b"expect: 100-continue\r\n\r\n"
    )
    assert sock.recv(100).startswith(b"HTTP/1.1 100 ")
    sock.sendall(b"hello")
    assert sock.recv(100).startswith(b"HTTP/1.1 400 ")
