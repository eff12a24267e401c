# SPDX-License-Identifier: GPL-3.0-or-later
"""Passthrough: a plain query for a name that nobody has asked, to an upstream and back, as bytes.

    listen/udp ─► ask ─► upstream ─► PendingQuery.answered ─► client
                   │ False                 │ not the plain answer: the forwarder makes an exchange of it
                   ▼                       ▼
                pipeline                the pipeline, which knows everything else

Most of what is forwarded needs none of the pipeline's steps: `decide` just says forward, and nothing of the name is
kept or under way. Then nothing is made of it but one tuple; and where what comes back is addresses of the public
internet under the very name, nothing of that but the packet. Both ways give the same packets and the same records (a
test holds them to it).
"""

from __future__ import annotations

import struct
from functools import partial
from time import monotonic_ns
from typing import Any, NamedTuple, Protocol

from resolver.answer.answer_feed import AnswerFeed
from resolver.answer.decide import passes
from resolver.answer.judge import PASSED
from resolver.answer.private_addresses import FIRST_BYTES, is_private
from resolver.answer.query import Query, ReplyTo
from resolver.answer.seat import Seat
from resolver.answer.templates import Template, Templates
from resolver.kept.cache import Cache
from resolver.recorder.buffer import RecordBuffer
from resolver.transport.transport import Channel
from resolver.upstream.detour import Detour
from resolver.upstream.exchange import Attempt, Carrier, Exchange
from resolver.upstream.forwarder import Forwarder
from resolver.upstream.query_packet import opt_record, unmixed, without_ad
from resolver.upstream.question_key import QuestionKey
from resolver.upstream.route import Route
from resolver.upstream.server import Server
from resolver.upstream.timeouts import SECOND_NS
from store.log.records import UNCHECKED, VALIDATED, Key, Origin, Verdict
from wire import message
from wire.entropy import mixed_case
from wire.message import Response
from wire.names import Malformed, question_name
from wire.types import AAAA, NOERROR, NXDOMAIN, A

_RECORD = struct.Struct("!HHHIH")  # a pointer, type, class, TTL, length of the data
_TO_QUESTION = 0xC00C  # the pointer to the name in the question
_SIZES = {A: 4, AAAA: 16}
_PASS, _UPSTREAM = int(Verdict.PASS), int(Origin.UPSTREAM)
_new: Any = tuple.__new__  # a NamedTuple's own way takes twice as long


class Pipeline(Protocol):
    """What passthrough needs of the pipeline that it stands beside."""

    cache: Cache
    forwarder: Forwarder
    recorder: RecordBuffer
    answer_feed: AnswerFeed | None
    detour: Detour

    def answered(self, query: Query, response: Response | None, upstream: str) -> None:
        """Go on with an answer that has to be looked at whole."""

    def fault(self, what: str) -> None:
        """Count and log an error of ours."""


