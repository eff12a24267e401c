# SPDX-License-Identifier: GPL-3.0-or-later
"""The network is asked for its prefixes: one server after another until one tells, and again from time to time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest
from dnslib import AAAA, QTYPE, RCODE, RR, DNSRecord
from scripted_upstream import ScriptedUpstream
from waiting import HANG_SECONDS

from resolver.answer import private_addresses
from resolver.answer.nat64_prefixes import NAME, PrefixLookup
from wire.stub import Server


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    private_addresses.learn(())


def answering(address: str) -> Any:
    def behave(packet: bytes, query: DNSRecord, tcp: bool) -> list[tuple[float, str, bytes]]:
        reply = query.reply()
        reply.add_answer(RR(NAME, QTYPE.AAAA, ttl=60, rdata=AAAA(str(ip_address(address)))))
        return [(0, "", reply.pack())]

    return behave


def refusing(packet: bytes, query: DNSRecord, tcp: bool) -> list[tuple[float, str, bytes]]:
    reply = query.reply()
    reply.header.rcode = RCODE.REFUSED
    return [(0, "", reply.pack())]


async def found(servers: list[Server]) -> list[str]:
    """What a lookup knows once it has learnt something new."""
    loop, learnt = asyncio.get_running_loop(), asyncio.Event()
    lookup = PrefixLookup(loop, lambda: servers, learnt.set)
    lookup.ask()
    await asyncio.wait_for(learnt.wait(), HANG_SECONDS)
    lookup.close()
    return list(map(str, lookup.known))


def test_a_server_that_refuses_or_is_not_there_is_passed_over(upstream: ScriptedUpstream) -> None:
    upstream.behaviours["arpa"] = refusing
    nobody = ("127.0.0.1", 1)
    with ScriptedUpstream() as other:
        other.behaviours["arpa"] = answering("2001:db8:1::192.0.0.170")
        servers = [nobody, ("127.0.0.1", upstream.port), ("127.0.0.1", other.port)]
        assert asyncio.run(found(servers)) == ["2001:db8:1::/96"]
        assert upstream.asked[NAME] == other.asked[NAME] == 1


def test_an_answer_without_a_prefix_is_the_last_word_and_takes_a_known_one_away(upstream: ScriptedUpstream) -> None:
    async def twice() -> tuple[list[str], list[str]]:
        loop, learnt = asyncio.get_running_loop(), asyncio.Event()
        lookup, seen = PrefixLookup(loop, lambda: [("127.0.0.1", upstream.port)], learnt.set), list[list[str]]()
        for address in ("2001:db8:2::192.0.0.171", "2001:db8::1"):
            upstream.behaviours["arpa"] = answering(address)
            lookup.ask()
            await asyncio.wait_for(learnt.wait(), HANG_SECONDS)
            learnt.clear()
            seen.append(list(map(str, lookup.known)))
        lookup.close()
        return seen[0], seen[1]

    assert asyncio.run(twice()) == (["2001:db8:2::/96"], [])
