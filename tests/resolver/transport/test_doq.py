# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS over QUIC: a stream a query, the certificate's name pinned, and a plain sentence where the package is missing."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from own_authority import NAME, Authority
from tls_server import Asker, at
from waiting import HANG_SECONDS, until_async

pytest.importorskip("aioquic")

from aioquic.asyncio import serve
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import QuicEvent, StreamDataReceived

from resolver.transport import transports
from resolver.transport.doq import LIMITS, QuicTransport
from resolver.transport.endpoint import Endpoint

pytestmark = pytest.mark.process
QUERY = b"\1\0\0\1\0\0\0\0\0\0\3www\4shop\7example\0\0\1\0\1"  # less its id


class Echo(QuicConnectionProtocol):
    """Answers each stream with what came on it."""

    made = 0
    seen: list[bytes] = []  # noqa: RUF012 - of the test that runs
    answer: Callable[[bytes], bytes] = staticmethod(lambda data: data)

    def __init__(self, *rest: Any, **more: Any) -> None:
        super().__init__(*rest, **more)
        Echo.made += 1
        self.came: dict[int, bytes] = {}

    def quic_event_received(self, event: QuicEvent) -> None:
        if isinstance(event, StreamDataReceived):
            data = self.came[event.stream_id] = self.came.get(event.stream_id, b"") + event.data
            if event.end_stream:
                Echo.seen.append(data)
                self._quic.send_stream_data(event.stream_id, Echo.answer(data), end_stream=True)
                self.transmit()


def run(test: Callable[[int, Asker], Any], authority: Authority, *names: str, **days: int) -> None:
    async def inside() -> None:
        configuration = QuicConfiguration(is_client=False, alpn_protocols=["doq"])
        pem = authority.issue(*names, **days)
        configuration.load_cert_chain(pem, pem)
        server = await serve("127.0.0.1", 0, configuration=configuration, create_protocol=Echo)
        port = server._transport.get_extra_info("sockname")[1]
        try:
            await asyncio.wait_for(test(port, Asker()), HANG_SECONDS)
        finally:
            server.close()
            await asyncio.sleep(0.01)

    Echo.made, Echo.seen, Echo.answer = 0, [], staticmethod(lambda data: data)
    asyncio.run(inside())


def test_many_queries_are_streams_of_one_connection(trusted: Authority) -> None:
    async def test(port: int, asker: Asker) -> None:
        transport = QuicTransport(asker, at(port, "quic"))
        idents = [asker.send(transport, QUERY + b"%d" % number)[1] for number in range(60)]
        await until_async(lambda: len(asker.came) == 60)
        assert sorted(asker.came) == sorted(ident + QUERY + b"%d" % n for n, ident in enumerate(idents))
        assert Echo.made == transport.handshakes == 1 and not transport.fault
        assert all(data[2:4] == b"\0\0" for data in Echo.seen)
        Echo.answer = staticmethod(lambda data: data[:20])
        asker.send(transport, QUERY)
        await until_async(lambda: len(asker.came) == 61)
        assert len(asker.came[-1]) == 12 and "another length" in transport.fault
        transport.close()

    run(test, trusted)


@pytest.mark.parametrize("names", [("other.example",), ()])
def test_a_certificate_that_is_not_right_is_told(trusted: Authority, names: tuple[str, ...]) -> None:
    async def test(port: int, asker: Asker) -> None:
        transport = QuicTransport(asker, at(port, "quic"))
        asker.send(transport, QUERY)
        await until_async(lambda: asker.failed)
        assert "certificate" in transport.fault and not asker.came
        transport.close()

    run(test, trusted, *names, **({} if names else {"first": -9, "last": -1}))


def test_a_port_where_nobody_is_is_told(trusted: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuicTransport, "limits", replace(LIMITS, connect_seconds=0.3))

    async def test(port: int, asker: Asker) -> None:
        transport = QuicTransport(asker, at(1, "quic"))
        asker.send(transport, QUERY)
        await until_async(lambda: asker.failed)
        assert transport.fault
        transport.close()

    run(test, trusted)


def test_another_address_is_tried_where_the_first_leads_nowhere(trusted: Authority) -> None:
    async def test(port: int, asker: Asker) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.9", port))  # takes what comes and says nothing; at 127.0.0.8 nobody listens
            asker.addresses = ("127.0.0.8", "127.0.0.9", "127.0.0.1")
            transport = QuicTransport(asker, Endpoint("", NAME, port, "quic", NAME))
            asker.send(transport, QUERY)
            await until_async(lambda: asker.came)
            assert not asker.failed and not transport.fault and transport.handshakes == 1
            assert (await transport.addresses())[0] == "127.0.0.1"
            transport.close()

    run(test, trusted)


def test_without_the_package_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resolver.transport.doq", None)
    nobody: Any = None
    (build,) = transports.TRANSPORTS["quic"]
    missing = build(nobody, at(1, "quic"))
    with pytest.raises(OSError, match=r"telltale\[doq\]"):
        missing.place()
    missing.close()
