# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers beside the house's: each is one server wherever it is asked, and nobody else answers for it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from resolver.transport.endpoint import parse_endpoint
from resolver.upstream import forwarder as forwarders
from resolver.upstream import route
from resolver.upstream.forwarder import Forwarder
from resolver.upstream.question_key import key_of
from wire import message, stub

HOUSE, FIRST, SECOND = "192.0.2.1", "192.0.2.2", "192.0.2.3"


def specs(servers: Any) -> list[str]:
    return [server.endpoint.spec for server in servers]


def run(test: Any) -> None:
    async def inside() -> None:
        made = Forwarder(asyncio.get_running_loop(), [parse_endpoint(HOUSE)], 0.1)
        try:
            came = test(made)
            if isinstance(came, Coroutine):
                await came
        finally:
            made.close()

    asyncio.run(inside())


def test_a_server_is_one_wherever_it_is_asked() -> None:
    def test(made: Forwarder) -> None:
        lan, corp = (made.servers_of(route.to_servers([FIRST, HOUSE], domain)) for domain in ("lan", "corp.example"))
        group = made.servers_of(route.to_servers([HOUSE]))
        assert specs(lan) == specs(corp) == [FIRST, HOUSE]
        assert lan[1] is group[0] is made.servers[0], "what is known of it is known once"
        assert made.servers_of(route.HOUSE) is made.servers
        assert sorted(specs(made.every_server)) == [HOUSE, FIRST]

    run(test)


def test_servers_that_no_route_leads_to_are_given_up() -> None:
    def test(made: Forwarder) -> None:
        lan, group = route.to_servers([FIRST], "lan"), route.to_servers([SECOND])
        before = made.servers_of(lan)[0]
        made.servers_of(group)
        made.keep([lan])
        assert specs(made.every_server) == [HOUSE, FIRST] and made.servers_of(lan)[0] is before
        made.keep([])
        assert specs(made.every_server) == [HOUSE]

    run(test)


def test_servers_that_cannot_be_used_are_replaced_for_a_group_and_never_for_a_domain() -> None:
    def test(made: Forwarder) -> None:
        assert made.servers_of(route.to_servers(["router"])) is made.servers
        lan = route.to_servers(["router"], "lan")
        assert not made.servers_of(lan) and made.ready(lan) is None
        question, came = message.parse_question(stub.build("tv.lan", 1)), list[Any]()
        made.exchange(key_of(question, lan.tag), question, lambda *answer: came.append(answer), lan)
        assert came == [(None, "")]

    run(test)


def test_there_are_so_many_servers_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forwarders, "MAX_SERVERS", 3)

    def test(made: Forwarder) -> None:
        assert specs(made.servers_of(route.to_servers([f"192.0.2.{n}" for n in range(10, 20)], "lan"))) == [
            "192.0.2.10", "192.0.2.11",
        ]  # fmt: skip

    run(test)
