# SPDX-License-Identifier: GPL-3.0-or-later
"""An upstream that lies, forges, cuts, loops, floods or falls silent: no forged answer, no hanging query, no delay."""

from __future__ import annotations

import itertools
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest
from ports import free_port
from running_worker import House, StartWorker
from scripted_upstream import ScriptedUpstream
from waiting import HANG_SECONDS, until

from resolver.kept.cache import STALE_TTL
from store.config import edit
from store.log.records import Origin
from wire.message import MAX_TTL

pytestmark = pytest.mark.process

FORGED = "203.0.113.66"
# What never ends in an answer: each keeps a query waiting until the time for all tries is up, or fails at once.
FAULTY = ["silent", "wrongid", "otherport", "otherquestion", "loop", "bomb", "chain", "cut", "garbage", "notaresponse"]


def addresses(message: dns.message.Message) -> list[str]:
    return [str(record) for rrset in message.answer for record in rrset]


def test_whatever_the_fault_servfail_comes_and_others_are_not_held_up(house: House) -> None:
    """That it comes within five seconds is tested where the clock is turned: test_passthrough.py."""
    house.upstream.behaviours["garbage"] = lambda packet, *_: [(0, "", packet[:2] + b"\xff" * 40)]
    house.upstream.behaviours["notaresponse"] = lambda packet, *_: [(0, "", packet)]

    def ask(fault: str, tcp: bool) -> dns.message.Message:
        query = dns.message.make_query(f"{'t' if tcp else 'u'}.{fault}.example", "A")
        call = dns.query.tcp if tcp else dns.query.udp
        return call(query, house.worker.address, port=house.worker.port, timeout=HANG_SECONDS)

    with ThreadPoolExecutor(2 * len(FAULTY)) as pool:
        waiting = {(fault, tcp): pool.submit(ask, fault, tcp) for fault in FAULTY for tcp in (False, True)}
        for number in range(20):
            assert addresses(house.worker.ask(f"n{number}.plain.example")) == ["192.0.2.1"]
        for (fault, tcp), future in waiting.items():
            got = future.result()
            assert FORGED not in str(got), (fault, tcp)
            assert got.rcode() == dns.rcode.SERVFAIL and not got.answer, (fault, tcp)
    assert addresses(house.worker.ask("after.plain.example")) == ["192.0.2.1"]
    assert house.worker.status().faults == 0


def test_a_forged_answer_first_costs_time_and_the_true_one_is_taken(house: House) -> None:
    assert addresses(house.worker.ask("x.forgedfirst.example")) == ["192.0.2.1"]
    assert addresses(house.worker.ask("x.forgedfirst.example")) == ["192.0.2.1"], "and the true one is what is kept"


def test_many_forged_answers_bring_the_question_over_tcp(house: House) -> None:
    def flood(packet: bytes, query: Any, tcp: bool) -> Any:
        true = house.upstream.behaviours["zero"](packet, query, tcp)[0][2]
        if tcp:
            return [(0, "", true)]
        forged = true[:12] + true[12:].replace(b"\xc0\0\2\1", b"\xcb\0\x71\x42").swapcase()
        return [(0, "", forged)] * 5

    house.upstream.behaviours["flood"] = flood
    assert addresses(house.worker.ask("www.flood.example")) == ["192.0.2.1"]
    assert house.upstream.over_tcp["www.flood.example"] == 1


def test_a_truncated_answer_is_asked_for_again_over_tcp(house: House) -> None:
    got = house.worker.ask("x.truncated.example")
    assert addresses(got) == ["192.0.2.1"] and not got.flags & dns.flags.TC
    assert house.upstream.over_tcp["x.truncated.example"] == 1
    assert house.upstream.asked["x.truncated.example"] == 2


def test_a_large_answer_is_whole_over_tcp_and_truncated_over_udp(house: House) -> None:
    assert len(addresses(house.worker.ask("x.big.example", tcp=True))) == 200
    for options in ({}, {"use_edns": 0, "payload": 4096}, {"use_edns": 0, "payload": 512}):
        got = house.worker.ask("x.big.example", **options)
        assert got.flags & dns.flags.TC and not got.answer
    assert house.upstream.over_tcp["x.big.example"] == 1, "the large answer is cached as any other"


