# SPDX-License-Identifier: GPL-3.0-or-later
"""The straight road: a plain query for a name that nobody has asked, to an upstream and back, as bytes.

    fastpath ─► ask ─► upstream ─► take ─► client
                 │ False             │ False: `land` makes an exchange of the flight
                 ▼                   ▼
              resolve               the ordinary way, which knows everything else

Most of what is forwarded needs none of the ordinary way's steps: nothing blocks or allows the name, it is not ours,
nothing of it is kept or under way. Then nothing is made of it but one tuple; and where what comes back is addresses of
the public internet under the very name, nothing of that but the packet. Both ways give the same packets and the same
records (a test holds them to it).
"""

from __future__ import annotations

import struct
from functools import partial
from time import monotonic_ns
from typing import TYPE_CHECKING, Any, NamedTuple

from resolver.answer import local_names
from resolver.answer.cache import CacheKey
from resolver.answer.judge import PASSED, judge
from resolver.answer.query import Query, ReplyTo
from resolver.answer.snapshot import SECOND_NS, Seat
from resolver.answer.templates import Shape, Shapes
from resolver.upstream.exchange import Exchange
from resolver.upstream.query_packet import mixed_case
from resolver.upstream.server import Upstream
from resolver.upstream.udp import Port
from store.log.records import Key, Origin, Verdict
from wire import message
from wire.addresses import PRIVATE_FIRST_BYTES, is_private
from wire.names import Malformed, question_name
from wire.types import AAAA, NOERROR, NXDOMAIN, A

if TYPE_CHECKING:
    from resolver.answer.pipeline import Resolver
    from resolver.upstream.forwarder import Upstreams

_RECORD = struct.Struct("!HHHIH")  # a pointer, type, class, TTL, length of the data
_TO_QUESTION = 0xC00C  # the pointer to the name in the question
_SIZES = {A: 4, AAAA: 16}
_PASS, _UPSTREAM = int(Verdict.PASS), int(Origin.UPSTREAM)
_new: Any = tuple.__new__  # a NamedTuple's own way takes twice as long


class Flight(NamedTuple):
    """A query on the straight road, waiting for its answer."""

    road: Straight
    packet: bytes
    client: str
    seat: Seat
    started_us: int
    reply_to: ReplyTo
    address: Any
    name: str
    shape: Shape
    key: CacheKey
    section: bytes  # as it was sent
    upstreams: Upstreams
    upstream: Upstream
    sent_ns: int
    port: Port
    ident: bytes


