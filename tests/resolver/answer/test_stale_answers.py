# SPDX-License-Identifier: GPL-3.0-or-later
"""An upstream that is silent, or late, for a name that was known: what is known is given in time (RFC 8767)."""

from functools import partial

import dns.edns
import dns.flags
import dns.message
import pytest
from forwarding_bench import CLIENT, PUBLIC, Bench, opt, record

from resolver.answer import stale_answers
from resolver.answer.query import Query
from resolver.kept.cache import STALE_TTL
from resolver.kept.stale import CLIENT_SECONDS, StaleTimer
from store.log.records import Origin

pytestmark = pytest.mark.process
NAME = "old.shop.example"
SHORT = record(ttl=1)


@pytest.fixture(autouse=True)
def timed(bench: Bench) -> None:
    timer: StaleTimer[Query] = StaleTimer(bench.loop, partial(stale_answers.give, bench.resolver))
    bench.resolver.stale_timer = timer


def query(number: int = 1) -> bytes:
    return dns.message.make_query(NAME, "A", use_edns=0, id=number, flags=dns.flags.RD | dns.flags.AD).to_wire()


def known(bench: Bench, flags: int = 0x8180) -> None:
    """The name was asked for, and its time is over."""
    bench.ask(query())
    bench.answer(SHORT + opt(), (1, 0, 1), flags)
    bench.run(2.0)
    bench.sent.clear()
    bench.notes.clear()


def test_what_is_known_is_given_before_software_gives_up_and_says_that_it_is_old(bench: Bench) -> None:
    known(bench)
    bench.ask(query(), straight=False)
    bench.run(CLIENT_SECONDS - 0.2)
    assert not bench.sent, "the upstream may still answer"
    bench.run(0.4)
    (packet,) = bench.sent
    told = dns.message.from_wire(packet)
    assert told.answer[0].ttl == STALE_TTL and packet[:2] == b"\0\1"
    assert [int(option.code) for option in told.options if isinstance(option, dns.edns.EDEOption)] == [3]
    ((client, key),) = bench.notes
    assert (client, key.origin) == (CLIENT, Origin.STALE)


def test_who_asks_while_others_have_waited_for_long_is_answered_at_once(bench: Bench) -> None:
    known(bench)
    bench.ask(query(1), straight=False)
    bench.run(CLIENT_SECONDS + 0.2)
    assert len(bench.sent) == 1 and bench.forwarder.in_flight
    bench.ask(query(2), straight=False)
    assert [packet[:2] for packet in bench.sent] == [b"\0\1", b"\0\2"]


def test_what_the_upstream_says_late_is_for_who_asks_next_and_nobody_is_answered_twice(bench: Bench) -> None:
    known(bench)
    bench.ask(query(1), straight=False)
    bench.run(CLIENT_SECONDS + 0.2)
    bench.answer(record(data=b"\xcb\0\x71\2"))
    bench.turn()
    assert len(bench.sent) == 1 and bench.sent[0][-4 - 11 - 60 :].find(PUBLIC) >= 0
    bench.ask(query(2), straight=False)
    assert dns.message.from_wire(bench.sent[1]).answer[0][0].to_text() == "203.0.113.2"
    assert bench.notes[-1][1].origin == Origin.CACHE


def test_an_upstream_that_answers_in_time_is_believed_and_nothing_follows(bench: Bench) -> None:
    known(bench)
    bench.ask(query(), straight=False)
    bench.run(1.5)
    while bench.forwarder.in_flight:
        bench.answer(record(data=b"\xcb\0\x71\2"))
    bench.run(3.0)
    (packet,) = bench.sent
    assert dns.message.from_wire(packet).answer[0].ttl == 300


def test_what_was_checked_then_is_not_said_to_be_checked_now(bench: Bench) -> None:
    for server in bench.forwarder.servers:
        server.vouches = True
    known(bench, 0x81A0)
    bench.ask(query(), straight=False)
    bench.run(CLIENT_SECONDS + 0.2)
    assert not dns.message.from_wire(bench.sent[0]).flags & dns.flags.AD


def test_a_home_that_wants_no_old_answers_gets_none(bench: Bench) -> None:
    known(bench)
    bench.resolver.cache.stale_seconds = 0
    bench.ask(query(), straight=False)
    bench.run(CLIENT_SECONDS + 0.2)
    assert not bench.sent


@pytest.mark.parametrize("late", [False, True], ids=["in time", "after an old answer was given"])
def test_of_what_is_bogus_no_old_answer_is_given_and_why_is_told(bench: Bench, late: bool) -> None:
    known(bench)
    bench.ask(query(1), straight=False)
    bench.run(CLIENT_SECONDS + 0.2 if late else 0.1)
    while bench.forwarder.in_flight:
        bench.answer(opt(b"\0\x0f\0\2\0\7"), (0, 0, 1), 0x8182)
        bench.turn()
    bench.sent.clear()
    bench.ask(query(2), straight=False)
    (packet,) = bench.sent
    told = dns.message.from_wire(packet)
    assert (told.rcode(), told.answer) == (2, [])
    assert [int(option.code) for option in told.options if isinstance(option, dns.edns.EDEOption)] == [7]
