# SPDX-License-Identifier: GPL-3.0-or-later
"""Pauses and exceptions through a whole resolver: what is sent, what is noted, and what stays blocked."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dns.message
import pytest
from clock import Clock
from forwarding_bench import CLIENT, PRIVATE, Bench, record

from resolver.answer.let_through import EXCEPTION, PAUSE, TTL_MAX
from store.base import db
from store.config import edit
from store.devices import sightings_store
from store.household import exceptions, pauses
from store.log.records import Verdict

pytestmark = pytest.mark.process

LONG_TTL = 3600


@pytest.fixture
def made(state: Path, clock: Clock) -> Iterator[Callable[[Callable[[Any], object]], Bench]]:
    """A resolver of a home where `blocked.org` is blocked, after an edit."""
    engine = edit.engine(state)
    edit.add_rule(engine, "block", "blocked.org")
    con = db.connect(state / "config.db")
    sightings_store.sighted(con, CLIENT)
    con.close()

    with contextlib.ExitStack() as stack:

        def make(change: Callable[[Any], object]) -> Bench:
            change(engine)
            return stack.enter_context(contextlib.closing(Bench(state, clock)))

        yield make


def until() -> int:
    return int(time.time()) + 600


def asked(bench: Bench, name: str) -> bool:
    """Ask for a name by the way that a worker takes; whether an upstream is asked."""
    packet = dns.message.make_query(name, "A").to_wire()
    if bench.ask(packet):
        return True
    bench.ask(packet, straight=False)
    return bool(bench.forwarder.exchanges)


def cname(to: bytes) -> bytes:
    return record(5, LONG_TTL, to)


TO_BLOCKED = b"\x03cdn\x07blocked\x03org\0"


def last(bench: Bench) -> dns.message.Message:
    return dns.message.from_wire(bench.sent[-1])


def noted(bench: Bench) -> tuple[int, str, str]:
    key = bench.notes[-1][1]
    return key.verdict, key.blocklist, key.rule


def test_what_passes_while_all_is_paused_is_noted_as_let_through_by_it(made: Any) -> None:
    bench = made(lambda e: pauses.pause(e, until=until()))
    assert asked(bench, "www.blocked.org")
    bench.answer(record(ttl=LONG_TTL))
    assert noted(bench) == (Verdict.ALLOW, PAUSE, "||blocked.org^")
    assert last(bench).answer[0].ttl == TTL_MAX, "a device must not go on with it long after"
    assert asked(bench, "harmless.org")
    bench.answer()
    assert noted(bench) == (Verdict.PASS, "", "")


def test_twice_asked_it_is_still_noted_so_and_kept_no_longer(made: Any) -> None:
    bench = made(lambda e: pauses.pause(e, until=until()))
    asked(bench, "blocked.org")
    bench.answer(record(ttl=LONG_TTL))
    bench.clock.now += 3000
    for _ in range(3):
        assert not asked(bench, "blocked.org")
        assert noted(bench) == (Verdict.ALLOW, PAUSE, "||blocked.org^")
        assert 0 < last(bench).answer[0].ttl <= TTL_MAX
    assert bench.seat.memo == {}


def test_a_pause_does_not_let_the_outside_lead_into_the_home(made: Any) -> None:
    bench = made(lambda e: pauses.pause(e))
    for name in ("blocked.org", "harmless.org"):
        asked(bench, name)
        bench.answer(record(data=PRIVATE))
        assert last(bench).answer == [] and noted(bench)[1] == "rebinding"


def test_where_an_answer_leads_is_let_through_by_a_pause(made: Any) -> None:
    bench = made(lambda e: pauses.pause(e))
    asked(bench, "shop.org")
    bench.answer(cname(TO_BLOCKED) + record(owner=TO_BLOCKED), (2, 0, 0))
    assert noted(bench) == (Verdict.ALLOW, PAUSE, "||blocked.org^ through CNAME cdn.blocked.org")
    assert [each.ttl for each in last(bench).answer] == [TTL_MAX, TTL_MAX]


def test_an_exception_is_of_its_device_alone(made: Any) -> None:
    bench = made(lambda e: exceptions.let_through(e, "device:1", "blocked.org", until()))
    assert asked(bench, "blocked.org")
    bench.answer()
    assert noted(bench) == (Verdict.ALLOW, EXCEPTION, "@@||blocked.org^")
    bench.resolver.resolve(dns.message.make_query("blocked.org", "A").to_wire(), "192.168.1.3", 0, bench, None)
    assert last(bench).answer[0][0].address == "0.0.0.0"


def test_what_an_excepted_name_leads_to_is_let_through_too_though_it_was_blocked_a_moment_ago(made: Any) -> None:
    bench = made(lambda e: exceptions.let_through(e, "device:1", "shop.org", until()))
    assert not asked(bench, "cdn.blocked.org")
    assert noted(bench)[0] == Verdict.BLOCK and bench.seat.memo
    assert asked(bench, "shop.org")
    bench.answer(cname(TO_BLOCKED) + record(owner=TO_BLOCKED), (2, 0, 0))
    assert noted(bench) == (Verdict.ALLOW, EXCEPTION, "@@||shop.org^")
    assert not bench.seat.memo, "there it was blocked"
    assert asked(bench, "cdn.blocked.org")
    bench.answer()
    assert noted(bench) == (Verdict.ALLOW, EXCEPTION, "@@||shop.org^")
    assert not asked(bench, "other.blocked.org") and noted(bench)[0] == Verdict.BLOCK