def test_an_upstream_that_stays_truncated_over_tcp_is_no_loop(house: House) -> None:
    cut = house.upstream.behaviours["truncated"]
    house.upstream.behaviours["alwayscut"] = lambda packet, query, tcp: cut(packet, query, False)
    got = house.worker.ask("x.alwayscut.example", tcp=True)
    assert house.upstream.asked["x.alwayscut.example"] <= 4
    assert got.rcode() in (dns.rcode.NOERROR, dns.rcode.SERVFAIL)


@pytest.mark.parametrize(
    ("name", "lowest", "highest"), [("x.forever.example", 0, 0), ("x.long.example", 604_700, MAX_TTL)]
)
def test_ttls_that_make_no_sense_are_bounded(house: House, name: str, lowest: int, highest: int) -> None:
    assert lowest <= house.worker.ask(name).answer[0].ttl <= highest


def test_ttls_count_down_from_cache_and_memo_alike(house: House) -> None:
    name = "down.plain.example"
    begun, seen = time.monotonic(), list[int]()

    def ttl() -> int:
        seen.append(house.worker.ask(name).answer[0].ttl)
        return seen[-1]

    for _ in range(3):  # from the upstream, the cache, the memo
        ttl()
    until(lambda: ttl() < seen[0])
    assert seen == sorted(seen, reverse=True) and seen[0] <= 300
    assert seen[-1] >= 300 - (time.monotonic() - begun) - 1, "a second less with each second"
    assert house.upstream.asked[name] == 1


def test_what_may_not_be_kept_is_asked_each_time_and_what_may_is_not(house: House) -> None:
    for _ in range(3):
        house.worker.ask("x.zero.example")
        assert house.worker.ask("x.nx.example").rcode() == dns.rcode.NXDOMAIN
    assert house.upstream.asked["x.zero.example"] == 3
    assert house.upstream.asked["x.nx.example"] == 1
    assert house.worker.ask("x.nx.example").authority[0].ttl <= 90


def test_200_hung_queries_delay_no_other(house: House) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as hung:
        hung.connect((house.worker.address, house.worker.port))
        for number in range(200):
            hung.send(dns.message.make_query(f"hung{number}.silent.example", "A").to_wire())
        for number in range(50):
            assert addresses(house.worker.ask(f"free{number}.plain.example")) == ["192.0.2.1"]
        until(lambda: house.upstream.asked["hung199.silent.example"])


def test_an_outage_is_bridged_with_what_is_known_and_ends_by_itself(
    start_worker: StartWorker, upstream: ScriptedUpstream
) -> None:
    worker = start_worker(TELLTALE_UPSTREAMS=upstream.spec)
    assert addresses(worker.ask("known.short.example")) == ["192.0.2.1"]
    upstream.silent = True
    edit.put_settings(edit.engine(worker.state), {"upstream_timeout_ms": 150})  # so that the outage is found quickly
    worker.wait_for_policy()
    time.sleep(1.1)  # its time of one second is over, however long this takes
    for _ in range(3):
        got = worker.ask("known.short.example")
        assert addresses(got) == ["192.0.2.1"] and got.answer[0].ttl == STALE_TTL
    assert worker.ask("unknown.plain.example").rcode() == dns.rcode.SERVFAIL
    assert Origin.STALE in {key.origin for _, key, _ in worker.rows(5)}
    upstream.silent = False
    fresh = (f"fresh{number}.plain.example" for number in itertools.count())
    until(lambda: worker.ask(next(fresh)).rcode() == dns.rcode.NOERROR)
    until(lambda: worker.ask("known.short.example").answer[0].ttl <= 1)  # no longer from what was kept


def test_a_port_where_nobody_listens_is_told_at_once(start_worker: StartWorker, upstream: ScriptedUpstream) -> None:
    worker = start_worker(TELLTALE_UPSTREAMS=f"127.0.0.1:{free_port()}", TELLTALE_UPSTREAM_TIMEOUT_MS="4000")
    assert worker.ask("x.plain.example").rcode() == dns.rcode.SERVFAIL
    worker.stop()
    assert worker.status().exchanges.timed_out == 0, "it waited for a server that is not there"