class Straight:
    """The road of one worker."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._shapes = Shapes()
        self._leaving: list[tuple[Flight, bytes]] = []  # at most a batch

    def ask(
        self, packet: bytes, client: str, seat: Seat, started_us: int, reply_to: ReplyTo, address: Any
    ) -> bool:  # fmt: skip
        """Put a query of a seated client, over UDP, to an upstream; False: the ordinary way has to deal with it.

        Never raises. It leaves with the next `depart`.
        """
        try:
            return self._ask(packet, client, seat, started_us, reply_to, address)
        except Exception:
            self.resolver.fault("a query")
            return False

    def take(self, flight: Flight, packet: bytes) -> bool:
        """Pass on the answer to a flight and note it; False: it is not the plain answer to it. Never raises."""
        try:
            return self._take(flight, packet)
        except Exception:
            self.resolver.fault("an upstream's answer")
            return False

    def depart(self) -> None:
        """Send what was asked since the last time, all together: an upstream is then woken up once, not each time."""
        leaving, self._leaving = self._leaving, []
        for flight, packet in leaving:
            try:
                flight.port.sock.send(packet)
            except OSError:
                flight.upstreams.failed(flight)

    def land(self, flight: Flight) -> Exchange:
        """What the ordinary way needs to go on with a flight, as if it had been sent there."""
        query = _query_of(flight)
        done = partial(self.resolver.answered, query)
        exchange = Exchange(flight.key, query.question, done, flight.upstream, flight.sent_ns / SECOND_NS)
        exchange.section, exchange.via, exchange.ident = flight.section, flight.port, flight.ident
        exchange.tries, exchange.tried = 1, (flight.upstream,)
        return exchange

    def _ask(
        self, packet: bytes, client: str, seat: Seat, started_us: int, reply_to: ReplyTo, address: Any
    ) -> bool:  # fmt: skip
        resolver = self.resolver
        upstreams = resolver.upstreams
        try:
            name, end = question_name(packet)
        except Malformed:
            return False
        shape = self._shapes.of(packet, end)
        if shape is None or seat.refused:
            return False
        lower = packet[12:end].lower()
        key = lower + shape.key_end
        flights = upstreams.flights
        if key in resolver.cache.entries or key in flights or key in upstreams.exchanges:
            return False
        if not local_names.is_public(name, resolver.snapshot.settings.own_name):
            return False
        if judge(name, seat.rules, seat.index, seat.mask, shape.qtype, seat.client) is not PASSED:
            return False
        upstream = upstreams.ready()
        if upstream is None:
            return False
        section = (mixed_case(lower) if upstream.keeps_case else packet[12:end]) + shape.tail
        try:
            port, ident = upstream.ports.place()
        except OSError:
            return False
        port.pending[ident] = flight = _new(Flight, (
            self, packet, client, seat, started_us, reply_to, address, name, shape, key, section,
            upstreams, upstream, monotonic_ns(), port, ident,
        ))  # fmt: skip
        flights.add(flight)
        self._leaving.append((flight, ident + shape.ask_head + section + shape.ask_opt))
        return True

    def _take(self, flight: Flight, packet: bytes) -> bool:
        (_, query, client, seat, started_us, reply_to, address, name, shape, key, section, upstreams, upstream,
         sent_ns, *_) = flight  # fmt: skip
        start = 12 + len(section)
        resolver = self.resolver
        if packet[2] & 0xFA != 0x80 or packet[12:start] != section:
            return False
        found = plain_addresses(packet, start)
        if found is None or seat.index.judges_addresses or resolver.teller is not None:
            return self._take_whole(flight, packet)
        ttl, end = found
        answer = b"%b%c%c\0\1%b%b%b%b%b" % (
            query[:2], shape.high, shape.low | packet[3] & shape.ad, packet[6:8], shape.end_counts,
            query[12:start], packet[start:end], shape.opt,
        )  # fmt: skip
        if len(answer) > shape.limit:
            return self._take_whole(flight, packet)
        now_ns = monotonic_ns()
        upstream.kept_case()
        upstream.good((now_ns - sent_ns) / SECOND_NS)
        spec = upstream.endpoint.spec
        if ttl:
            resolver.cache.keep(key, packet, spec, now_ns / SECOND_NS, ttl)
        upstreams.over(flight)
        reply_to.send(answer, address)
        record = _new(Key, (name, shape.qtype, _PASS, _UPSTREAM, "", "", 0, spec))
        resolver.recorder.note(started_us, client, record, now_ns // 1000 - started_us)
        return True

    def _take_whole(self, flight: Flight, packet: bytes) -> bool:
        """Take an answer that has to be looked at whole: it leads elsewhere, is negative, or somebody wants to know."""
        try:
            response = message.parse_response(packet, flight.section)
        except Malformed:
            return False
        if response.rcode not in (NOERROR, NXDOMAIN):
            return False  # another server, or another way to ask, may do better
        query, upstream = _query_of(flight), flight.upstream
        upstream.kept_case()
        upstream.good((monotonic_ns() - flight.sent_ns) / SECOND_NS)
        flight.upstreams.over(flight)  # before it is passed on: a rewrite may ask for this very name again
        self.resolver.answered(query, response, upstream.endpoint.spec)
        return True


def _query_of(flight: Flight) -> Query:
    return Query(
        flight.packet, flight.client, flight.started_us, flight.reply_to, flight.address, flight.seat,
        message.parse_question(flight.packet), PASSED, flight.key,
    )  # fmt: skip


def plain_addresses(packet: bytes, start: int) -> tuple[int, int] | None:
    """(shortest TTL, end of the answer section) of a response of nothing but public addresses under the name asked.

    Its question ends before `start`; behind its answers there may be an OPT record. None for anything else.
    """
    if packet[3] & 0xF or packet[4:7] != b"\0\1\0" or not packet[7] or packet[8:11] != b"\0\0\0":
        return None
    shortest, at = message.MAX_TTL, start
    try:
        for _ in range(packet[7]):
            owner, rtype, _, ttl, length = _RECORD.unpack_from(packet, at)
            at += 12
            if owner != _TO_QUESTION or length != _SIZES.get(rtype):
                return None
            if packet[at] in PRIVATE_FIRST_BYTES and is_private(packet[at : at + length]):
                return None
            if ttl < shortest:
                shortest = ttl
            elif ttl > message.MAX_TTL:
                return None
            at += length
        if packet[11]:
            if packet[11] > 1 or packet[at : at + 3] != b"\0\0\x29" or packet[at + 5]:
                return None
            return (shortest, at) if at + 11 + int.from_bytes(packet[at + 9 : at + 11], "big") == len(packet) else None
    except (struct.error, IndexError):
        return None
    return (shortest, at) if at == len(packet) else None
