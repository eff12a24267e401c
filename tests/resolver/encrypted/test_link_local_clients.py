# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever asks from a link-local address is the same client over TLS and QUIC as over UDP."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from resolver.encrypted.tls_connection import TlsConnection
from resolver.listen.senders import name_of
from wire.addresses import packed

PEER = ("fe80::7:1%eth0", 853, 0, 3)
OVER_UDP = name_of(packed("fe80::7:1") + (3).to_bytes(4, "little"))


def test_over_tls() -> None:
    seen = list[str]()

    def let_in(connection: Any, now: float) -> bool:
        seen.append(connection.address)
        return False

    transport: Any = SimpleNamespace(
        set_write_buffer_limits=lambda *_: None, get_extra_info=lambda _: PEER, close=lambda: None
    )

    async def connect() -> None:
        door: Any = SimpleNamespace(let_in=let_in)
        TlsConnection(door, lambda _: None).connection_made(transport)

    asyncio.run(connect())
    assert seen == [OVER_UDP] == ["fe80::7:1%3"]


@pytest.mark.parametrize(("peer", "client"), [(PEER, OVER_UDP), (("192.168.1.7", 853), "192.168.1.7")])
def test_over_quic(peer: tuple[object, ...], client: str) -> None:
    seen = list[str]()

    def may_knock(address: str) -> bool:
        seen.append(address)
        return False

    async def knock() -> None:
        door: Any = SimpleNamespace(house=SimpleNamespace(admission=SimpleNamespace(may_knock=may_knock)), count=print)
        configuration = aioquic.quic.configuration.QuicConfiguration(is_client=False)
        doq_server.DoqServer(door, None, configuration).datagram_received(b"", peer)  # type: ignore[arg-type]

    pytest.importorskip("aioquic")
    import aioquic.quic.configuration

    from resolver.encrypted import doq_server

    asyncio.run(knock())
    assert seen == [client]
