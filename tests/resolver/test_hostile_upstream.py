# SPDX-License-Identifier: GPL-3.0-or-later
"""An upstream that lies, forges, cuts, loops, floods or falls silent: no forged answer, no hanging query, no delay."""

from __future__ import annotations

import select
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest
from waiting import until

from resolver.answer.cache import STALE_TTL
from store.log.records import Origin
from wire.message import MAX_TTL

FORGED = "203.0.113.66"
# What never ends in an answer: each keeps a query waiting until the time for all tries is up, or fails at once.
FAULTY = ["silent", "wrongid", "otherport", "otherquestion", "loop", "bomb", "chain", "cut", "garbage", "notaresponse"]


def addresses(message: dns.message.Message) -> list[str]:
    return [str(record) for rrset in message.answer for record in rrset]


def test_whatever_the_fault_servfail_comes_within_five_seconds_and_others_are_not_held_up(house: Any) -> None:
    house.upstream.behaviours["garbage"] = lambda packet, *_: [(0, "", packet[:2] + b"\xff" * 40)]
    house.upstream.behaviours["notaresponse"] = lambda packet, *_: [(0, "", packet)]

    def ask(fault: str, tcp: bool) -> dns.message.Message:
        query = dns.message.make_query(f"{'t' if tcp else 'u'}.{fault}.example", "A")
        call = dns.query.tcp if tcp else dns.query.udp
        return call(query, house.worker.address, port=house.worker.port, timeout=5)

    with ThreadPoolExecutor(2 * len(FAULTY)) as pool:
        waiting = {(fault, tcp): pool.submit(ask, fault, tcp) for fault in FAULTY for tcp in (False, True)}
        for number in range(20):
            assert addresses(house.worker.ask(f"n{number}.plain.example")) == ["192.0.2.1"]
        assert not waiting["silent", False].done(), "others are answered while it waits"
        for (fault, tcp), future in waiting.items():
            got = future.result()
            assert FORGED not in str(got), (fault, tcp)
            assert got.rcode() == dns.rcode.SERVFAIL and not got.answer, (fault, tcp)
    assert addresses(house.worker.ask("after.plain.example")) == ["192.0.2.1"]
    assert house.worker.status().faults == 0


def test_a_forged_answer_first_costs_time_and_the_true_one_is_taken(house: Any) -> None:
    assert addresses(house.worker.ask("x.forgedfirst.example")) == ["192.0.2.1"]
    assert addresses(house.worker.ask("x.forgedfirst.example")) == ["192.0.2.1"], "and the true one is what is kept"


def test_many_forged_answers_bring_the_question_over_tcp(house: Any) -> None:
    def flood(packet: bytes, query: Any, tcp: bool) -> Any:
        true = house.upstream.behaviours["zero"](packet, query, tcp)[0][2]
        if tcp:
            return [(0, "", true)]
        forged = true[:12] + true[12:].replace(b"\xc0\0\2\1", b"\xcb\0\x71\x42").swapcase()
        return [(0, "", forged)] * 5

    house.upstream.behaviours["flood"] = flood
    assert addresses(house.worker.ask("www.flood.example")) == ["192.0.2.1"]
    assert house.upstream.over_tcp["www.flood.example"] == 1


def test_a_truncated_answer_is_asked_for_again_over_tcp(house: Any) -> None:
    got = house.worker.ask("x.truncated.example")
    assert addresses(got) == ["192.0.2.1"] and not got.flags & dns.flags.TC
    assert house.upstream.over_tcp["x.truncated.example"] == 1
    assert house.upstream.asked["x.truncated.example"] == 2


def test_a_large_answer_is_whole_over_tcp_and_truncated_over_udp(house: Any) -> None:
    assert len(addresses(house.worker.ask("x.big.example", tcp=True))) == 200
    for options in ({}, {"use_edns": 0, "payload": 4096}, {"use_edns": 0, "payload": 512}):
        got = house.worker.ask("x.big.example", **options)
        assert got.flags & dns.flags.TC and not got.answer
    assert house.upstream.over_tcp["x.big.example"] == 1, "the large answer is cached as any other"


def test_an_upstream_that_stays_truncated_over_tcp_is_no_loop(house: Any) -> None:
    cut = house.upstream.behaviours["truncated"]
    house.upstream.behaviours["alwayscut"] = lambda packet, query, tcp: cut(packet, query, False)
    got = house.worker.ask("x.alwayscut.example", tcp=True)
    assert house.upstream.asked["x.alwayscut.example"] <= 4
    assert got.rcode() in (dns.rcode.NOERROR, dns.rcode.SERVFAIL)


