# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP/2 by those who mean no good: each is told to calm down, or goes, and the next one is served."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
from encrypted_house import EncryptedHouse
from h2.errors import ErrorCodes
from http2_client import Answer, Http2Client

pytestmark = pytest.mark.process
CALM = int(ErrorCodes.ENHANCE_YOUR_CALM)
DATA, HEADERS, PRIORITY, RESET, SETTINGS, PING, WINDOW, CONTINUATION = 0, 1, 2, 3, 4, 6, 8, 9


@pytest.fixture(autouse=True)
def the_next_one_is_served(encrypted: EncryptedHouse) -> Iterator[None]:
    yield
    with closing(encrypted.connect("https", alpn=("h2",))) as sock:
        client = Http2Client(sock)
        assert client.answer(client.request("GET", "/dns-query")).status == 400
    assert encrypted.ask("after.example").answer
    assert not any("Traceback" in line for line in encrypted.log)


@pytest.fixture
def client(encrypted: EncryptedHouse) -> Iterator[Http2Client]:
    with closing(encrypted.connect("https", alpn=("h2",))) as sock:
        yield Http2Client(sock)


def frame(kind: int, flags: int, stream: int, body: bytes) -> bytes:
    return len(body).to_bytes(3, "big") + bytes([kind, flags]) + struct.pack("!I", stream) + body


def flood(client: Http2Client, data: bytes, times: int) -> None:
    with suppress(OSError):
        for _ in range(times):
            client.sock.sendall(data)


def test_a_rapid_reset_is_told_to_calm_down(client: Http2Client) -> None:
    for _ in range(400):
        number = client.http.get_next_available_stream_id()
        client.http.send_headers(number, [
            (":method", "GET"), (":path", "/dns-query?dns=AAAA"), (":scheme", "https"), (":authority", "x.example"),
        ])  # fmt: skip
        client.http.reset_stream(number)
    client.flush()
    assert client.until_over() == CALM


@pytest.mark.parametrize(("kind", "stream", "body"), [
    (PING, 0, bytes(8)), (SETTINGS, 0, b""), (PRIORITY, 3, bytes(4) + b"\1"), (0xFA, 0, b"unknown"),
    (WINDOW, 0, struct.pack("!I", 1)),
])  # fmt: skip
def test_a_flood_of_talk_is_told_to_calm_down(client: Http2Client, kind: int, stream: int, body: bytes) -> None:
    flood(client, frame(kind, 0, stream, body) * 100, 40)
    assert client.until_over() in (CALM, None)  # what was sent on may reset the connection before it is read


def test_continuation_without_an_end_is_refused(client: Http2Client) -> None:
    flood(client, frame(HEADERS, 0, 1, b"") + frame(CONTINUATION, 0, 1, b"") * 200, 5)
    client.until_over()
    assert client.over


def test_empty_data_without_an_end_is_told_to_calm_down(client: Http2Client) -> None:
    number = client.http.get_next_available_stream_id()
    client.http.send_headers(number, [
        (":method", "POST"), (":path", "/dns-query"), (":scheme", "https"), (":authority", "x.example"),
        ("content-type", "application/dns-message"),
    ])  # fmt: skip
    client.flush()
    flood(client, frame(DATA, 0, number, b"") * 100, 20)
    assert client.until_over() in (CALM, None)


@pytest.mark.parametrize("data", [
    bytes(100), frame(HEADERS, 4, 1, b"\xff" * 50),
    frame(DATA, 0, 7, b"nobody's"), frame(0, 0, 0, bytes(16_400)),
])  # fmt: skip
def test_what_is_no_http2_ends_the_connection(client: Http2Client, data: bytes) -> None:
    flood(client, data, 1)
    client.until_over()
    assert client.over


def test_a_head_that_is_too_large_is_refused(client: Http2Client) -> None:
    with suppress(Exception):
        client.request("GET", "/dns-query", [(f"x-{number}", "y" * 900) for number in range(80)])
    client.until_over()
    assert client.over


def test_a_body_of_ten_megabytes_is_refused_at_its_head(client: Http2Client) -> None:
    number = client.http.get_next_available_stream_id()
    client.http.send_headers(number, [
        (":method", "POST"), (":path", "/dns-query"), (":scheme", "https"), (":authority", "x.example"),
        ("content-type", "application/dns-message"), ("content-length", str(10 << 20)),
    ])  # fmt: skip
    client.flush()
    client.answers[number] = Answer()
    assert client.answer(number).status == 413
