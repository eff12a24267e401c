# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages over HTTPS: what is no query goes on to the web UI, over a way that the supervisor made for the two of us.

Each request has a connection of its own: one end of a pair of sockets is handed over, with who asks, which nobody else
can say, and no header counts. The web UI says at once that it has it; while it is down, a page says so instead, and DNS
over HTTPS goes on.
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from typing import cast

import h11

from resolver.encrypted.http_exchange import Headers, Reply, Request, Taker, answer
from store.base.sentences import say

MAX_PAGES = 80  # requests under way; live views stay open
CLIENT_PAGES = 30  # of one client
HEARD_SECONDS = 4.0  # until the web UI says that it has a request
MAX_HEAD = 64 * 1024  # bytes of an answer's headers
MAX_UNTAKEN = 256 * 1024  # bytes of a request's body that the web UI has not taken yet
# Of one connection, not of a request (RFC 9110 section 7.6.1).
_OF_A_HOP = frozenset({
    b"connection", b"keep-alive", b"proxy-connection", b"proxy-authenticate", b"proxy-authorization", b"te",
    b"trailer", b"transfer-encoding", b"upgrade", b"http2-settings", b"expect",
})  # fmt: skip


class PageRequests:
    """Takes requests for pages of all connections."""

    def __init__(self, way: socket.socket | None) -> None:
        self._way = way
        if way is not None:
            way.setblocking(False)
        self._under_way: Counter[str] = Counter()  # by client, MAX_PAGES in all

    def take(self, request: Request, reply: Reply) -> Taker:
        """Who answers it."""
        mine = self._under_way[request.address]
        if mine >= CLIENT_PAGES or self._under_way.total() >= MAX_PAGES:
            text = say("Too many pages are under way; try again shortly.")
            return answer(reply, 503, text, [(b"retry-after", b"2")], request)
        self._under_way[request.address] += 1
        return Page(self, request, reply)

    def over(self, address: str) -> None:
        """One less."""
        self._under_way[address] -= 1
        if self._under_way[address] <= 0:
            del self._under_way[address]

    async def connect(self, page: Page) -> None:
        """Hand the web UI its end of a new connection; the page is told when there is none."""
        ours, theirs = socket.socketpair()
        try:
            if self._way is None:
                raise OSError
            socket.send_fds(self._way, [page.who], [theirs.fileno()])
            ours.setblocking(False)
            await asyncio.get_running_loop().create_unix_connection(lambda: page, sock=ours)
        except OSError:
            ours.close()
            page.unreachable()
        finally:
            theirs.close()


class Page(asyncio.Protocol):
    """One request: a `Taker` here, and a client there."""

    def __init__(self, pages: PageRequests, request: Request, reply: Reply) -> None:
        self._pages, self._request, self._reply = pages, request, reply
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD)
        self._transport: asyncio.Transport | None = None
        self._waiting: list[bytes | None] = []  # parts of the body, None: its end; until we are connected
        self._size = 0
        self._began = self._done = False
        loop = asyncio.get_running_loop()
        self._connecting = loop.create_task(pages.connect(self))
        self._unheard = loop.call_later(HEARD_SECONDS, self.unreachable)

    @property
    def who(self) -> bytes:
        """Who asks: address and port, as the web UI reads them."""
        return f"{self._request.address} {self._request.port}".encode("ascii")

    # As a taker.

    def body(self, chunk: bytes) -> None:
        if self._done:
            return
        if self._transport is None:
            self._waiting.append(chunk)
            self._size += len(chunk)
            if self._size > MAX_UNTAKEN:
                self._reply.hold()
            return
        self._send(h11.Data(data=chunk))

    def complete(self) -> None:
        if self._transport is None:
            self._waiting.append(None)
        else:
            self._send(h11.EndOfMessage())

    def gone(self) -> None:
        self._finish()

    def room(self) -> None:
        if self._transport is not None and not self._done:
            self._transport.resume_reading()

    # Towards the web UI.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = made = cast(asyncio.Transport, transport)
        made.set_write_buffer_limits(MAX_UNTAKEN, MAX_UNTAKEN // 4)
        if self._done:
            made.abort()
            return
        request = self._request
        headers: Headers = [(b"host", request.authority)]
        headers += [(name, value) for name, value in request.headers if name not in _OF_A_HOP and name != b"host"]
        headers.append((b"connection", b"close"))
        self._send(h11.Request(method=request.method, target=request.path, headers=headers))
        waiting, self._waiting = self._waiting, []
        for chunk in waiting:
            self._send(h11.EndOfMessage() if chunk is None else h11.Data(data=chunk))
        if self._size > MAX_UNTAKEN:
            self._reply.release()

    def unreachable(self) -> None:
        """The web UI is down."""
        if not self._done:
            text = say("The pages cannot be had just now; DNS goes on. Try again in a minute.")
            self._finish()
            answer(self._reply, 502, text, [(b"retry-after", b"5")], self._request)

    def pause_writing(self) -> None:
        self._reply.hold()

    def resume_writing(self) -> None:
        self._reply.release()

    def data_received(self, data: bytes) -> None:
        if self._done:
            return
        self._http.receive_data(data)
        self._take()
        if not self._done and self._reply.crowded and self._transport is not None:
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        if not self._done:
            self._http.receive_data(b"")
            self._take()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done:
            self._broken()

    def _take(self) -> None:
        """Hand on what has come of the response."""
        try:
            while not self._done:
                event = self._http.next_event()
                if isinstance(event, h11.InformationalResponse):
                    self._unheard.cancel()
                elif isinstance(event, h11.Response):
                    self._head(event)
                elif isinstance(event, h11.Data):
                    self._reply.data(bytes(event.data))
                elif isinstance(event, h11.EndOfMessage):
                    self._finish()
                    self._reply.end()
                elif event is h11.NEED_DATA or event is h11.PAUSED or isinstance(event, h11.ConnectionClosed):
                    return
        except h11.RemoteProtocolError:
            self._broken()

    def _head(self, event: h11.Response) -> None:
        self._began = True
        headers = [(bytes(name), bytes(value)) for name, value in event.headers if bytes(name) not in _OF_A_HOP]
        self._reply.head(event.status_code, headers)

    def _send(self, event: h11.Event) -> None:
        if self._done or self._transport is None:
            return
        try:
            data = self._http.send(event)
        except h11.LocalProtocolError:  # the client's request does not hold together, as with a wrong length
            self._finish()
            if not self._began:
                answer(self._reply, 400, say("This is no request that HTTP knows."), None, self._request)
            else:
                self._reply.abort()
            return
        if data and not self._transport.is_closing():
            self._transport.write(data)

    def _broken(self) -> None:
        """The web UI ended in the middle."""
        if self._began:
            self._finish()
            self._reply.abort()
        else:
            self.unreachable()

    def _finish(self) -> None:
        if not self._done:
            self._done = True
            self._unheard.cancel()
            self._waiting.clear()
            self._pages.over(self._request.address)
            if self._transport is not None:
                self._transport.abort()

