# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS over TLS: one connection for many, the certificate's name pinned, and a sentence for whatever is wrong."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from own_authority import NAME, Authority
from tls_server import Asker, FramedServer, at, end, server_context, serving
from waiting import HANG_SECONDS, until_async

from resolver.transport import connections
from resolver.transport.dot import LIMITS, TlsTransport
from resolver.transport.endpoint import Endpoint
from store.certificates import clock_sense

pytestmark = pytest.mark.process


def loops() -> list[Any]:
    try:
        import uvloop
    except ImportError:
        return [asyncio.new_event_loop]
    return [asyncio.new_event_loop, uvloop.new_event_loop]


def run(test: Any, factory: Any = None) -> None:
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(asyncio.wait_for(test, HANG_SECONDS))


@pytest.mark.parametrize("factory", loops())
@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_many_share_one_connection_and_answers_come_in_any_order(
    trusted: Authority, factory: Any, newest: ssl.TLSVersion
) -> None:
    async def test() -> None:
        server, asker = FramedServer(), Asker()
        async with serving(server.take, server_context(trusted.issue(), newest=newest)) as port:
            transport = TlsTransport(asker, at(port))
            sent = [asker.send(transport, b"%d" % number) for number in range(50)]
            await until_async(lambda: len(server.frames) == 50)
            for number in reversed(range(50)):
                server.answer(number)
            await until_async(lambda: len(asker.came) == 50)
            assert asker.came == [ident + b"%d" % number for number, (_, ident) in reversed(list(enumerate(sent)))]
            assert len(server.writers) == transport.handshakes == 1 and not transport.fault
            large = asker.send(transport, b"x" * 65_000)[1]
            await until_async(lambda: len(server.frames) == 51)
            server.answer(50)
            await until_async(lambda: len(asker.came) == 51)
            assert asker.came[-1] == large + b"x" * 65_000
            transport.close()

    run(test(), factory)


def test_a_session_of_before_is_taken_up_again_and_what_waited_is_told(trusted: Authority) -> None:
    async def test() -> None:
        server, asker = FramedServer(echo=True), Asker()
        async with serving(server.take, server_context(trusted.issue())) as port:
            transport = TlsTransport(asker, at(port))
            for number in range(1, 4):
                asker.send(transport, b"x")
                await until_async(lambda number=number: len(asker.came) == number)
                end(server.writers[-1])
                await until_async(lambda: not transport._held)
            assert server.reused == [False, True, True] and not transport.fault
            server.echo = False
            channel, _ = asker.send(transport, b"y")
            await until_async(lambda: len(server.frames) == 4)
            server.writers[-1].close()
            await until_async(lambda: asker.failed == [channel])
            transport.close()

    run(test())


Serving = Callable[[Authority], tuple[Any, ssl.SSLContext | None]]


async def _plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await reader.read()


