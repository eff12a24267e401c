# SPDX-License-Identifier: GPL-3.0-or-later
"""A TCP connection to a server with several addresses: the next is tried before the last has failed (RFC 8305).

So an address that leads nowhere (IPv6 that the router announces and the provider does not carry) costs a quarter of a
second, once: what answered stands first from then on.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence

from wire.sockaddr import family, socket_address

STAGGER_SECONDS = 0.25  # RFC 8305 section 8: the recommended delay between two attempts
MAX_ADDRESSES = 8  # tried for one connection
UNACKNOWLEDGED_MS = 5000  # after which the kernel ends a connection of which nothing comes back


async def dial(loop: asyncio.AbstractEventLoop, addresses: Sequence[str], port: int) -> tuple[socket.socket, str]:
    """A connected socket, and which address it is. Raises OSError, that of the first address where all fail."""
    running: dict[asyncio.Task[socket.socket], str] = {}
    waiting = list(addresses[:MAX_ADDRESSES])
    failed: OSError | None = None
    try:
        while waiting or running:
            if waiting:
                address = waiting.pop(0)
                running[loop.create_task(_connect(loop, address, port))] = address
            done, _ = await asyncio.wait(
                running, timeout=STAGGER_SECONDS if waiting else None, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                address = running.pop(task)
                try:
                    return task.result(), address
                except OSError as error:
                    failed = failed or error
        raise failed or OSError("no address")
    finally:
        for task in running:
            _discard(task)


async def _connect(loop: asyncio.AbstractEventLoop, address: str, port: int) -> socket.socket:
    sock = socket.socket(family(address), socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS)
        await loop.sock_connect(sock, socket_address(address, port))
    except BaseException:
        sock.close()
        raise
    return sock


def _discard(task: asyncio.Task[socket.socket]) -> None:
    """End an attempt that came second; its socket goes with it."""
    if not task.cancel() and not task.cancelled() and task.exception() is None:
        task.result().close()
