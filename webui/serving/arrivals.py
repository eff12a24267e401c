# SPDX-License-Identifier: GPL-3.0-or-later
"""Where connections come from: the listening sockets, and ways over which other processes hand them over.

Over one way come those of whoever asks over HTTPS, from the process that ends TLS (`resolver.encrypted`); over another
what the supervisor took while this process was not there. A message holds the connection and says whose it is
(`store.base.web_way`). Nobody else has the other end of a way, so what it says is so.

We accept by ourselves and not by asyncio's server, since whoever falls asleep must know of each connection that is not
served yet.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from store.base import web_way

if TYPE_CHECKING:
    import uvicorn

BATCH = 32  # taken at one look
AGAIN_SECONDS = 1.0  # after which a socket is looked at again where there was no descriptor left


class Arrivals:
    """Makes connections of the server's out of what arrives. For the thread of its loop.

    `handed`: over these come those from HTTPS; `supervisor`: the way to it, where there is one.
    """

    def __init__(
        self, server: uvicorn.Server, listening: Sequence[socket.socket], handed: Sequence[socket.socket],
        supervisor: socket.socket | None = None,
    ) -> None:  # fmt: skip
        self._server, self._listening, self._supervisor = server, listening, supervisor
        self._ways = (*handed, *([supervisor] if supervisor is not None else ()))
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()  # connections on their way to be served; bounded by `Places`
        self._open = False

    def open(self) -> None:
        """Take what arrives from now on, and say so to the supervisor."""
        self._open = True
        for sock in self._listening:
            sock.setblocking(False)
            self._loop.add_reader(sock, self._accept, sock)
        for way in self._ways:
            way.setblocking(False)
            self._loop.add_reader(way, self._receive, way)
        if self._supervisor is not None:
            with suppress(OSError):
                self._supervisor.send(web_way.ready_word(os.getpid()))

    def close(self) -> None:
        """Take nothing more; what arrives waits where it is."""
        self._open = False
        for sock in (*self._listening, *self._ways):
            self._loop.remove_reader(sock)

    async def settled(self) -> None:
        """Until each connection that was taken is one of the server's."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(BATCH):
            try:
                sock, _ = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError:  # no descriptor or no memory is left: it would be told of again at once
                self._loop.remove_reader(listening)
                self._loop.call_later(AGAIN_SECONDS, self._go_on, listening)
                return
            self._begin(sock, None)

    def _go_on(self, listening: socket.socket) -> None:
        if self._open:
            self._loop.add_reader(listening, self._accept, listening)

    def _receive(self, way: socket.socket) -> None:
        for _ in range(BATCH):
            try:
                word, fds, _, _ = socket.recv_fds(way, web_way.MAX_WORD, 1)
            except OSError:
                return
            if not word and not fds:
                return
            who = web_way.peer(word)
            for fd in fds:
                if who is not None or word == web_way.TCP:
                    self._begin(socket.socket(fileno=fd), who)
                else:
                    os.close(fd)

    def _begin(self, sock: socket.socket, who: tuple[str, int] | None) -> None:
        sock.setblocking(False)
        task = self._loop.create_task(self._serve(sock, who))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, sock: socket.socket, who: tuple[str, int] | None) -> None:
        server = self._server
        made: Callable[..., asyncio.Protocol] = server.config.http_protocol_class
        of_server = {"server_state": server.server_state, "app_state": server.lifespan.state}
        whose = {} if who is None else {"peer": who}
        with suppress(OSError):
            await self._loop.connect_accepted_socket(lambda: made(config=server.config, **of_server, **whose), sock)