class Passthrough:
    """What passes through one worker."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self._templates = Templates()
        self._leaving: list[tuple[PendingQuery, bytes]] = []  # at most a batch

    def ask(
        self, packet: bytes, client: str, seat: Seat, started_us: int, reply_to: ReplyTo, address: Any
    ) -> bool:  # fmt: skip
        """Put a query of a seated client, over UDP, to an upstream; False: the pipeline has to deal with it.

        Never raises. It leaves with the next `depart`.
        """
        try:
            return self._ask(packet, client, seat, started_us, reply_to, address)
        except Exception:
            self.pipeline.fault("a query")
            return False

    def take(self, pending: PendingQuery, packet: bytes) -> bool:
        """Pass on the answer and note it; False: it is not the plain answer. Never raises."""
        try:
            return self._take(pending, packet)
        except Exception:
            self.pipeline.fault("an upstream's answer")
            return False

    def depart(self) -> None:
        """Send what was asked since the last time, all together: an upstream is then woken up once, not each time."""
        leaving, self._leaving = self._leaving, []
        for pending, packet in leaving:
            try:
                pending.channel.send(packet)
            except OSError:
                pending.forwarder.unsent(pending)

    def _ask(
        self, packet: bytes, client: str, seat: Seat, started_us: int, reply_to: ReplyTo, address: Any
    ) -> bool:  # fmt: skip
        pipeline = self.pipeline
        forwarder, failures = pipeline.forwarder, pipeline.cache.failures
        try:
            name, end = question_name(packet)
        except Malformed:
            return False
        template = self._templates.of(packet, end)
        if template is None:
            return False
        lower = packet[12:end].lower()
        route = seat.route
        key = route.tag + lower + template.key_end
        if key in pipeline.cache.entries or key in forwarder.pending or key in forwarder.exchanges or key in failures:
            return False
        if not passes(name, template.qtype, seat):
            return False
        server = forwarder.ready(route)
        if server is None or pipeline.detour.on:
            return False
        section = (mixed_case(lower) if server.keeps_case else lower) + template.tail
        transport = server.first
        try:
            channel, ident = transport.place()
        except OSError:
            return False
        channel.pending[ident] = pending = _new(PendingQuery, (
            self, packet, client, seat, started_us, reply_to, address, name, template, key, section,
            forwarder, server, monotonic_ns(), channel, ident,
        ))  # fmt: skip
        forwarder.pending.add(pending)
        options = server.cookies.options
        opt = opt_record(template.ask_opt, options, len(section), padded=transport.encrypted)
        self._leaving.append((pending, ident + template.ask_head + section + opt))
        return True

    def _take(self, pending: PendingQuery, packet: bytes) -> bool:
        (_, query, client, seat, started_us, reply_to, address, name, template, key, section, forwarder, server,
         sent_ns, channel, ident) = pending  # fmt: skip
        start = 12 + len(section)
        pipeline = self.pipeline
        if packet[2] & 0xFA != 0x80 or packet[12:start] != section:
            return False
        cookies = server.cookies
        if cookies.expected and packet.find(cookies.expected, start) < 0:
            return False
        if packet[3] & 0x20 and not server.vouches:
            packet = without_ad(packet)
        ttl_and_end = plain_addresses(packet, start)
        if ttl_and_end is None or seat.index.judges_addresses or pipeline.answer_feed is not None:
            return self._take_whole(pending, packet)
        ttl, end = ttl_and_end
        answer = b"%b%c%c\0\1%b%b%b%b%b" % (
            query[:2], template.high, template.low | packet[3] & template.ad, packet[6:8], template.end_counts,
            query[12:start], packet[start:end], template.opt,
        )  # fmt: skip
        if len(answer) > template.limit:
            return self._take_whole(pending, packet)
        now_ns = monotonic_ns()
        if server.keeps_case:
            server.kept_case()
        server.edns_proven = True
        cookies.hear(packet, end)
        server.good((now_ns - sent_ns) / SECOND_NS)
        if pipeline.detour.failures:
            pipeline.detour.end()
        spec = server.endpoint.spec
        if ttl:
            pipeline.cache.keep(key, packet, spec, now_ns / SECOND_NS, ttl)
        awaited = forwarder.pending
        del awaited[key]  # as `over`, without the call
        if not awaited:
            awaited.rest(now_ns)
        channel.release(ident)
        reply_to.send(answer, address)
        dnssec = VALIDATED if packet[3] & 0x20 else server.unsigned if template.checks else UNCHECKED
        transport = reply_to.transport
        record = _new(Key, (name, template.qtype, _PASS, _UPSTREAM, "", "", 0, spec, "", transport, dnssec))
        pipeline.recorder.note(started_us, client, record, now_ns // 1000 - started_us)
        return True

    def _take_whole(self, pending: PendingQuery, packet: bytes) -> bool:
        """Take an answer that has to be looked at whole: it leads elsewhere, is negative, or somebody wants to know."""
        try:
            response = message.parse_response(unmixed(packet, pending.section), pending.section)
        except Malformed:
            return False
        server = pending.server
        if response.rcode != NOERROR and (response.rcode != NXDOMAIN or not server.case_proven):
            return False  # another server, or another way to ask, may do better
        if server.keeps_case:
            server.kept_case()
        server.edns_proven = True
        server.cookies.hear(packet, 12 + len(pending.section))
        server.good((monotonic_ns() - pending.sent_ns) / SECOND_NS)
        pending.forwarder.over(pending)  # before it is passed on: a rewrite may ask for this very name again
        self.pipeline.answered(pending.query(), response, server.endpoint.spec)
        return True


class PendingQuery(NamedTuple):
    """A query that passes through, waiting for its answer: a `Pending` of the forwarder."""

    passthrough: Passthrough
    packet: bytes
    client: str
    seat: Seat
    started_us: int
    reply_to: ReplyTo
    address: Any
    name: str
    template: Template
    key: QuestionKey
    section: bytes  # as it was sent
    forwarder: Forwarder  # that it was given to: the settings may bring another meanwhile
    server: Server
    sent_ns: int
    channel: Channel
    ident: bytes

    def answered(self, packet: bytes) -> None:
        """As `Waiting`."""
        if not self.passthrough.take(self, packet):
            self.forwarder.answered_oddly(self, packet)

    def failed(self) -> None:
        """As `Waiting`."""
        self.forwarder.lost(self)

    def guessed(self) -> None:
        """As `Waiting`."""
        self.forwarder.guessed(self)

    def exchange(self, carrier: Carrier) -> tuple[Exchange, Attempt]:
        """As `Pending`."""
        query, sent_at = self.query(), self.sent_ns / SECOND_NS
        done = partial(self.passthrough.pipeline.answered, query)
        exchange = Exchange(
            carrier, self.key, query.question, done, sent_at, self.forwarder.servers_of(self.seat.route)
        )  # fmt: skip
        mixed = self.section[:-4] != query.question.wire_name
        return exchange, Attempt(
            exchange, self.server, self.channel, self.ident, self.section, sent_at, mixed=mixed, edns=True,
            cookie=self.server.cookies.expected,
        )  # fmt: skip

    @property
    def route(self) -> Route:
        """As `Pending`."""
        return self.seat.route

    def query(self) -> Query:
        """The same as the pipeline knows it."""
        return Query(
            self.packet, self.client, self.started_us, self.reply_to, self.address, self.seat,
            message.parse_question(self.packet), PASSED, self.key, self.seat.route,
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
            if packet[at] in FIRST_BYTES and is_private(packet[at : at + length]):
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