async def _not_at_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def _too_old(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(100)
    writer.write(b"\x15\3\1\0\2\2\x46")  # the alert of a server that knows TLS 1.0 alone: protocol_version
    await reader.read()


async def _hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


def _with(pem: Callable[[Authority], Path]) -> Serving:
    return lambda authority: (FramedServer(echo=True).take, server_context(pem(authority)))


WRONG: dict[str, Serving] = {
    "run out": _with(lambda authority: authority.issue(first=-9, last=-1)),
    "set the clock": _with(lambda authority: authority.issue(first=1)),
    "for other names than": _with(lambda authority: authority.issue("other.example")),
    "vouches": _with(lambda authority: Authority(authority.folder, "Somebody").issue(stem="foreign")),
    "only an old TLS": lambda _: (_too_old, None),
    "no TLS at that port": lambda _: (_plainly, None),
    "does not answer": lambda _: (_not_at_all, None),
    "hung up": lambda _: (_hangs_up, None),
}


@pytest.mark.parametrize("words", WRONG)
def test_what_is_wrong_is_said_and_not_tried_again_at_once(
    trusted: Authority, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience = 0.3 if "answer" in words else HANG_SECONDS
    limits = replace(LIMITS, connect_seconds=patience, again_seconds=(HANG_SECONDS, HANG_SECONDS))
    monkeypatch.setattr(TlsTransport, "limits", limits)

    async def test() -> None:
        asker = Asker()
        async with serving(*WRONG[words](trusted)) as port:
            transport = TlsTransport(asker, at(port))
            asker.send(transport, b"x")
            await until_async(lambda: asker.failed)
            assert words in transport.fault and not asker.came and transport.handshakes == 1
            with pytest.raises(OSError, match=words):
                transport.place()
            transport.close()

    run(test())


def test_a_port_where_nobody_listens_refuses() -> None:
    async def test() -> None:
        asker = Asker()
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            transport = TlsTransport(asker, at(sock.getsockname()[1]))
            asker.send(transport, b"x")
            await until_async(lambda: asker.failed)
            assert "refuses the connection" in transport.fault
            transport.close()

    run(test())


def test_a_server_is_tried_again_after_a_while_that_grows_and_is_good_when_it_answers(trusted: Authority) -> None:
    async def test() -> None:
        server, asker = FramedServer(echo=True), Asker()
        async with serving(server.take, server_context(trusted.issue())) as port:
            transport = TlsTransport(asker, at(1))
            pauses = []
            for _ in range(9):
                transport._again_at = 0.0
                asker.failed.clear()
                asker.send(transport, b"x")
                await until_async(lambda: asker.failed)
                pauses.append(round(transport._pause, 1))
            assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]
            transport.endpoint, transport._again_at = at(port), 0.0
            asker.send(transport, b"x")
            await until_async(lambda: asker.came)
            assert not transport.fault and not transport._pause
            transport.close()

    run(test())


def test_a_server_known_by_its_name_is_reached_at_the_address_that_is_good(trusted: Authority) -> None:
    async def test() -> None:
        server, asker = FramedServer(echo=True), Asker(("127.0.0.9", "127.0.0.1"))  # nobody listens at the first
        async with serving(server.take, server_context(trusted.issue())) as port:
            transport = TlsTransport(asker, Endpoint("", NAME, port, "tls", NAME))
            asker.send(transport, b"x")
            await until_async(lambda: asker.came)
            assert list(await transport.addresses()) == ["127.0.0.1", "127.0.0.9"]
            transport.close()

    run(test())


def test_a_server_that_answers_what_nobody_asked_is_left(trusted: Authority) -> None:
    async def rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\0\0" * 1000)
        await reader.read()
        writer.close()

    async def test() -> None:
        asker = Asker()
        async with serving(rude, server_context(trusted.issue())) as port:
            transport = TlsTransport(asker, at(port))
            asker.send(transport, b"x")
            await until_async(lambda: asker.failed)
            assert "not asked" in transport.fault and len(asker.came) <= 101
            transport.close()

    run(test())


def test_after_a_sleep_nothing_is_asked_over_a_connection_of_before(
    trusted: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    asleep = [100.0]
    monkeypatch.setattr(connections, "slept", lambda: asleep[0])

    async def test() -> None:
        server, asker = FramedServer(echo=True), Asker()
        async with serving(server.take, server_context(trusted.issue())) as port:
            transport = TlsTransport(asker, at(port))
            for number, more in enumerate((0.0, 0.2, 3600.0, 0.0), 1):  # clocks drift a little
                asleep[0] += more
                asker.send(transport, b"x")
                await until_async(lambda number=number: len(asker.came) == number)
            assert transport.handshakes == 2 and server.reused == [False, True] and not asker.failed
            transport.close()

    run(test())


def test_before_the_clock_is_set_dates_say_nothing_and_names_and_authorities_do(
    trusted: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A board without a clock begins in the past; its time comes from servers whose names have to be looked up."""
    sane = [False]
    monkeypatch.setattr(clock_sense, "is_sane", lambda _now: sane[0])

    async def ask(pem: Path, again: bool = False) -> str:
        server, asker = FramedServer(echo=True), Asker()
        async with serving(server.take, server_context(pem)) as port:
            transport = TlsTransport(asker, at(port))
            asker.send(transport, b"x")
            await until_async(lambda: asker.came or asker.failed)
            if again:  # the clock is set meanwhile, and the server hangs up
                end(server.writers[0])
                await until_async(lambda: not transport._held)
                sane[0] = True
                asker.send(transport, b"y")
                await until_async(lambda: len(asker.came) == 2 or asker.failed)
            fault = transport.fault
            transport.close()
            return fault

    async def test() -> None:
        assert not await ask(trusted.issue(first=5))
        assert "for other names" in await ask(trusted.issue("other.example", first=5))
        assert "vouches" in await ask(Authority(trusted.folder, "Somebody").issue(first=5, stem="foreign"))
        assert "is not valid yet" in await ask(trusted.issue(first=5), again=True)
        sane[0] = False
        assert not await ask(trusted.issue(), again=True)

    run(test())
