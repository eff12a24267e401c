# SPDX-License-Identifier: GPL-3.0-or-later
"""Cookies: learnt, asked with, and what comes without one is a stranger's until a stream says otherwise."""

from __future__ import annotations

from collections.abc import Callable

import dns.edns
import dns.message
import pytest
from clock import Clock
from upstream_habits import Asked, Bench, Reply, Server, good, run

from resolver.upstream.cookies import AGAIN_SECONDS, LOST_MOST, SIZE, Cookies
from wire import client_options, message
from wire.types import BADCOOKIE, OPT

pytestmark = pytest.mark.process
THEIRS, OTHER = b"S" * 16, b"T" * 16
EVIL = b"\xcb\0\x71\x42"


def cookie_of(asked: Asked) -> tuple[bytes, bytes]:
    """The client's and the server's."""
    options = dns.message.from_wire(asked.packet).options
    return next(((each.client, each.server) for each in options if isinstance(each, dns.edns.CookieOption)), (b"", b""))


def client_cookie(asked: Asked) -> bytes:
    return cookie_of(asked)[0]


def server_cookie(asked: Asked) -> bytes:
    return cookie_of(asked)[1]


def opt(cookie: bytes, rcode: int = 0) -> bytes:
    data = b"\0\x0a" + len(cookie).to_bytes(2, "big") + cookie if cookie else b""
    return b"\0" + message.RECORD.pack(OPT, 1232, rcode >> 4 << 24, len(data)) + data


def answer(asked: Asked, cookie: bytes) -> bytes:
    return asked.answer(tail=opt(cookie), more=1)


def gives(asked: Asked) -> Reply:
    return [(0, answer(asked, client_cookie(asked) + THEIRS))]


def forged(asked: Asked, cookie: bytes = b"") -> bytes:
    """Port, id, letters and all are right; only the cookie is not."""
    return answer(asked, cookie).replace(b"\xcb\0\x71\7", EVIL)


def test_a_servers_cookie_goes_back_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(gives)

    async def test(bench: Bench) -> None:
        assert good(*[await bench.ask(f"n{number}.shop.example") for number in range(3)])
        assert [server_cookie(asked) for asked in server.asked] == [b"", THEIRS, THEIRS]
        assert len({client_cookie(asked) for asked in server.asked}) == 1 and bench.server.cookies.expected

    run(test, server)


@pytest.mark.parametrize("cookie", [b"", b"C" * 8, b"C" * 8 + THEIRS])
def test_what_lacks_the_cookie_is_never_believed_over_datagrams(cookie: bytes) -> None:
    server = Server(gives)

    def forges(asked: Asked) -> Reply:
        true = answer(asked, client_cookie(asked) + THEIRS)
        return [(0, true)] if asked.stream else [(0, forged(asked, cookie)), (0.05, true)]

    async def test(bench: Bench) -> None:
        await bench.ask("first.shop.example")
        server.habit = forges
        for response in await bench.burst(20):
            assert response is not None and response.addresses == [b"\xcb\0\x71\7"]
        assert bench.forwarder.counters["mismatched"] >= 20
        assert bench.server.cookies.expected, "a stream said that the server gives them still"

    run(test, server)


def test_a_server_that_never_gave_one_is_asked_and_believed_as_ever() -> None:
    """One that knows none, and one that repeats whatever options it gets."""
    for habit in (lambda asked: [(0, asked.answer())], lambda asked: [(0, answer(asked, client_cookie(asked)))]):
        server = Server(habit)

        async def test(bench: Bench) -> None:
            assert good(*await bench.burst(10))
            assert not bench.server.cookies.expected and not bench.forwarder.counters["mismatched"]
            assert not bench.servers[0].connections

        run(test, server)