@pytest.mark.parametrize(
    ("name", "lowest", "highest"), [("x.forever.example", 0, 0), ("x.long.example", 604_700, MAX_TTL)]
)
def test_ttls_that_make_no_sense_are_bounded(house: Any, name: str, lowest: int, highest: int) -> None:
    assert lowest <= house.worker.ask(name).answer[0].ttl <= highest


def test_ttls_count_down_from_cache_and_memo_alike(house: Any) -> None:
    name = "down.plain.example"
    seen = [house.worker.ask(name).answer[0].ttl for _ in range(3)]
    time.sleep(1.1)
    seen += [house.worker.ask(name).answer[0].ttl for _ in range(3)]
    assert seen == sorted(seen, reverse=True) and seen[0] <= 300
    assert seen[0] - 4 <= seen[3] < seen[2], "a second later it is a second less"
    assert house.upstream.asked[name] == 1


def test_what_may_not_be_kept_is_asked_each_time_and_what_may_is_not(house: Any) -> None:
    for _ in range(3):
        house.worker.ask("x.zero.example")
        assert house.worker.ask("x.nx.example").rcode() == dns.rcode.NXDOMAIN
    assert house.upstream.asked["x.zero.example"] == 3
    assert house.upstream.asked["x.nx.example"] == 1
    assert house.worker.ask("x.nx.example").authority[0].ttl <= 90


def test_200_hung_queries_delay_no_other(house: Any) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as hung:
        hung.connect((house.worker.address, house.worker.port))
        for number in range(200):
            hung.send(dns.message.make_query(f"hung{number}.silent.example", "A").to_wire())
        for number in range(50):
            assert addresses(house.worker.ask(f"free{number}.plain.example")) == ["192.0.2.1"]
        assert not select.select([hung], [], [], 0)[0], "all 50 came before the first of the hung timed out"
    assert house.upstream.asked["hung199.silent.example"] >= 1, "they did hang"


def test_an_outage_is_bridged_with_what_is_known_and_ends_by_itself(start_worker: Any, upstream: Any) -> None:
    worker = start_worker(TELLTALE_UPSTREAMS=upstream.spec, TELLTALE_UPSTREAM_TIMEOUT_MS="150")
    assert addresses(worker.ask("known.short.example")) == ["192.0.2.1"]
    upstream.silent = True
    time.sleep(1.1)
    for _ in range(3):
        got = worker.ask("known.short.example")
        assert addresses(got) == ["192.0.2.1"] and got.answer[0].ttl == STALE_TTL
    assert worker.ask("unknown.plain.example").rcode() == dns.rcode.SERVFAIL
    assert Origin.STALE in {key.origin for _, key, _ in worker.rows(5)}
    upstream.silent = False
    end = time.monotonic() + 15
    while worker.ask(f"fresh{time.monotonic_ns()}.plain.example").rcode() != dns.rcode.NOERROR:
        assert time.monotonic() < end, "the upstream is back, but is not asked"
    until(lambda: worker.ask("known.short.example").answer[0].ttl <= 1)  # once its failure is forgotten: fresh again


def test_a_port_where_nobody_listens_is_told_at_once(start_worker: Any, upstream: Any) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{sock.getsockname()[1]}"
    worker = start_worker(TELLTALE_UPSTREAMS=nobody, TELLTALE_UPSTREAM_TIMEOUT_MS="4000")
    query = dns.message.make_query("x.plain.example", "A")
    try:
        got = dns.query.udp(query, worker.address, port=worker.port, timeout=3.5)
    except dns.exception.Timeout:
        pytest.fail("it waited for a server that is not there")
    assert got.rcode() == dns.rcode.SERVFAIL


def test_a_truncated_answer_on_the_second_try_leaves_tcp_its_full_time(start_worker: Any, upstream: Any) -> None:
    def late(packet: bytes, query: Any, tcp: bool) -> Any:
        if tcp:
            time.sleep(0.3)
            return upstream.behaviours["short"](packet, query, tcp)
        if upstream.asked["x.late.example"] == 1:
            return []
        return [(0.3, "", upstream.behaviours["truncated"](packet, query, tcp)[0][2])]

    upstream.behaviours["late"] = late
    worker = start_worker(TELLTALE_UPSTREAMS=upstream.spec, TELLTALE_UPSTREAM_TIMEOUT_MS="400")
    assert addresses(worker.ask("x.late.example")) == ["192.0.2.1"]
    assert upstream.over_tcp["x.late.example"] == 1, "the time-out of the try before is not this one's"
