# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages over HTTPS: handed to the web UI with who asks, and a plain page where there is none."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from encrypted_house import NAME, EncryptedHouse
from http2_client import Http2Client
from waiting import HANG_SECONDS

pytestmark = pytest.mark.process
HAVE_IT = b"HTTP/1.1 102 Processing\r\n\r\n"
Answer = Callable[[bytes, bytes], bytes]


class Pages:
    """In the place of the web UI: it takes connections as they are handed over, and answers each."""

    def __init__(self, way: socket.socket) -> None:
        self._way = way
        self.heads: list[tuple[bytes, bytes]] = []
        self.answer: Answer = lambda who, head: b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"
        self.stopping = False
        way.settimeout(0.1)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.stopping = True
        self._thread.join()
        self._way.setblocking(False)

    def _serve(self) -> None:
        while not self.stopping:
            try:
                who, fds, _, _ = socket.recv_fds(self._way, 100, 1)
            except TimeoutError:
                continue
            with socket.socket(fileno=fds[0]) as sock:
                sock.settimeout(HANG_SECONDS)
                sock.sendall(HAVE_IT)
                head = b""
                while b"\r\n\r\n" not in head:
                    head += sock.recv(65_536)
                length = next((int(line[15:]) for line in head.lower().split(b"\r\n")
                               if line.startswith(b"content-length:")), 0)  # fmt: skip
                while len(head.partition(b"\r\n\r\n")[2]) < length:
                    head += sock.recv(65_536)
                self.heads.append((who, head))
                sock.sendall(self.answer(who, head))


@pytest.fixture
def pages(encrypted: EncryptedHouse) -> Iterator[Pages]:
    with closing(Pages(encrypted.pages)) as served:
        yield served


def ask(
    encrypted: EncryptedHouse, path: str = "/", method: str = "GET", body: bytes = b"", language: str = ""
) -> tuple[int, bytes]:  # fmt: skip
    """Over HTTP/2."""
    with closing(encrypted.connect("https", source="127.0.6.1", alpn=("h2",))) as sock:
        client = Http2Client(sock)
        headers = [("content-length", str(len(body))), ("cookie", "a=b"), ("te", "trailers")] if body else []
        headers += [("accept-language", language)] if language else []
        answer = client.answer(client.request(method, path, headers, body))
    return answer.status, answer.body


def test_a_page_is_fetched_and_the_web_ui_hears_who_asks(encrypted: EncryptedHouse, pages: Pages) -> None:
    assert ask(encrypted, "/devices?x=1") == (200, b"hello")
    who, head = pages.heads[0]
    assert who.startswith(b"127.0.6.1 ")
    assert head.startswith(b"GET /devices?x=1 HTTP/1.1\r\n")
    assert b"\r\nhost: telltale.home.arpa\r\n" in head.lower()


def test_a_body_goes_along_and_what_is_of_one_connection_does_not(encrypted: EncryptedHouse, pages: Pages) -> None:
    assert ask(encrypted, "/x", "POST", b"y" * 9000) == (200, b"hello")
    _, head = pages.heads[0]
    assert head.endswith(b"y" * 9000) and b"cookie: a=b" in head and b"te: " not in head


@pytest.mark.parametrize("size", [0, 1, 100_000, 3_000_000])
def test_a_large_page_comes_whole(encrypted: EncryptedHouse, pages: Pages, size: int) -> None:
    body = bytes(range(256)) * (size // 256) + bytes(size % 256)
    pages.answer = lambda who, head: b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body
    assert ask(encrypted) == (200, body)
    with closing(encrypted.connect("https", alpn=("http/1.1",))) as sock:
        connection = http.client.HTTPSConnection(NAME)
        connection.sock = sock
        connection.request("GET", "/")
        assert connection.getresponse().read() == body


def test_a_page_in_chunks_comes_as_it_is_made(encrypted: EncryptedHouse, pages: Pages) -> None:
    pages.answer = lambda who, head: (
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-type: text/event-stream\r\n\r\n"
        b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
    )
    assert ask(encrypted) == (200, b"hello world")


@pytest.mark.parametrize("said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-le"])
def test_a_web_ui_that_ends_in_the_middle_is_told_of(encrypted: EncryptedHouse, pages: Pages, said: bytes) -> None:
    pages.answer = lambda who, head: said
    status, body = ask(encrypted)
    assert status == 502 and b"DNS goes on" in body


def test_without_a_web_ui_a_page_says_so_and_dns_goes_on(encrypted: EncryptedHouse) -> None:
    status, body = ask(encrypted)
    assert status == 502 and b"DNS goes on" in body
    assert "DNS geht weiter" in ask(encrypted, language="de-AT,de;q=0.9,en;q=0.5")[1].decode()
    assert encrypted.ask("still.example").answer
    for _ in range(2):  # each is over by the time that somebody takes it
        message, fds, _, _ = socket.recv_fds(encrypted.pages, 100, 1)
        assert message.startswith(b"127.0.6.1 ")
        with socket.socket(fileno=fds[0]) as sock:
            sock.settimeout(HANG_SECONDS)
            while sock.recv(4096):
                pass