@pytest.mark.parametrize("streams", [True, False])
def test_a_server_that_gives_none_any_more_is_found_out(streams: bool) -> None:
    server = Server(gives, streams=streams)

    async def test(bench: Bench) -> None:
        assert good(await bench.ask("first.shop.example"))
        server.habit = lambda asked: [(0, asked.answer())]
        assert good(await bench.ask("second.shop.example"))
        assert not bench.server.cookies.expected
        before = len(server.asked)
        assert good(await bench.ask("third.shop.example"))
        assert len(server.asked) == before + 1, "at the first try"

    run(test, server)


def test_a_router_with_several_servers_behind_it_costs_nobody_an_answer() -> None:
    """Some names with cookies, some without, some with those of others (c-ares#1081, c-ares#1271)."""

    def habit(asked: Asked) -> Reply:
        kind = asked.section[1:2].lower()
        cookie = {b"g": client_cookie(asked) + THEIRS, b"o": OTHER[:8] + OTHER}.get(kind, b"")
        return [(0, answer(asked, cookie) if kind != b"n" else asked.answer())]

    async def test(bench: Bench) -> None:
        for number in range(20):
            for kind in "gon":
                assert good(await bench.ask(f"{kind}{number}.shop.example"))
        assert bench.servers[0].connections <= LOST_MOST and not bench.server.cookies.options

    run(test, Server(habit))


def test_bad_cookie_is_asked_for_again_with_the_new_one_and_then_over_a_stream() -> None:
    def strict(known: Callable[[bytes], bool]) -> Callable[[Asked], Reply]:
        def habit(asked: Asked) -> Reply:
            cookie = client_cookie(asked) + OTHER
            if asked.stream or known(server_cookie(asked)):
                return [(0, answer(asked, cookie))]
            return [(0, asked.answer(None, BADCOOKIE & 15, 0, opt(cookie, BADCOOKIE), 1))]

        return habit

    async def test(bench: Bench) -> None:
        assert good(await bench.ask())
        assert bench.forwarder.counters["bad_cookies"] == 1 and not bench.servers[0].connections

    run(test, Server(strict(lambda cookie: cookie == OTHER)))

    async def never(bench: Bench) -> None:
        assert good(await bench.ask())
        assert bench.servers[0].connections == 1

    run(never, Server(strict(lambda _: False)))


def test_a_server_of_many_machines_is_asked_without_for_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    cookies = Cookies("9.9.9.9", on=True)
    for _ in range(LOST_MOST):
        own = cookies.options[4 : 4 + SIZE]
        cookies.hear(bytes(12) + opt(own + THEIRS))
        assert cookies.expected == own and cookies.options.endswith(THEIRS)
        cookies.hear_stream(bytes(12))
    assert not cookies.options and not cookies.expected
    cookies.check()
    assert not cookies.options
    clock.now += AGAIN_SECONDS + 1
    cookies.check()
    assert cookies.options and own not in cookies.options


@pytest.mark.parametrize("size", [0, 7, 33, 200])
def test_what_is_no_cookie_of_a_server_s_is_none(size: int) -> None:
    cookies = Cookies("9.9.9.9", on=True)
    own = cookies.options[4 : 4 + SIZE]
    for packet in (opt(own + bytes(size)), opt(own + THEIRS)[:-8], own, b"\0\x0b\0\x18" + own + THEIRS):
        cookies.hear(bytes(12) + packet)
        assert not cookies.expected


def test_a_home_that_wants_a_network_told_tells_it_in_every_query_and_nothing_else() -> None:
    option = client_options.subnet("203.0.113.0/24")
    assert Cookies("9.9.9.9", option, on=False).options == option
    parsed = dns.edns.option_from_wire(8, option, 4, len(option) - 4)
    assert parsed.to_text() == "ECS 203.0.113.0/24 scope/0"
    assert client_options.subnet("2001:db8:aa00::/40")[4:] == b"\0\2\x28\0\x20\x01\x0d\xb8\xaa"
    assert client_options.subnet("0.0.0.0/0")[4:] == b"\0\1\0\0"
