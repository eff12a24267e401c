# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstreams with habits: late, deaf to capitals or to EDNS, short of breath over TCP. What each needs is learnt."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

import pytest
from upstream_habits import TRY_SECONDS, Asked, Bench, Habit, Reply, Server, good, run

from resolver.transport import tcp
from resolver.upstream import exchanges
from resolver.upstream.server import FOLDS_AFTER, REFUSES_AFTER
from wire.types import BADVERS, FORMERR, NOTIMP, NXDOMAIN, REFUSED, SERVFAIL

pytestmark = pytest.mark.process


@pytest.fixture(autouse=True)
def _ten_times_quicker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchanges, "TOTAL_SECONDS", 2.0)
    monkeypatch.setattr(tcp.TcpTransport, "least_seconds", 0.3)


# --- letters (0x20) ------------------------------------------------------------------------------------------------


def folds(asked: Asked) -> Reply:
    """pi-hole#5916, unbound#1242: the question comes back in small letters."""
    return [(0, asked.answer(asked.section[:-4].lower() + asked.section[-4:]))]


def refuses_capitals(rcode: int) -> Habit:
    return lambda asked: [(0, asked.refuse(rcode) if asked.capitals else asked.answer())]


def ignores_capitals(asked: Asked) -> Reply:
    return [] if asked.capitals else [(0, asked.answer())]


@pytest.mark.parametrize("streams", [True, False])
@pytest.mark.parametrize("burst", [True, False])
@pytest.mark.parametrize(
    "habit",
    [folds, ignores_capitals, *map(refuses_capitals, (REFUSED, FORMERR, SERVFAIL, NOTIMP, NXDOMAIN))],
    ids=["folds", "ignores", "refused", "formerr", "servfail", "notimp", "nxdomain"],
)
def test_a_server_that_cannot_deal_with_capitals_is_soon_asked_in_small_letters(
    habit: Habit, burst: bool, streams: bool
) -> None:
    async def test(bench: Bench) -> None:
        (upstream,) = bench.servers
        if burst:
            assert good(*await bench.burst(12))
        else:
            for number in range(6):
                assert good(await bench.ask(f"n{number}.shop.example"))
        assert not bench.server.keeps_case
        upstream.asked.clear()
        assert good(*await bench.burst(5, "later"))
        assert len(upstream.asked) == 5 and not any(asked.capitals or asked.stream for asked in upstream.asked)

    run(test, Server(habit, streams=streams))


def test_answers_that_could_not_show_it_are_no_proof_of_keeping_letters() -> None:
    """Neither over TCP nor to the probe for the root, whose name has no letters, between names that come folded."""

    async def test(bench: Bench) -> None:
        for number in range(FOLDS_AFTER):
            assert good(await bench.ask(f"n{number}.shop.example"))
            bench.forwarder._probe(bench.server)
            await asyncio.sleep(0.01)
        assert not bench.server.keeps_case and not bench.server.case_proven

    run(test, Server(folds))


def test_a_server_that_kept_letters_once_is_believed_when_it_denies() -> None:
    def habit(asked: Asked) -> Reply:
        return [(0, asked.refuse(NXDOMAIN) if asked.section[1:3].lower() == b"no" else asked.answer())]

    async def test(bench: Bench) -> None:
        assert good(await bench.ask())
        before = len(bench.servers[0].asked)
        for number in range(5):
            response = await bench.ask(f"no-{number}.shop.example")
            assert response is not None and response.rcode == NXDOMAIN
        assert bench.server.keeps_case and len(bench.servers[0].asked) - before <= 10

    run(test, Server(habit))


def test_loss_is_no_sign_of_bad_manners() -> None:
    """Of a server that is known to keep letters and to speak EDNS."""

    async def test(bench: Bench) -> None:
        assert good(*await bench.burst(30))
        assert bench.server.keeps_case and bench.server.takes_edns

    met: set[bytes] = set()

    def habit(asked: Asked) -> Reply:
        name = asked.section.lower()
        lost = len(met) % 2 == 1 and name not in met  # the first packet of every other name
        met.add(name)
        return [] if lost else [(0, asked.answer())]

    run(test, Server(habit))


def test_the_setting_turns_it_off() -> None:
    async def test(bench: Bench) -> None:
        assert good(*await bench.burst(10))
        assert not any(asked.capitals for asked in bench.servers[0].asked)

    run(test, Server(lambda asked: [(0, asked.answer())]), mixed_case=False)


# --- time ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["udp", "tcp"])
@pytest.mark.parametrize("delay", [1.2 * TRY_SECONDS, 2.5 * TRY_SECONDS, 6 * TRY_SECONDS])
def test_slow_is_not_down(delay: float, scheme: str) -> None:
    """Technitium#1049: every answer takes longer than a try."""

    async def test(bench: Bench) -> None:
        for number in range(3):
            assert good(await bench.ask(f"n{number}.shop.example"))
        assert good(*await bench.burst(10, "later"))
        assert not bench.server.down

    run(test, Server(lambda asked: [(delay, asked.answer())]), scheme=scheme)


def test_an_answer_to_the_first_attempt_is_taken_while_the_second_is_lost() -> None:
    async def test(bench: Bench) -> None:
        assert good(await bench.ask())
        assert len(bench.servers[0].asked) >= 2

    run(test, Server(lambda asked: [(3 * TRY_SECONDS, asked.answer())] if asked.number == 0 else []))


