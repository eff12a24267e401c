# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstreams that refuse, forge, fall silent or are gone, asked by passthrough and by the pipeline."""

import socket
from contextlib import closing
from pathlib import Path
from typing import Any

import dns.edns
import dns.message
import pytest
from clock import Clock
from forwarding_bench import CLIENT, PUBLIC, TRY_SECONDS, Bench, record, section_of
from ports import free_port

from resolver.upstream.timeouts import SLOT_SECONDS
from wire import types

pytestmark = pytest.mark.process


def test_a_server_that_refuses_is_not_the_last_word(bench: Bench) -> None:
    assert bench.ask(dns.message.make_query("a.shop.example", "A", use_edns=False).to_wire())
    bench.answer(b"", (0, 0, 0), 0x8181)  # FORMERR without EDNS: asked again without
    packet, port = bench.asked()
    assert packet[11] == 0 and bench.forwarder.in_flight == 1 and not bench.sent
    bench.reply(packet[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + section_of(packet) + record(), port)
    assert bench.sent[0][-4:] == PUBLIC


def unreachable(packet: bytes) -> None:
    raise OSError("Network is unreachable")


def test_what_cannot_leave_goes_elsewhere_at_once_and_so_does_who_joined_it(bench: Bench) -> None:
    first, second = (dns.message.make_query("a.shop.example", "A").to_wire() for _ in range(2))
    third = dns.message.make_query("b.shop.example", "A").to_wire()
    road = bench.resolver.passthrough
    for packet in (first, second, third):  # of one batch, so that none has left before the last came
        if not road.ask(packet, CLIENT, bench.seat, 0, bench, None):
            bench.ask(packet, straight=False)
    for pending, _ in road._leaving:
        port: Any = pending.channel
        port.send = unreachable
    road.depart()
    assert bench.forwarder.counters["send_errors"] >= 2
    for _ in range(2):
        bench.answer()
    assert {packet[:2] for packet in bench.sent} == {first[:2], second[:2], third[:2]}
    assert not bench.forwarder.in_flight


def test_a_forged_answer_is_waited_past(bench: Bench) -> None:
    assert bench.ask(dns.message.make_query("letters.shop.example", "A").to_wire())
    packet, port = bench.asked()
    head, section = packet[:2] + b"\x81\x80\0\1\0\1\0\0\0\0", section_of(packet)
    bench.reply(bytes((packet[0] ^ 1, packet[1])) + head[2:] + section + record(), port)
    bench.reply(head + section.swapcase() + record(), port)
    bench.reply(head[:5], port)
    assert not bench.sent and bench.forwarder.counters["unexpected"] == 2
    bench.reply(head + section + record(data=b"\xcb\0\x71\2"), port)
    assert bench.sent[0][-4:] == b"\xcb\0\x71\2" and len(bench.notes) == 1


@pytest.mark.parametrize("straight", [True, False])
def test_what_is_not_answered_is_asked_again_and_fails_within_five_seconds(bench: Bench, straight: bool) -> None:
    packet = dns.message.make_query("a.shop.example", "A").to_wire()
    begun = bench.clock.now
    bench.ask(packet, straight)
    bench.run(TRY_SECONDS + 2 * SLOT_SECONDS)
    assert bench.forwarder.counters["timed_out"] >= 1
    first, again = bench.asked(), bench.asked()
    assert first[0][12:].lower() == again[0][12:].lower() and first[0][:2] != again[0][:2]
    assert not bench.sent
    bench.run(5.0 - bench.clock.now + begun)
    assert bench.sent[0][:2] == packet[:2] and bench.sent[0][3] & 15 == types.SERVFAIL
    assert not bench.forwarder.in_flight


@pytest.mark.parametrize("straight", [True, False])
def test_many_that_hang_hold_up_no_other(bench: Bench, straight: bool) -> None:
    for number in range(200):
        bench.ask(dns.message.make_query(f"hung{number}.shop.example", "A").to_wire(), straight)
        bench.asked()
    for number in range(50):
        bench.ask(dns.message.make_query(f"free{number}.shop.example", "A", id=number).to_wire(), straight)
        bench.answer()
    assert [int.from_bytes(packet[:2]) for packet in bench.sent] == list(range(50)), "and no time has passed"
    assert bench.forwarder.in_flight == 200


def test_a_truncated_answer_on_the_second_try_leaves_the_stream_its_full_time(state: Path, clock: Clock) -> None:
    bench = Bench(state, clock, free_port())
    with closing(bench), socket.create_server(bench.server.getsockname()) as listening:
        assert bench.ask(dns.message.make_query("a.shop.example", "A").to_wire())
        bench.asked()
        bench.run(TRY_SECONDS + 2 * SLOT_SECONDS)
        bench.clock.now += TRY_SECONDS * 0.8
        bench.answer(b"", (0, 0, 0), 0x8380)
        stream, _ = bench.turn_until(listening.accept, listening)
        with stream:
            packet = bench.turn_until(lambda: stream.recv(512), stream)[2:]
            bench.run(TRY_SECONDS)  # far beyond what was left of the second try
            good = packet[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + section_of(packet) + record()
            stream.sendall(len(good).to_bytes(2, "big") + good)
            while not bench.sent:
                bench.turn()
        assert bench.sent[0][-4:] == PUBLIC


def test_a_dead_upstream_is_noticed_at_once(bench: Bench) -> None:
    bench.server.close()
    assert bench.ask(dns.message.make_query("a.shop.example", "A").to_wire())
    while not bench.sent:  # refused, four times, by the kernel's word; no time passes
        bench.turn()
    assert bench.sent[0][3] & 15 == types.SERVFAIL and bench.forwarder.servers[0].failures


def told(packet: bytes) -> list[tuple[int, str | None]]:
    options = dns.message.from_wire(packet).options
    return [(int(option.code), option.text) for option in options if isinstance(option, dns.edns.EDEOption)]


@pytest.mark.parametrize("straight", [True, False])
def test_who_gets_no_answer_is_told_that_no_upstream_gives_any(bench: Bench, straight: bool) -> None:
    """RFC 8914: else a SERVFAIL looks like a fault of the name, or of the signatures, as dig and browsers show it."""
    bench.ask(dns.message.make_query("a.shop.example", "A", use_edns=0, id=1).to_wire(), straight)
    bench.run(5.0)
    bench.ask(dns.message.make_query("a.shop.example", "A", use_edns=0, id=2).to_wire(), straight=False)
    first, second = bench.sent
    assert first[3] & 15 == second[3] & 15 == types.SERVFAIL
    assert told(first) == told(second) == [(23, "none of this home's upstreams answers")]
    assert [key.dnssec for _, key in bench.notes] == [0, 0], "the check of signatures has nothing to do with it"
    bench.ask(dns.message.make_query("a.shop.example", "A", use_edns=False).to_wire(), straight=False)
    assert dns.message.from_wire(bench.sent[2]).edns == -1


def test_an_upstream_that_fails_itself_is_not_called_silent(bench: Bench) -> None:
    for number in (1, 2):
        bench.ask(dns.message.make_query("a.shop.example", "A", use_edns=0, id=number).to_wire(), straight=False)
        while bench.forwarder.in_flight:
            bench.answer(b"", (0, 0, 0), 0x8182)
            bench.turn()
    assert [packet[3] & 15 for packet in bench.sent] == [types.SERVFAIL] * 2
    assert [told(packet) for packet in bench.sent] == [[], []]
