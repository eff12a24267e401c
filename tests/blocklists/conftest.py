# SPDX-License-Identifier: GPL-3.0-or-later
"""A web server on loopback that behaves as each test wishes, down to the byte."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

# Gets the connection and the head of the request; whatever it sends is what the client sees.
Behaviour = Callable[[socket.socket, str], object]


class Servers:
    """Starts servers, each with one behaviour for all that it is asked."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self._listening: list[socket.socket] = []

    def __call__(self, behaviour: Behaviour) -> str:
        """Start a server; returns its URL, without a path."""
        sock = socket.create_server(("127.0.0.1", 0))
        self._listening.append(sock)
        threading.Thread(target=_accept, args=(sock, behaviour, self.stopped), daemon=True).start()
        return f"http://127.0.0.1:{sock.getsockname()[1]}"

    def sending(self, body: bytes = b"", status: str = "200 OK", **headers: str) -> str:
        """Start a server that always sends this response; returns its URL."""
        return self(lambda connection, _: connection.sendall(self.response(body, status, **headers)))

    @staticmethod
    def response(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
        """Return a whole response; `content_length="9"` lies about the length."""
        lines = {"content-length": str(len(body)), "connection": "close"}
        lines |= {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body

    def stop(self) -> None:
        self.stopped.set()
        for sock in self._listening:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()


@pytest.fixture(autouse=True)
def _loopback_is_a_place_for_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """The servers of these tests are here; test_reach.py tests without it that loopback is refused."""
    monkeypatch.setenv("TELLTALE_LOOPBACK_SOURCES", "1")


@pytest.fixture
def serve() -> Iterator[Servers]:
    servers = Servers()
    yield servers
    servers.stop()


def _accept(sock: socket.socket, behaviour: Behaviour, stopped: threading.Event) -> None:
    while not stopped.is_set():
        try:
            connection, _ = sock.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(connection, behaviour), daemon=True).start()


def _answer(connection: socket.socket, behaviour: Behaviour) -> None:
    with connection, contextlib.suppress(OSError):
        request = b""
        while b"\r\n\r\n" not in request:
            received = connection.recv(65_536)
            if not received:
                return
            request += received
        behaviour(connection, request.decode("latin-1"))
