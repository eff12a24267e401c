# SPDX-License-Identifier: GPL-3.0-or-later
"""The bound sockets of DNS over TLS and HTTPS: listened on from when there is a certificate.

Until then another program may have taken a port, which `bind` does not tell: that is said, and tried again.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping, Sequence

from store.base.sentences import say, sentence_of
from store.config.endpoints import show_endpoint

BACKLOG = 256  # connections that wait to be accepted while a storm is on
AGAIN_SECONDS = 3.0

Factory = Callable[[], asyncio.Protocol]


class Listeners:
    """Of one process."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: list[tuple[socket.socket, Factory]] = []
        self._servers: list[asyncio.Server] = []
        self._again_at = 0.0
        self.error = ""

    async def begin(self, socks: Mapping[str, Sequence[socket.socket]], factories: Mapping[str, Factory]) -> None:
        """Listen on all sockets of the kinds that have a factory."""
        self._waiting = [(sock, made) for kind, made in factories.items() for sock in socks.get(kind, ())]
        await self._listen()

    async def again(self) -> bool:
        """Now and then, listen on what could not be listened on; whether that changed something."""
        if not self._waiting or self._loop.time() < self._again_at:
            return False
        before = self.error
        await self._listen()
        return self.error != before

    def waits(self, sock: socket.socket) -> bool:
        """Whether nobody is served there yet."""
        return any(sock is each for each, _ in self._waiting)

    def close(self) -> None:
        """Take no more connections."""
        for server in self._servers:
            server.close()

    async def _listen(self) -> None:
        self.error, self._again_at = "", self._loop.time() + AGAIN_SECONDS
        for sock, factory in list(self._waiting):
            sock.setblocking(False)
            try:
                sock.listen(BACKLOG)
            except OSError as error:
                where, why = shown(sock), sentence_of(error)
                self.error = say("Nobody can be served on {where}: {why}. It is tried again by itself.",
                                 where=where, why=why.rstrip("."))  # fmt: skip
                continue
            self._waiting = [each for each in self._waiting if each[0] is not sock]
            self._servers.append(await self._loop.create_server(factory, sock=sock, backlog=BACKLOG))


def shown(sock: socket.socket) -> str:
    """Where a socket is bound."""
    address, port = sock.getsockname()[:2]
    return show_endpoint((str(address), int(port)))
