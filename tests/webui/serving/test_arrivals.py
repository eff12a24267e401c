# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections of those who ask over HTTPS, as another process hands them over."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from typing import Any

import pytest
import uvicorn
from waiting import HANG_SECONDS, until

from appliance.process import sockets
from network.places import Places
from store.base.web_way import HAVE_IT
from webui.serving.web_connection import BOUNDS, WebConnection
from webui.serving.web_server import Server

pytestmark = pytest.mark.process


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Says who asks, and over what."""
    body = json.dumps([scope["client"], scope["scheme"]]).encode()
    length = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": length})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def way() -> Iterator[socket.socket]:
    """The other end of a server's way."""
    ours, theirs = sockets.handed_pair()
    listening = socket.create_server(("127.0.0.1", 0))
    connection = partial(WebConnection, places=Places(BOUNDS))
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", loop="asyncio", http=connection)  # type: ignore[arg-type]
    server = Server(config, handed=[theirs])
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    until(lambda: server.started)
    yield ours
    server.finish()
    thread.join()
    for sock in (ours, theirs, listening):
        sock.close()


def handed(way: socket.socket, who: bytes) -> socket.socket:
    ours, theirs = socket.socketpair()
    socket.send_fds(way, [who], [theirs.fileno()])
    theirs.close()
    ours.settimeout(HANG_SECONDS)
    return ours


def all_of(sock: socket.socket) -> bytes:
    data = b""
    while more := sock.recv(4096):
        data += more
    return data


@pytest.mark.parametrize("who", [b"203.0.113.9 4711", b"2001:db8::7 4711"])
def test_it_is_answered_as_https_of_who_asks(way: socket.socket, who: bytes) -> None:
    with closing(handed(way, who)) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 127.0.0.1\r\nconnection: close\r\n\r\n")
        answer = all_of(sock)
    assert answer.startswith(HAVE_IT + b"HTTP/1.1 200 ")
    assert json.loads(answer.rpartition(b"\r\n")[2]) == [[who.split()[0].decode(), 4711], "https"]


def test_a_message_that_says_not_who_asks_is_closed(way: socket.socket) -> None:
    with closing(handed(way, b"nonsense")) as sock:
        assert all_of(sock) == b""
    way.send(b"203.0.113.9 1")  # without a connection
    with closing(handed(way, b"203.0.113.9 4711")) as sock:
        assert sock.recv(100) == HAVE_IT