def test_a_late_answer_of_one_server_is_better_than_the_refusal_of_the_other() -> None:
    async def test(bench: Bench) -> None:
        assert good(await bench.ask())

    late = Server(lambda asked: [(3 * TRY_SECONDS, asked.answer())])
    run(test, late, Server(lambda asked: [(0, asked.refuse(SERVFAIL))]))


def test_a_black_hole_ends() -> None:
    async def test(bench: Bench) -> None:
        assert await bench.ask() is None
        assert not bench.forwarder.in_flight and not bench.forwarder.exchanges

    run(test, Server(lambda asked: [], streams=False))


# --- streams -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deaf", [1, 2])
def test_a_connection_that_died_without_a_word_gets_no_more(deaf: int) -> None:
    """Technitium Library#12: it stays open, takes queries, and never answers."""

    async def test(bench: Bench) -> None:
        assert good(*await bench.burst(12))

    run(test, Server(lambda asked: [(0, asked.answer())], deaf=deaf), scheme="tcp")


@pytest.mark.parametrize("hang_up_after", [1, 2, 3])
@pytest.mark.parametrize("count", [8, 30])
def test_a_server_that_closes_after_an_answer_fails_nobody(count: int, hang_up_after: int) -> None:
    """unbound#1237, RFC 7766 section 6.2.4."""

    async def test(bench: Bench) -> None:
        assert good(*await bench.burst(count))
        assert bench.server.failures == 0

    run(test, Server(lambda asked: [(0, asked.answer())], hang_up_after=hang_up_after), scheme="tcp")


def test_a_server_that_only_hangs_up_is_given_up() -> None:
    class HangsUp(Server):
        async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections += 1
            with contextlib.suppress(asyncio.IncompleteReadError):
                await reader.readexactly(2)
            writer.close()

    async def test(bench: Bench) -> None:
        assert await bench.ask() is None
        assert bench.servers[0].connections <= 6

    run(test, HangsUp(lambda asked: []), scheme="tcp")


# --- EDNS ----------------------------------------------------------------------------------------------------------

REFUSALS: dict[str, Callable[[Asked], bytes]] = {
    "formerr": lambda asked: asked.refuse(FORMERR),
    "formerr-bare": lambda asked: asked.refuse(FORMERR, bare=True),
    "formerr-opt": lambda asked: asked.refuse(FORMERR, opt=True),
    "notimp": lambda asked: asked.refuse(NOTIMP),
    "notimp-bare": lambda asked: asked.refuse(NOTIMP, bare=True),
    "badvers": lambda asked: asked.refuse(BADVERS, opt=True),
}


@pytest.mark.parametrize("scheme", ["udp", "tcp"])
@pytest.mark.parametrize("dress", REFUSALS)
def test_a_server_from_before_edns_is_asked_without_and_remembered(dress: str, scheme: str) -> None:
    """coredns#1899, unbound#377."""

    def habit(asked: Asked) -> Reply:
        return [(0, REFUSALS[dress](asked) if asked.edns else asked.answer())]

    async def test(bench: Bench) -> None:
        assert good(await bench.ask())
        assert not bench.server.takes_edns
        bench.servers[0].asked.clear()
        assert good(*await bench.burst(5))
        assert len(bench.servers[0].asked) == 5 and not any(asked.edns for asked in bench.servers[0].asked)

    run(test, Server(habit), scheme=scheme)


def test_a_server_that_swallows_edns_is_asked_without_in_the_end() -> None:
    async def test(bench: Bench) -> None:
        assert good(await bench.ask())
        assert not bench.server.takes_edns

    run(test, Server(lambda asked: [] if asked.edns else [(0, asked.answer())], streams=False))


def test_after_an_hour_it_may_have_learnt() -> None:
    async def test(bench: Bench) -> None:
        assert good(await bench.ask())
        assert not bench.server.takes_edns
        bench.server._bare_until = time.monotonic()
        bench.server.check()
        assert bench.server.takes_edns

    run(test, Server(lambda asked: [(0, asked.refuse(FORMERR) if asked.edns else asked.answer())]))


def test_a_datagram_that_is_longer_than_asked_for_is_asked_for_over_a_stream() -> None:
    async def test(bench: Bench) -> None:
        assert good(await bench.ask())
        assert [asked.stream for asked in bench.servers[0].asked] == [False, True]

    run(test, Server(lambda asked: [(0, asked.answer(tail=b"" if asked.stream else bytes(5000)))]))


@pytest.mark.parametrize("rcode", [REFUSED, SERVFAIL, NOTIMP, FORMERR])
def test_a_server_that_helps_nobody_is_known_and_one_that_refuses_a_name_is_not_taken_for_it(rcode: int) -> None:
    """An open resolver of another provider: it is up, and refuses everything (FORMERR and NOTIMP without OPT, too)."""
    helps = False

    def habit(asked: Asked) -> Reply:
        return [(0, asked.answer() if helps else asked.refuse(rcode))]

    async def test(bench: Bench) -> None:
        nonlocal helps
        for number in range(REFUSES_AFTER):
            await bench.ask(f"n{number}.shop.example")
        while not bench.server.refuses:
            await bench.ask("again.shop.example")
        assert not bench.server.down
        helps = True
        assert good(await bench.ask("later.shop.example"))
        assert not bench.server.refuses

    run(test, Server(habit))
