# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients over TCP that take their time, or more memory than is good: each has its bound."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from clock import Clock
from tcp_wire import Instant, Wire, frame, in_process

from resolver.listen import tcp


def trickling(monkeypatch: pytest.MonkeyPatch, feed: Any) -> tuple[float, bool]:
    """After how many seconds a connection is cut over which `feed(connection, second)` sends, within ten minutes."""
    clock = Clock(monkeypatch)
    loop = clock.loop(1000.0)  # nobody else is on it

    async def inside() -> tuple[float, bool]:
        connections = tcp.TcpConnections(Instant())  # type: ignore[arg-type]
        connection, transport = connections.accept(), Wire()
        connection.connection_made(transport)  # type: ignore[arg-type]
        begun = loop.time()
        for second in range(600):
            feed(connection, second)
            await asyncio.sleep(1)
            if transport.closing:
                break
        connection.connection_lost(None)
        return loop.time() - begun, transport.closing

    try:
        return loop.run_until_complete(inside())
    finally:
        loop.close()


def test_bytes_that_trickle_in_keep_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds, cut = trickling(monkeypatch, lambda connection, second: connection.data_received(b"\0"[:1]))
    assert cut and seconds <= 2.0, "a length of 0 is no query"
    drops = b"\x0f\xff" + bytes(4000)
    seconds, cut = trickling(monkeypatch, lambda connection, at: connection.data_received(drops[at : at + 1]))
    assert cut and seconds <= tcp.IDLE_SECONDS + 2


def test_a_connection_that_is_used_now_and_then_has_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def feed(connection: Any, second: int) -> None:
        if second % 5 == 0:
            connection.data_received(frame("a.example"))

    seconds, cut = trickling(monkeypatch, feed)
    assert cut and tcp.TOTAL_SECONDS <= seconds <= tcp.TOTAL_SECONDS + tcp.IDLE_SECONDS + 2


def test_a_client_that_asks_and_never_reads_is_cut_however_little_it_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    def feed(connection: Any, second: int) -> None:
        monkeypatch.setattr(Wire, "get_write_buffer_size", lambda _: 40 * second)
        connection.data_received(frame("a.example"))

    seconds, cut = trickling(monkeypatch, feed)
    assert cut and seconds <= tcp.IDLE_SECONDS + 4


def test_all_that_is_not_read_is_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "MAX_UNSENT_ALL", 10 * tcp.READS_SLOWLY)
    monkeypatch.setattr(Wire, "get_write_buffer_size", lambda _: 2 * tcp.READS_SLOWLY)

    async def inside() -> None:
        connections = tcp.TcpConnections(Instant())  # type: ignore[arg-type]
        wires = []
        for _ in range(8):
            connection, transport = connections.accept(), Wire()
            connection.connection_made(transport)  # type: ignore[arg-type]
            connection.data_received(frame("a.example"))
            wires.append(transport)
            if transport.closing:
                connection.connection_lost(None)
        assert [wire.closing for wire in wires] == [False] * 5 + [True] * 3
        for connection in list(connections.open):
            connection.connection_lost(None)

    asyncio.run(inside())


@pytest.mark.parametrize("size", [tcp.MAX_QUERY + 1, 65_535])
def test_what_is_too_long_for_a_query_is_not_waited_for(size: int) -> None:
    async def test(connection: Any, transport: Wire) -> None:
        connection.data_received(frame("a.example") + size.to_bytes(2, "big") + b"x")
        assert len(transport.written) == 1 and transport.closing

    in_process(Instant(), test)
