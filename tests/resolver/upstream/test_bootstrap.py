# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of upstreams by their names: both families, kept, used on, asked for once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import dns.flags
import dns.message
import dns.rrset
import pytest
from clock import Clock
from own_authority import NAME, Authority
from tls_server import server_context, serving
from waiting import HANG_SECONDS

from resolver.transport.endpoint import Endpoint
from resolver.upstream import bootstrap
from resolver.upstream.bootstrap import Bootstrap
from resolver.upstream.forwarder import Forwarder
from resolver.upstream.question_key import key_of
from resolver.upstream.upstream_policy import UpstreamPolicy
from wire import message, stub
from wire.message import Response

HOST = "dns.test.example"
pytestmark = pytest.mark.process  # a loop has sockets of its own


class Servers:
    """Answers to what is asked, as the test says: texts by type, None for silence, "" for a name that is not there."""

    def __init__(self, **texts: list[str] | None) -> None:
        self.texts, self.ttl, self.asked = texts, 300, list[str]()

    def ask(self, key: bytes, question: message.Question, done: Any, route: Any) -> None:
        qtype = {1: "A", 28: "AAAA"}[question.qtype]
        self.asked.append(qtype)
        texts = self.texts.get(qtype, [])
        if texts is not None:
            asyncio.get_running_loop().call_soon(done, self.response(question, qtype, texts), "9.9.9.9")

    def response(self, question: message.Question, qtype: str, texts: list[str]) -> Response:
        query = dns.message.make_query(HOST, qtype)
        reply = dns.message.make_response(query)
        if texts == ["nowhere"]:
            reply.set_rcode(3)
        elif texts:
            reply.answer.append(dns.rrset.from_text(HOST + ".", self.ttl, "IN", qtype, *texts))
        return message.parse_response(reply.to_wire(), question.section)


def run(servers: Servers, test: Callable[[Bootstrap], Any], clock: Clock, specs: Sequence[str] = ("9.9.9.9",)) -> None:
    async def inside() -> None:
        boot = Bootstrap(asyncio.get_running_loop(), servers.ask, tuple(specs))
        await test(boot)
        boot.close()
        await asyncio.sleep(0)

    with asyncio.Runner(loop_factory=clock.loop) as runner:
        runner.run(inside())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_both_families_come_in_turn_and_whoever_asks_meanwhile_shares(clock: Clock) -> None:
    servers = Servers(A=["192.0.2.1", "192.0.2.2"], AAAA=["2001:db8::1"])

    async def test(boot: Bootstrap) -> None:
        first, second = await asyncio.gather(boot.find(HOST), boot.find(HOST))
        assert first == second and {first[0], first[2]} == {"192.0.2.1", "192.0.2.2"} and first[1] == "2001:db8::1"
        assert sorted(servers.asked) == ["A", "AAAA"]

    run(servers, test, clock)


def test_one_family_is_enough_and_the_other_is_not_waited_for(clock: Clock) -> None:
    servers = Servers(A=["192.0.2.1"], AAAA=None)

    async def test(boot: Bootstrap) -> None:
        before = clock.now
        assert await boot.find(HOST) == ("192.0.2.1",) and clock.now - before < 1.0

    run(servers, test, clock)


def test_what_is_too_old_is_used_on_and_asked_for_beside(clock: Clock) -> None:
    servers = Servers(A=["192.0.2.1"])

    async def test(boot: Bootstrap) -> None:
        await boot.find(HOST)
        clock.now += 301
        servers.texts = {"A": ["192.0.2.9"]}
        assert await boot.find(HOST) == ("192.0.2.1",)
        await asyncio.sleep(1)
        assert await boot.find(HOST) == ("192.0.2.9",)

        clock.now += 301
        servers.texts, servers.asked = {"A": ["nowhere"], "AAAA": ["nowhere"]}, []
        for _ in range(10):
            assert await boot.find(HOST) == ("192.0.2.9",)
            await asyncio.sleep(1)
        assert len(servers.asked) == 2, "and not asked for again at once"

    run(servers, test, clock)


def test_a_ttl_is_believed_within_reason(clock: Clock) -> None:
    servers = Servers(A=["192.0.2.1"])
    servers.ttl = 0

    async def test(boot: Bootstrap) -> None:
        await boot.find(HOST)
        assert boot._known[HOST].until - clock.now == pytest.approx(bootstrap.SHORTEST, abs=1)

    run(servers, test, clock)


@pytest.mark.parametrize(
    ("texts", "specs", "words"),
    [
        (["nowhere"], ("9.9.9.9",), "no server named"),
        ([], ("9.9.9.9", "1.1.1.1"), "9.9.9.9, 1.1.1.1 did not tell"),
        ([], (), "upstream_bootstrap names no server"),
    ],
)
def test_where_there_is_none_it_is_said_why(
    texts: list[str], specs: tuple[str, ...], words: str, clock: Clock
) -> None:  # fmt: skip
    async def test(boot: Bootstrap) -> None:
        with pytest.raises(OSError, match=words):
            await boot.find(HOST)

    run(Servers(A=texts, AAAA=texts), test, clock, specs)


def test_an_encrypted_server_tells_too_and_then_no_plain_one_is_asked(trusted: Authority) -> None:
    asked: list[str] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while True:
                packet = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
                reply = dns.message.make_response(query := dns.message.from_wire(packet))
                asked.append(query.question[0].to_text())
                if query.question[0].rdtype == 1:
                    reply.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", "A", "127.0.0.1"))
                writer.write(len(reply.to_wire()).to_bytes(2, "big") + reply.to_wire())

    async def test() -> None:
        async with serving(take, server_context(trusted.issue())) as port:
            policy = UpstreamPolicy(bootstrap=("192.0.2.1", f"tls://127.0.0.1:{port}#{NAME}"), fallback=True)
            endpoint = Endpoint("named", NAME, port, "tls", NAME)
            forwarder = Forwarder(asyncio.get_running_loop(), [endpoint], 30.0, policy)
            assert [each.endpoint.spec for each in forwarder.servers.spare or ()] == ["192.0.2.1"]
            answered: asyncio.Future[str] = asyncio.get_running_loop().create_future()
            question = message.parse_question(stub.build("www.shop.example", 1, 7))
            forwarder.exchange(key_of(question), question, lambda _, upstream: answered.set_result(upstream))
            assert await answered == "named"
            assert asked[-1].startswith("www.shop.example.") and f"{NAME}. IN A" in asked
            forwarder.close()

    with asyncio.Runner() as runner:
        runner.run(asyncio.wait_for(test(), HANG_SECONDS))
