# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS over HTTPS as RFC 8484 has it, over both versions of HTTP, and what is no such query."""

from __future__ import annotations

import base64
import http.client
from collections.abc import Iterator
from contextlib import closing

import dns.message
import pytest
from encrypted_house import NAME, EncryptedHouse
from http2_client import Http2Client

from resolver.encrypted import dns_requests
from store.log.records import Transport
from wire.hop_options import BLOCK

TYPE = {"content-type": "application/dns-message"}
PAGES_END = "the pages' side of it is test_page_requests.py"


def packet(name: str = "plain.example", *, edns: bool = False) -> bytes:
    query = dns.message.make_query(name, "A", use_edns=0 if edns else -1)
    query.id = 0
    return query.to_wire()


def in_url(data: bytes) -> str:
    return "/dns-query?dns=" + base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.fixture
def http1(encrypted: EncryptedHouse) -> Iterator[http.client.HTTPSConnection]:
    sock = encrypted.connect("https", alpn=("http/1.1",))
    connection = http.client.HTTPSConnection(NAME)
    connection.sock = sock
    with closing(connection):
        yield connection


@pytest.fixture
def http2(encrypted: EncryptedHouse) -> Iterator[Http2Client]:
    with closing(encrypted.connect("https", alpn=("h2",))) as sock:
        assert sock.selected_alpn_protocol() == "h2"
        yield Http2Client(sock)


@pytest.mark.process
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_query_over_http1(http1: http.client.HTTPSConnection, method: str) -> None:
    for _ in range(3):  # one connection serves them all
        if method == "GET":
            http1.request("GET", in_url(packet()))
        else:
            http1.request("POST", "/dns-query", packet(), TYPE)
        response = http1.getresponse()
        assert (response.status, response.getheader("content-type")) == (200, "application/dns-message")
        assert response.getheader("cache-control", "").startswith("max-age=")
        assert dns.message.from_wire(response.read()).answer


@pytest.mark.process
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_query_over_http2(http2: Http2Client, encrypted: EncryptedHouse, method: str) -> None:
    name = f"{method.lower()}.h2.example"
    if method == "GET":
        number = http2.request("GET", in_url(packet(name, edns=True)))
    else:
        number = http2.request("POST", "/dns-query", [*TYPE.items()], packet(name, edns=True))
    answer = http2.answer(number)
    assert (answer.status, answer.headers["cache-control"]) == (200, "max-age=300")
    assert len(answer.body) == BLOCK
    assert dns.message.from_wire(answer.body).answer
    assert encrypted.worker.key_of(name).transport == Transport.DOH


@pytest.mark.process
def test_many_queries_at_once_are_answered_as_they_come(encrypted: EncryptedHouse, http2: Http2Client) -> None:
    slow = http2.request("GET", in_url(packet("x.held.example")))
    quick = [http2.request("GET", in_url(packet(f"n{number}.h2.example"))) for number in range(90)]
    assert all(http2.answer(number).status == 200 for number in quick)
    encrypted.upstream.let_go()
    assert http2.answer(slow).status == 200
    assert http2.order[-1] == slow


@pytest.mark.process
@pytest.mark.parametrize(("method", "path", "headers", "body", "status"), [
    ("GET", "/dns-query", {}, b"", 400),
    ("GET", "/dns-query?dns=%%%", {}, b"", 400),
    ("GET", "/dns-query?dns=AAAA", {}, b"", 400),
    ("GET", "/dns-query?name=example.org&type=A", {}, b"", 400),
    ("GET", "/dns-query?dns=AA&dns=AA", {}, b"", 400),
    ("GET", "/dns-query?" + "a=1&" * 20, {}, b"", 400),
    ("GET", in_url(bytes(7000)), {}, b"", 414),
    ("POST", "/dns-query", TYPE, b"short", 400),
    ("POST", "/dns-query", TYPE, b"\0\0\x80\0" + bytes(20), 400),
    ("POST", "/dns-query", {"content-type": "text/plain"}, b"x" * 40, 415),
    ("POST", "/dns-query", {}, b"x" * 40, 415),
    ("POST", "/dns-query", TYPE, bytes(9000), 413),
    ("PUT", "/dns-query", TYPE, packet(), 405),
    ("DELETE", "/dns-query", {}, b"", 405),
    ("HEAD", "/dns-query", {}, b"", 405),
])  # fmt: skip
def test_what_is_no_query_is_refused_in_plain_words(
    encrypted: EncryptedHouse, method: str, path: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    with closing(encrypted.connect("https", alpn=("http/1.1",))) as sock:
        connection = http.client.HTTPSConnection(NAME)
        connection.sock = sock
        connection.request(method, path, body or None, headers)
        response = connection.getresponse()
        text = response.read().decode()
    assert response.status == status
    assert method == "HEAD" or text.endswith(".\n")
    with closing(encrypted.connect("https", alpn=("h2",))) as sock:
        client = Http2Client(sock)
        answer = client.answer(client.request(method, path, [*headers.items()], body))
    assert answer.status == status
    if status == 405:
        assert answer.headers["allow"] == "GET, POST"


@pytest.mark.process
def test_a_name_that_is_answered_by_silence_gets_no_response(encrypted: EncryptedHouse, http2: Http2Client) -> None:
    answer = http2.answer(http2.request("POST", "/dns-query", [*TYPE.items()], b"\0\0\1\0" + bytes(8)))
    assert answer.status == 200 and answer.body[3] & 0xF == 1  # FORMERR is an answer too


@pytest.mark.parametrize(("path", "word"), [
    ("/dns-query", ""), ("/dns-query?dns=AAAA", ""), ("/dns-query/", ""), ("/dns-query/toms-phone", "toms-phone"),
    ("/dns-query/Toms-Phone/?dns=AA", "toms-phone"), ("/dns-query/a/b", None), ("/dns-queryx", None), ("/", None),
    ("/x/dns-query/y", None), ("/queries", None),
])  # fmt: skip
def test_the_word_of_a_path(path: str, word: str | None) -> None:
    assert dns_requests.word_of(path) == word


@pytest.mark.process
@pytest.mark.parametrize("header", ["x-forwarded-for", "x-real-ip", "forwarded", "via"])
def test_a_query_through_a_proxy_that_nobody_trusts_is_refused(http2: Http2Client, header: str) -> None:
    answer = http2.answer(http2.request("GET", in_url(packet()), [(header, "192.168.1.5")]))
    assert answer.status == 403
