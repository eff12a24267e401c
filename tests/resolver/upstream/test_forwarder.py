# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes to an upstream and which one is asked, through a real worker."""

from __future__ import annotations

import itertools
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import pytest
from ports import free_port
from running_worker import PATIENT_MS
from waiting import HANG_SECONDS, until

from wire.message import UDP_SIZE


def addresses(message: dns.message.Message) -> list[str]:
    return [str(record) for rrset in message.answer for record in rrset]


def second(upstream: Any, request: pytest.FixtureRequest) -> Any:
    """Another scripted upstream."""
    other = type(upstream)()
    request.addfinalizer(other.close)
    return other


def test_400_queries_leave_from_many_ports_with_random_ids_and_letters(worker: Any, upstream: Any) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(HANG_SECONDS)
        sock.connect((worker.address, worker.port))
        for number in range(400):
            sock.send(dns.message.make_query(f"n{number}.manyletters.example", "A").to_wire())
            sock.recv(4096)
    assert len(upstream.ports) == 400
    assert len(set(upstream.ports)) >= 100
    ids = [int.from_bytes(packet[:2], "big") for packet in upstream.packets]
    assert len(set(ids)) > 380, "65536 ids, drawn at random"
    steps = {(later - earlier) % 65536 for earlier, later in itertools.pairwise(ids)}
    assert len(steps) > 350, "no pattern from one to the next"
    spelled = {packet[12:].split(b"\7example", 1)[0].split(b"\13", 1)[-1][:11] for packet in upstream.packets}
    assert len(spelled) > 300 and {name.lower() for name in spelled} == {b"manyletters"}


def test_nothing_of_the_clients_edns_options_is_forwarded(worker: Any, upstream: Any) -> None:
    options = [
        dns.edns.ECSOption("203.0.113.0", 24),
        dns.edns.GenericOption(10, b"cookie!!"),
        dns.edns.GenericOption(65001, b"device-id"),
    ]
    worker.ask("x.plain.example", use_edns=0, payload=4096, want_dnssec=True, options=options)
    (packet,) = upstream.packets
    asked = dns.message.from_wire(packet)
    assert asked.edns == 0 and asked.payload == UDP_SIZE and len(asked.options) == 1
    (cookie,) = asked.options
    assert isinstance(cookie, dns.edns.CookieOption) and cookie.client != b"cookie!!", "ours alone"
    assert not cookie.server
    assert asked.ednsflags & dns.flags.DO, "DO is no option: it changes what is asked for"
    assert b"device-id" not in packet and b"cookie" not in packet


