# SPDX-License-Identifier: GPL-3.0-or-later
"""Encrypted and plain upstreams beside each other: strict asks none in the clear, fallback once all else has failed."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
from clock import LOOP_HANG_SECONDS, Clock
from own_authority import NAME, Authority
from ports import free_port
from tls_server import end, server_context
from upstream_habits import Asked, Bench, Server, good

from resolver.transport.endpoint import Endpoint, parse_endpoint
from resolver.upstream.forwarder import Forwarder
from resolver.upstream.upstream_policy import UpstreamPolicy

pytestmark = pytest.mark.process


class Encrypted:
    """A DoT server whose answers are 203.0.113.7; stopped and started again at the same port."""

    def __init__(self, authority: Authority) -> None:
        self.context = server_context(authority.issue())
        self.habit = Server(lambda asked: [(0.0, asked.answer())])
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.port = free_port()  # nobody takes it while the server is down
        self.sock.bind(("127.0.0.1", self.port))
        self.listening: asyncio.Server | None = None

    async def start(self) -> None:
        self.sock = self.sock if self.sock.fileno() >= 0 else socket.create_server(("127.0.0.1", self.port))
        self.listening = await asyncio.start_server(self.habit.serve, sock=self.sock, ssl=self.context)

    async def stop(self) -> None:
        if self.listening is not None:
            self.listening.close()
        for writer in self.habit.writers:
            end(writer)
        self.sock.close()
        await asyncio.sleep(0.05)


Test = Callable[[Bench, Encrypted, Server], Awaitable[None]]


def run(authority: Authority, test: Test, *, fallback: bool, beside: bool = False) -> None:
    """`beside`: the plain server stands in the list, else it is the one that tells addresses."""

    async def inside() -> None:
        encrypted = Encrypted(authority)
        plain = Server(lambda asked: [(0.0, answer_for_bootstrap(asked))])
        plain_spec = f"127.0.0.1:{await plain.open()}"
        await encrypted.start()
        specs = [f"tls://{NAME}:{encrypted.port}"] + [plain_spec] * beside
        policy = UpstreamPolicy(False, (plain_spec,), fallback)
        endpoints = [parse_endpoint(spec) for spec in specs]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Endpoint, "private", property(lambda each: each.encrypted))  # loopback is the outside here
            forwarder = Forwarder(asyncio.get_running_loop(), endpoints, 0.4, policy)
            try:
                await asyncio.wait_for(test(Bench(forwarder, ()), encrypted, plain), LOOP_HANG_SECONDS)
            finally:
                forwarder.close()
                await encrypted.stop()
                await plain.close()
                # Connections in the middle of a handshake end with their tasks.
                left = asyncio.all_tasks() - {asyncio.current_task()}
                if left:
                    await asyncio.wait(left)
                await asyncio.sleep(0.02)

    with pytest.MonkeyPatch.context() as clocks:
        clock = Clock(clocks, "resolver.upstream.pending")  # nobody is late, however busy the machine is
        with asyncio.Runner(loop_factory=clock.loop) as runner:
            runner.run(inside())


def answer_for_bootstrap(asked: Asked) -> bytes:
    """127.0.0.1 for the encrypted server's name, else an address of nobody's."""
    if asked.section.startswith(b"\3dns\4test"):
        return asked.answer(answers=int(asked.section[-3] == 1)).replace(b"\xcb\0\x71\7", b"\x7f\0\0\1")
    return asked.answer()


def names(plain: Server) -> list[bytes]:
    """What the plain server was asked, less what it is asked for as the one who tells addresses."""
    return [asked.section for asked in plain.asked if b"shop" in asked.section]


@pytest.mark.parametrize("beside", [False, True])
def test_strict_asks_nobody_in_the_clear_and_waits_for_a_server_that_starts_anew(
    trusted: Authority, beside: bool
) -> None:
    async def test(bench: Bench, encrypted: Encrypted, plain: Server) -> None:
        assert good(*await bench.burst(20))
        await encrypted.stop()
        asking = asyncio.create_task(bench.burst(5, "again"))
        await asyncio.sleep(0.3)
        await encrypted.start()
        assert good(*await asking), "who asked meanwhile is answered"
        await encrypted.stop()
        assert not good(await bench.ask("last.shop.example"))
        assert not names(plain) and bench.server.fault

    run(trusted, test, fallback=False, beside=beside)


@pytest.mark.parametrize("beside", [False, True])
def test_fallback_asks_in_the_clear_only_when_nothing_else_answers(trusted: Authority, beside: bool) -> None:
    async def test(bench: Bench, encrypted: Encrypted, plain: Server) -> None:
        assert good(*await bench.burst(20)) and not names(plain)
        await encrypted.stop()
        assert good(*await bench.burst(5, "plain")) and len(set(names(plain))) == 5
        await encrypted.start()
        while bench.server.down or bench.server.failed_in_row:
            bench.server.check()
            await asyncio.sleep(0.05)
        before = len(names(plain))
        assert good(*await bench.burst(20, "back")) and len(names(plain)) == before

    run(trusted, test, fallback=True, beside=beside)
