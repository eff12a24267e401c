# SPDX-License-Identifier: GPL-3.0-or-later
"""Sockets behind one epoll: each reader is called for its own socket, and a closed one never again."""

from __future__ import annotations

import asyncio
import socket

from waiting import until_async

from resolver.transport.poller import Poller


def test_a_reader_is_called_for_its_socket_until_that_is_closed() -> None:
    async def inside() -> None:
        poller = Poller(asyncio.get_running_loop())
        pairs = [socket.socketpair() for _ in range(3)]
        read: list[tuple[int, bytes]] = []
        for number, (ours, _) in enumerate(pairs):
            poller.add(ours.fileno(), lambda number=number, ours=ours: read.append((number, ours.recv(10))))
        pairs[0][1].send(b"one")
        pairs[2][1].send(b"three")
        await until_async(lambda: len(read) == 2)
        assert sorted(read) == [(0, b"one"), (2, b"three")]
        pairs[1][1].send(b"unread")
        poller.forget(pairs[1][0].fileno())
        pairs[1][0].close()
        pairs[0][1].send(b"again")
        await until_async(lambda: len(read) > 2)
        assert read[2:] == [(0, b"again")]
        poller.close()
        poller.close()
        for pair in pairs:
            for sock in pair:
                sock.close()

    asyncio.run(inside())
