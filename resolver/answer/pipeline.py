# SPDX-License-Identifier: GPL-3.0-or-later
"""The slow path: what happens to a query that the memo could not answer. A flat list of steps, taken in order.

    gate ─► local ─► verdict ─► cached ─► exchange ─► (later) inspect ─► finish

No step opens a file or waits. An exchange calls back; until then the worker serves others. No exception leaves here:
the query gets SERVFAIL, and the fault is counted and logged at most once a minute.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from resolver.answer import local_names
from resolver.answer.answer_feed import Teller
from resolver.answer.block import sink
from resolver.answer.cache import STALE_TTL, Cache, Entry, key_of
from resolver.answer.inspect import TCP, inspect
from resolver.answer.judge import Judgement, judge
from resolver.answer.passthrough import Straight
from resolver.answer.query import Query, ReplyTo
from resolver.answer.rebinding import protect
from resolver.answer.snapshot import REFUSED, SECOND_NS, Aging, MemoEntry, Snapshot
from resolver.recorder.buffer import Recorder
from resolver.upstream.forwarder import Upstreams
from store.log.records import NO_ANSWER, Key, Origin, Verdict
from wire import message, response, types
from wire.message import HEADER, Question, Response
from wire.names import Malformed

SINKHOLE_MEMO_SECONDS = 3600.0  # under one snapshot it never changes; the bound frees what nobody asks
LOG_SECONDS = 60.0  # one line a minute for faults of one kind

log = logging.getLogger(__name__)


class Resolver:
    """All that one worker needs to answer. `snapshot` is swapped by the worker; everything else lives as long as it."""

    def __init__(self, snapshot: Snapshot, cache: Cache, upstreams: Upstreams, recorder: Recorder) -> None:
        self.snapshot, self.cache, self.upstreams, self.recorder = snapshot, cache, upstreams, recorder
        self.teller: Teller | None = None  # set while the wall wants to know what clients were answered
        self.counters: Counter[str] = Counter()  # keys are fixed words, so it is bounded
        self.straight = Straight(self)
        self._logged = -LOG_SECONDS

    def resolve(self, packet: bytes, client: str, started_us: int, reply_to: ReplyTo, address: Any) -> None:
        """Answer `packet` from `client`, now or when an upstream has answered. Never raises."""
        query: Query | None = None
        try:
            query = self.gate(packet, client, started_us, reply_to, address)
            if query is not None:
                self._step_through(query)
        except Exception:  # the edge: whatever a packet provokes, the worker lives and the client hears
            self.fault("a query")
            if query is not None:
                self.servfail(query)

    def gate(self, packet: bytes, client: str, started_us: int, reply_to: ReplyTo, address: Any) -> Query | None:
        """Look at the header alone, then parse; what is no query ends here, with no word or a bare error."""
        if len(packet) < HEADER.size or packet[2] & 0x80:
            self.counters["ignored"] += 1  # too short to answer, or itself a response: answering could make a loop
            return None
        seat = self.snapshot.by_client.get(client) or self.snapshot.admit(client)
        if packet[2] & 0x78:  # opcodes other than QUERY: RFC 1035 4.1.1, RFC 9619
            self._send_error(packet, types.NOTIMP, reply_to, address)
            return None
        try:
            question = message.parse_question(packet)
        except Malformed as error:
            self._send_error(packet, types.REFUSED if seat.refused else error.rcode, reply_to, address)
            return None
        return Query(packet, client, started_us, reply_to, address, seat, question)

    def _step_through(self, query: Query) -> None:
        for step in STEPS:
            if step(self, query):
                return

    # --- the steps: each returns True when the query is dealt with -------------------------------------------------

    def outside(self, query: Query) -> bool:
        """Never an open resolver: a client from outside the home gets REFUSED and nothing else."""
        if query.seat is not REFUSED and not query.seat.refused:
            return False
        query.judgement = Judgement(Verdict.REFUSE)
        self.finish(query, response.empty(query.question, types.REFUSED), Origin.SELF)
        return True

    def versions(self, query: Query) -> bool:
        """Refuse versions and types that are no data."""
        rcode = message.refusal(query.question)
        if rcode is None:
            return False
        self._local(query, response.empty(query.question, rcode))
        return True

    def ours(self, query: Query) -> bool:
        """Names that are answered here and never leak upstream; the home's own rules and lists do not touch them."""
        packet = local_names.answer(query.question, self.snapshot.settings.own_name, query.client)
        if packet is None:
            return False
        if query.question.name == local_names.health_name(self.snapshot.settings.own_name):
            query.reply_to.send(packet, query.address)  # the appliance asks itself: no query of the home's
        else:
            self._local(query, packet)
        return True

    def verdict(self, query: Query) -> bool:
        """Block what the policy blocks."""
        seat, question = query.seat, query.question
        found = judge(question.name, seat.rules, seat.index, seat.mask, question.qtype, seat.client)
        if found.answer is not None and found.answer == TCP:  # not blocked, but to be asked for again over TCP
            found = found._replace(verdict=Verdict.PASS, answer=None if query.reply_to.tcp else found.answer)
        query.judgement = found
        if found.verdict is not Verdict.BLOCK and found.answer is None:
            return False
        self._sink(query)
        return True

    def cached(self, query: Query) -> bool:
        """Answer from the cache; from a stale entry at once while every upstream is down (RFC 8767)."""
        query.key, now = key_of(query.question), time.monotonic()
        entry = self.cache.get(query.key, now)
        if entry is not None:
            self._pass_on(query, entry.response, entry.upstream, Origin.CACHE, entry)
            return True
        if self.upstreams.all_down and (entry := self.cache.stale(query.key, now)) is not None:
            self._pass_on(query, entry.response, entry.upstream, Origin.STALE, entry)
            return True
        return False

    def exchange(self, query: Query) -> bool:
        """Ask upstream; the rest happens when it answers."""
        self.upstreams.exchange(query.key, query.question, partial(self.answered, query))
        return True

    # --- after the exchange ----------------------------------------------------------------------------------------

    def answered(self, query: Query, came: Response | None, upstream: str) -> None:
        """Go on with a query for which an upstream was asked; `came` is None when none answered."""
        try:
            key, now = query.key, time.monotonic()
            if came is None or came.rcode == types.SERVFAIL:
                stale = self.cache.stale(key, now)
                if stale is not None:
                    self._pass_on(query, stale.response, stale.upstream, Origin.STALE, stale)
                    return
            if came is None:
                self.servfail(query, upstream)
                return
            entry = self.cache.get(key, now)  # joined queries: the first of them has put it there
            if entry is None or entry.response is not came:
                entry = self.cache.put(key, came, upstream, now)
            self._pass_on(query, came, upstream, Origin.UPSTREAM, entry)
        except Exception:
            self.fault("an upstream's answer")
            self.servfail(query, upstream)

    def _pass_on(self, query: Query, held: Response, upstream: str, origin: Origin, entry: Entry | None) -> None:
        """Inspect what the answer shows, then send it with its TTLs counted down."""
        if query.judgement.verdict is Verdict.PASS and (held.addresses or held.chain or held.targets):
            seat = query.seat
            found = inspect(held, seat.rules, seat.index, seat.mask, query.question.qtype, seat.client)
            if found is not None and found.answer == TCP and query.reply_to.tcp:
                found = None  # it has been asked for once more over TCP
            if found is None and self.snapshot.settings.rebind_protection == "on":
                private = protect(held, query.question.section)
                if private is not None:
                    found, held = private
                    entry = entry and entry._replace(response=held)
            if found is not None:
                query.judgement = found
            if query.judgement.verdict is Verdict.BLOCK:
                self._sink(query, self.snapshot.sinkhole.ttl)  # the chain may lead elsewhere by then
                return
        now = time.monotonic()
        age = int(now - entry.stored) if entry is not None else 0
        if origin is Origin.STALE:
            body = response.with_ttls(held.body, [(offset, STALE_TTL) for offset, _ in held.ttls], 0)
        elif age or held.changed:
            body = response.with_ttls(held.body, held.ttls, age)
        else:
            body = held.body
        question = query.question
        flags = held.flags & types.AD if question.do or question.flags & types.AD else 0  # RFC 6840 section 5.8
        packet = response.build(question, held.rcode, body, held.counts, flags=flags)
        twice = entry if origin is Origin.CACHE else None  # worth a memo; most names are asked once
        self.finish(query, packet, origin, upstream=upstream, entry=twice)

    def _sink(self, query: Query, seconds: float = SINKHOLE_MEMO_SECONDS) -> None:
        sink(self, query, seconds)

    def _local(self, query: Query, packet: bytes) -> None:
        query.judgement = Judgement(Verdict.LOCAL)
        self.finish(query, packet, Origin.SELF)

    def servfail(self, query: Query, upstream: str = "") -> None:
        """The answer to a query that cannot be answered, by our fault or an upstream's."""
        self.counters["servfail"] += 1
        try:
            self.finish(query, response.empty(query.question, types.SERVFAIL), Origin.SELF, upstream=upstream)
        except Exception:
            self.fault("a SERVFAIL")

    def finish(
        self,
        query: Query,
        packet: bytes,
        origin: Origin,
        *,
        upstream: str = "",
        until: float = 0.0,
        entry: Entry | None = None,
    ) -> None:
        """Send, remember and note: the end of every query that got past the gate.

        The response is kept as a memo until `until` (monotonic seconds), or for as long as the cache's `entry` lives.
        """
        question = query.question
        packet = response.fit(packet, question, tcp=query.reply_to.tcp)
        if self.teller is not None and self.teller.tell(query.client, packet, question.section):
            until, entry = 0.0, None  # a memo would answer the next client without a word to the wall
        query.reply_to.send(packet, query.address)
        key = self.note(query, packet, origin, upstream)
        if (until or entry is not None) and not query.reply_to.tcp and not question.options:
            query.seat.remember(query.packet[2:], memo_of(packet, question, key, until, entry))

    def note(self, query: Query, packet: bytes, origin: Origin, upstream: str = "") -> Key:
        """Note a query that is finished, with no packet when it gets no response; returns the key of its record."""
        question, judgement = query.question, query.judgement
        key = Key(
            question.name, question.qtype, int(judgement.verdict), int(origin),
            judgement.blocklist, judgement.rule, packet[3] & 0xF if packet else NO_ANSWER, upstream,
        )  # fmt: skip
        now_us = time.monotonic_ns() // 1000
        self.recorder.note(query.started_us, query.client, key, now_us - query.started_us)
        return key

    def fault(self, what: str) -> None:
        """Count an error of ours while dealing with `what`; the log hears of it once a minute."""
        self.counters["faults"] += 1
        now = time.monotonic()
        if now - self._logged >= LOG_SECONDS:
            self._logged = now
            log.exception("%s met an error of ours; it got SERVFAIL, and DNS goes on", what)

    def _send_error(self, packet: bytes, rcode: int, reply_to: ReplyTo, address: Any) -> None:
        self.counters["errors"] += 1
        reply_to.send(response.error(packet, rcode), address)


def memo_of(packet: bytes, question: Question, key: Key, until: float, entry: Entry | None) -> MemoEntry:
    """The memo of a response just sent; one with an entry behind it is due for `Seat.renew` at once."""
    key = key._replace(origin=int(Origin.MEMO))
    if entry is None:
        return packet[2:], int(until * SECOND_NS), key, None
    shift = 10 + len(question.section)  # from the body to the response less its id
    ttls = [] if packet[2] & 0x02 else [(shift + offset, ttl) for offset, ttl in entry.response.ttls]  # cut off: none
    aging = Aging(packet[2:], ttls, int(entry.stored * SECOND_NS), int(entry.expires * SECOND_NS))
    return packet[2:], 0, key, aging


# Outside first: a stranger learns nothing, not even which versions we speak. Ours before the verdict: a list that
# blocks our own name must not lock anybody out. Cached after the verdict: the cache knows no policies.
STEPS: tuple[Callable[[Resolver, Query], bool], ...] = (
    Resolver.outside,
    Resolver.versions,
    Resolver.ours,
    Resolver.verdict,
    Resolver.cached,
    Resolver.exchange,
)
