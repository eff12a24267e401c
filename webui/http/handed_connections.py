# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections of those who ask over HTTPS, handed over by the process that ends TLS (`resolver.encrypted`).

A message holds one end of a pair of sockets, and who asks: address and port. Nobody else has the other end of this way,
so what it says is so.
"""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress

import uvicorn

MAX_WHO = 100  # bytes of an address and a port
BATCH = 32  # taken at one look

_tasks: set[asyncio.Task[None]] = set()


def take(way: socket.socket, server: uvicorn.Server) -> None:
    """From now on, connections that come over `way` are the server's."""
    way.setblocking(False)
    asyncio.get_running_loop().add_reader(way.fileno(), _on_readable, way, server)


def _on_readable(way: socket.socket, server: uvicorn.Server) -> None:
    for _ in range(BATCH):
        try:
            who, fds, _, _ = socket.recv_fds(way, MAX_WHO, 1)
        except OSError:
            return
        if not who and not fds:
            return
        for fd in fds:
            _begin(fd, who, server)


def _begin(fd: int, who: bytes, server: uvicorn.Server) -> None:
    address, _, port = who.decode("ascii", "replace").partition(" ")
    if not port.isdecimal():
        os.close(fd)
        return
    sock = socket.socket(fileno=fd)
    sock.setblocking(False)
    task = asyncio.get_running_loop().create_task(_serve(sock, (address, int(port)), server))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def _serve(sock: socket.socket, peer: tuple[str, int], server: uvicorn.Server) -> None:
    connection = server.config.http_protocol_class(
        config=server.config, server_state=server.server_state, app_state=server.lifespan.state, peer=peer
    )  # type: ignore[call-arg]
    with suppress(OSError):
        await asyncio.get_running_loop().connect_accepted_socket(lambda: connection, sock)