def test_any_type_passes_through_untouched(worker: Any, upstream: Any) -> None:
    rdata = bytes(range(200))

    def odd(packet: bytes, query: Any, tcp: bool) -> Any:
        end = 12 + packet[12:].index(b"\0") + 5
        record = b"\xc0\x0c" + packet[end - 4 : end] + b"\0\0\0\x3c" + len(rdata).to_bytes(2, "big") + rdata
        return [(0, "", packet[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + packet[12:end] + record)]

    upstream.behaviours["odd"] = odd
    for rdtype in ("TYPE65280", "TYPE999", "NULL"):
        got = worker.ask("x.odd.example", rdtype)
        assert got.answer[0][0].to_wire() == rdata


def test_identical_questions_in_flight_are_asked_once(worker: Any, upstream: Any) -> None:
    with ThreadPoolExecutor(20) as pool:
        got = list(pool.map(lambda _: worker.ask("same.slow.example"), range(20)))
    assert all(addresses(message) == ["192.0.2.1"] for message in got)
    assert upstream.asked["same.slow.example"] == 1


def test_questions_that_differ_in_what_they_ask_for_are_not_joined(worker: Any, upstream: Any) -> None:
    with ThreadPoolExecutor(4) as pool:
        differ = ({}, {"want_dnssec": True}, {"flags": dns.flags.RD | dns.flags.CD}, {"rdtype": "AAAA"})
        waiting = [pool.submit(worker.ask, "same.slow.example", **options) for options in differ]
    assert all(future.result().rcode() == dns.rcode.NOERROR for future in waiting)
    assert upstream.asked["same.slow.example"] == 4


def test_the_failure_of_one_upstream_is_made_good_by_the_other(
    start_worker: Any, upstream: Any, request: pytest.FixtureRequest
) -> None:
    other = second(upstream, request)
    upstream.behaviours["half"] = upstream.behaviours["servfail"]
    both = f"{upstream.spec},{other.spec}"
    worker = start_worker(TELLTALE_UPSTREAMS=both, TELLTALE_UPSTREAM_TIMEOUT_MS=PATIENT_MS)
    for number in range(20):
        assert addresses(worker.ask(f"n{number}.half.example")) == ["192.0.2.1"]
    assert sum(other.asked.values()) >= 20
    assert worker.ask("x.servfail.example").rcode() == dns.rcode.SERVFAIL, "when both fail, that is the answer"
    assert upstream.asked["x.servfail.example"] == 2, "once more in small letters: it never kept others"
    assert other.asked["x.servfail.example"] == 1


def test_the_silence_of_one_upstream_is_made_good_by_the_other(
    start_worker: Any, upstream: Any, request: pytest.FixtureRequest
) -> None:
    other = second(upstream, request)
    upstream.silent = True
    worker = start_worker(TELLTALE_UPSTREAMS=f"{upstream.spec},{other.spec}", TELLTALE_UPSTREAM_TIMEOUT_MS="200")
    for number in range(10):
        assert addresses(worker.ask(f"n{number}.plain.example")) == ["192.0.2.1"]
    worker.stop()
    down = {each.spec: each.down for each in worker.status().upstreams}
    assert down[other.spec] is False


def test_an_upstream_where_nobody_listens_costs_no_time_out(start_worker: Any, upstream: Any) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    worker = start_worker(TELLTALE_UPSTREAMS=f"{nobody},{upstream.spec}", TELLTALE_UPSTREAM_TIMEOUT_MS=PATIENT_MS)
    for number in range(10):
        assert addresses(worker.ask(f"n{number}.plain.example")) == ["192.0.2.1"]
    worker.stop()
    assert worker.status().exchanges.timed_out == 0


def test_an_upstream_over_tcp_is_asked_over_tcp_alone(start_worker: Any, upstream: Any) -> None:
    worker = start_worker(TELLTALE_UPSTREAMS=f"tcp://{upstream.spec}", TELLTALE_UPSTREAM_TIMEOUT_MS=PATIENT_MS)
    with ThreadPoolExecutor(10) as pool:
        got = list(pool.map(lambda number: worker.ask(f"n{number}.plain.example"), range(40)))
    assert all(addresses(message) == ["192.0.2.1"] for message in got)
    assert not upstream.ports and sum(upstream.over_tcp.values()) == 40


def test_a_server_from_before_edns_is_asked_without(worker: Any, upstream: Any) -> None:
    def old(packet: bytes, query: Any, tcp: bool) -> Any:
        if query.header.ar:
            end = 12 + packet[12:].index(b"\0") + 5
            return [(0, "", packet[:2] + b"\x81\x81\0\1" + bytes(6) + packet[12:end])]
        return upstream.behaviours["short"](packet, query, tcp)

    upstream.behaviours["old"] = old
    assert addresses(worker.ask("x.old.example", use_edns=0)) == ["192.0.2.1"]
    assert upstream.asked["x.old.example"] == 2


def test_a_refusal_by_all_is_passed_on(worker: Any, upstream: Any) -> None:
    upstream.behaviours["no"] = lambda packet, *_: [
        (0, "", packet[:2] + b"\x81\x85\0\1" + bytes(6) + packet[12 : 12 + packet[12:].index(b"\0") + 5])
    ]
    assert worker.ask("x.no.example").rcode() == dns.rcode.REFUSED


def test_an_ipv6_upstream_where_nobody_listens_ends_in_servfail(start_worker: Any) -> None:
    worker = start_worker(TELLTALE_UPSTREAMS="[::1]:9")
    assert worker.ask("x.plain.example").rcode() == dns.rcode.SERVFAIL


def test_a_server_that_does_not_keep_the_letters_case_is_asked_over_tcp(start_worker: Any, upstream: Any) -> None:
    def lower(packet: bytes, query: Any, tcp: bool) -> Any:
        lowered = packet[:12] + packet[12:].lower()
        return upstream.behaviours["short"](lowered, type(query).parse(lowered), tcp)

    upstream.behaviours["lower"] = lower
    worker = start_worker(TELLTALE_UPSTREAMS=upstream.spec, TELLTALE_UPSTREAM_TIMEOUT_MS=PATIENT_MS)
    assert addresses(worker.ask("www.lower.example")) == ["192.0.2.1"]
    assert upstream.over_tcp["www.lower.example"]


def test_a_server_that_never_keeps_the_case_is_soon_asked_in_plain_letters(start_worker: Any, upstream: Any) -> None:
    def lower(packet: bytes, query: Any, tcp: bool) -> Any:
        lowered = packet[:12] + packet[12:].lower()
        return upstream.behaviours["short"](lowered, type(query).parse(lowered), tcp)

    upstream.behaviours["lower"] = lower
    worker = start_worker(TELLTALE_UPSTREAMS=upstream.spec, TELLTALE_UPSTREAM_TIMEOUT_MS=PATIENT_MS)
    numbers = itertools.count()

    def is_enough_over_udp() -> bool:
        number = next(numbers)
        assert addresses(worker.ask(f"LONGERNAME{number}.lower.example")) == ["192.0.2.1"]
        return not upstream.over_tcp[f"longername{number}.lower.example"]

    until(is_enough_over_udp)  # after five of them at most; a busy machine's answer to a later one may be late, too
    assert upstream.over_tcp["longername0.lower.example"]
