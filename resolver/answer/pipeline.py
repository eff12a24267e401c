# SPDX-License-Identifier: GPL-3.0-or-later
"""The pipeline: what happens to a query that the memo could not answer, and that does not just pass through.

    gate ─► decide ─► refuse, local, block ─────────────────────────────► finish
                 └──► forward ─► cached ─► exchange ─► answered ─► inspect ─► finish

No step opens a file or waits. An exchange calls back; until then the worker serves others. No exception leaves here:
the query gets SERVFAIL, and the fault is counted and logged at most once a minute.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from typing import Any

from resolver.answer import block, led_answers, own_chain, stale_answers
from resolver.answer.answer_feed import AnswerFeed
from resolver.answer.decide import Alias, Block, Forward, Local, View, decide, shown
from resolver.answer.inspect import REBINDING
from resolver.answer.let_through import EXCEPTION, PAUSE, brief, is_relief
from resolver.answer.memo import memo_of
from resolver.answer.passthrough import Passthrough
from resolver.answer.query import Query, ReplyTo
from resolver.answer.rebinding import protect
from resolver.answer.snapshot import Snapshot
from resolver.answer.trusted_routers import look_behind
from resolver.kept import stale
from resolver.kept.cache import STALE_TTL, Cache, Entry
from resolver.kept.prefetch import Prefetch
from resolver.kept.stale import StaleTimer
from resolver.recorder.buffer import RecordBuffer
from resolver.upstream import bogus_reason, checked
from resolver.upstream.detour import Detour
from resolver.upstream.exchanges import RETRY_RCODES
from resolver.upstream.forwarder import Forwarder
from resolver.upstream.question_key import key_of
from resolver.upstream.route import HOUSE
from resolver.upstream.upstream_choice import OWN
from store.log.records import NO_ANSWER, Key, Origin, Verdict
from wire import message, types
from wire import response as responses
from wire.fit import fit
from wire.message import HEADER, Response
from wire.names import Malformed

SINKHOLE_MEMO_SECONDS = 3600.0  # under one snapshot it never changes; the bound frees what nobody asks
LOG_SECONDS = 60.0  # one line a minute for faults of one kind

log = logging.getLogger(__name__)


class Resolver:
    """All that one worker needs to answer. `snapshot` is swapped by the worker; everything else lives as long as it."""

    def __init__(self, snapshot: Snapshot, cache: Cache, forwarder: Forwarder, recorder: RecordBuffer) -> None:
        self.snapshot, self.cache, self.forwarder, self.recorder = snapshot, cache, forwarder, recorder
        self.answer_feed: AnswerFeed | None = None  # set while the wall wants to know what clients were answered
        self.counters: Counter[str] = Counter()  # keys are fixed words, so it is bounded
        self.detour = Detour()  # who is asked while our own resolver does not work, where the home says so
        self.stale_timer: StaleTimer[Query] | None = None  # set where old answers may be given, as the next
        self.prefetch: Prefetch | None = None
        self.passthrough = Passthrough(self)
        self._logged = -LOG_SECONDS

    def resolve(
        self, packet: bytes, client: str, started_us: int, reply_to: ReplyTo, address: Any, behind: str = ""
    ) -> None:
        """Answer `packet` from `client`, now or when an upstream has answered; `behind`: see `Query`. Never raises."""
        query: Query | None = None
        try:
            query = self.gate(packet, client, started_us, reply_to, address, behind)
            if query is not None:
                self._carry_out(query)
        except Exception:  # the edge: whatever a packet provokes, the worker lives and the client hears
            self.fault("a query")
            if query is not None:
                self.servfail(query)

    def gate(
        self, packet: bytes, client: str, started_us: int, reply_to: ReplyTo, address: Any, behind: str = ""
    ) -> Query | None:
        """Look at the header alone, then parse; what is no query ends here, with no word or a bare error."""
        if len(packet) < HEADER.size or packet[2] & 0x80:
            self.counters["ignored"] += 1  # too short to answer, or itself a response: answering could make a loop
            reply_to.drop()
            return None
        now = self.snapshot
        seat = now.by_client.get(behind or client) or now.admit(client, behind)
        if packet[2] & 0x78:  # opcodes other than QUERY: RFC 1035 4.1.1, RFC 9619
            self._send_error(packet, types.NOTIMP, reply_to, address)
            return None
        try:
            question = message.parse_question(packet)
        except Malformed as error:
            self._send_error(packet, types.REFUSED if seat.refused else error.rcode, reply_to, address)
            return None
        query = Query(packet, client, started_us, reply_to, address, seat, question, behind=behind)
        return look_behind(query, now) if question.options and now.routers and not behind else query

    def _carry_out(self, query: Query) -> None:
        """Decide, and do so."""
        decision = decide(query.question, View(query.seat, query.client, query.reply_to.stream))
        query.judgement = decision.judgement
        if isinstance(decision, Forward):
            query.route = decision.route
            if not self.cached(query) and not self.detour.takes(self, query):
                stale_answers.ask(self, query)
        elif isinstance(decision, Block | Alias):
            self._block(query)
        elif isinstance(decision, Local):
            if decision.noted:
                until = time.monotonic() + SINKHOLE_MEMO_SECONDS if decision.lasting else 0.0
                self.finish(query, decision.packet, Origin.SELF, until=until)
            else:
                query.reply_to.send(decision.packet, query.address)  # the appliance asks itself
        else:
            self.finish(query, responses.empty(query.question, decision.rcode), Origin.SELF)

    def cached(self, query: Query) -> bool:
        """Answer from the cache; what cannot be had just now from a stale entry, at once (RFC 8767, RFC 9520)."""
        query.key, now = key_of(query.question, query.route.tag), time.monotonic()
        entry, origin = self.cache.get(query.key, now), Origin.CACHE
        failed = entry is None and self.cache.failed(query.key, now)
        if entry is None and (failed or self.is_down(query)):
            entry, origin = self.cache.stale(query.key, now), Origin.STALE
        if entry is None:
            if failed:
                self.servfail(query, why=self.cache.failures[query.key][1])
            return failed
        if self.prefetch is not None and origin is Origin.CACHE:
            self.prefetch.used(query.key, query.question, query.route, entry)
        self.pass_on(query, entry.response, entry.upstream, origin, entry)
        return True

    def is_down(self, query: Query) -> bool:
        """Whether none of the servers that the query goes to is known to answer."""
        return self.forwarder.all_down if query.route is HOUSE else self.forwarder.servers_of(query.route).all_down

    def _block(self, query: Query, seconds: float = SINKHOLE_MEMO_SECONDS) -> None:
        """Answer a blocked query, now or when the target of a rewrite is known; a memo of it may live for `seconds`."""
        question, judgement, seat, now = query.question, query.judgement, query.seat, self.snapshot
        chain = own_chain.follow(question, judgement, View(seat, query.client, query.reply_to.stream), now)
        if chain is not None:
            led_answers.lead(self, query, chain)
            return
        packet = block.packet(question, judgement, seat, now)
        if packet:
            self.finish(query, packet, Origin.SELF, until=time.monotonic() + seconds)
        else:
            query.reply_to.drop()
            self.note(query, b"", Origin.SELF)

    def answered(self, query: Query, response: Response | None, upstream: str) -> None:
        """Go on with a query for which an upstream was asked; `response` is None when none answered."""
        try:
            if stale_answers.settled(self, query, response, upstream):
                return
            key, now = query.key, time.monotonic()
            if response is None or response.rcode in RETRY_RCODES:
                if code := checked.bogus(response):
                    self._refuse(query, code, upstream)
                    return
                if self.detour.after_failure(self, query):
                    return
                self.cache.fail(key, now, checked.unanswered(response, upstream))
                old = self.cache.stale(key, now)
                if old is not None:
                    self.pass_on(query, old.response, old.upstream, Origin.STALE, old)
                    return
            if response is None:
                self.servfail(query, upstream, checked.unanswered(response, upstream))
                return
            if self.detour.failures and upstream == OWN:
                self.detour.end()
            entry = self.cache.get(key, now)  # joined queries: the first of them has put it there
            if entry is None or entry.response is not response:
                entry = self.cache.put(key, response, upstream, now)
            self.pass_on(query, response, upstream, Origin.UPSTREAM, entry)
        except Exception:
            self.fault("an upstream's answer")
            self.servfail(query, upstream)

    def _refuse(self, query: Query, code: int, upstream: str) -> None:
        """What did not stand the check is no answer, and an old one is none in its place."""

        def refuse(code: int) -> None:
            self.cache.fail(query.key, time.monotonic(), code)
            self.servfail(query, upstream, code)

        if upstream == OWN and code in bogus_reason.GENERAL:
            bogus_reason.find(self.forwarder, query.question, code, refuse)
        else:
            refuse(code)

    def pass_on(self, query: Query, response: Response, upstream: str, origin: Origin, entry: Entry | None) -> None:
        """Inspect what the answer shows, then send it with its TTLs counted down."""
        asked, leads = query.judgement, response.addresses or response.chain or response.targets
        through = query.seat.let_through
        if asked.blocklist == EXCEPTION and through is not None and through.lead(response, asked.rule):
            query.seat.space.forget()  # memos say of where it leads that it is blocked
        if leads and (asked.verdict is Verdict.PASS or asked.blocklist == PAUSE):
            judgement = shown(response, View(query.seat, query.client, query.reply_to.stream), query.question.qtype)
            rebind = self.snapshot.settings.rebind_protection
            trusted = query.route.domain  # who forwards a domain means what its servers say of it
            if rebind == "on" and not trusted and (judgement is None or judgement.blocklist == PAUSE):
                private = protect(response, query.question.name, query.question.section, upstream)
                if private is not None:
                    judgement, response = private
                    entry = entry and entry._replace(response=response)
            if judgement is not None:
                query.judgement = judgement
            if query.judgement.verdict is Verdict.BLOCK:
                self._block(query, self.snapshot.sinkhole.ttl)  # the chain may lead elsewhere by then
                return
        now = time.monotonic()
        age = int(now - entry.stored) if entry is not None else 0
        if origin is Origin.STALE:
            body = responses.with_ttls(response.body, [(offset, STALE_TTL) for offset, _ in response.ttls], 0)
        elif is_relief(query.judgement):
            body, entry = brief(response, age), None  # a memo would say the TTLs as they came
        elif age or response.changed:
            body = responses.with_ttls(response.body, response.ttls, age)
        else:
            body = response.body
        question, is_old = query.question, origin is Origin.STALE
        wants_ad = question.do or question.flags & types.AD  # RFC 6840 section 5.8
        flags = response.flags & types.AD if wants_ad and not is_old else 0  # by now a signature may have expired
        hidden = query.judgement.blocklist == REBINDING  # the rest is sent, with a word on what is not
        ede = stale.explained(response.rcode) if is_old else b""
        ede = block.explained(question, query.judgement, self.snapshot) if hidden else ede
        packet = responses.build(question, response.rcode, body, response.counts, flags=flags, ede=ede)
        query.dnssec = checked.seen(response, question, upstream)
        twice = entry if origin is Origin.CACHE else None  # worth a memo; most names are asked once
        self.finish(query, packet, origin, upstream=upstream, entry=twice)

    def servfail(self, query: Query, upstream: str = "", why: int = 0) -> None:
        """The answer to a query that cannot be answered, by our fault or an upstream's; `why`: the extended error by
        which it did not stand the check, or by which nobody answered."""
        self.counters["servfail"] += 1
        query.dnssec = why if why in checked.WHY else 0
        try:
            question = query.question
            ede = checked.explained(question, why) or block.unreachable(question, query.route, why)
            packet = responses.empty(question, types.SERVFAIL, ede=ede)
            self.finish(query, packet, Origin.SELF, upstream=upstream)
        except Exception:
            self.fault("a SERVFAIL")

    def finish(
        self, query: Query, packet: bytes, origin: Origin, *,
        upstream: str = "", until: float = 0.0, entry: Entry | None = None,
    ) -> None:  # fmt: skip
        """Send, remember and note: the end of every query that got past the gate.

        The response is kept as a memo until `until` (monotonic seconds), or for as long as the cache's `entry` lives.
        """
        question = query.question
        packet = fit(packet, question, query.reply_to.limit, stream=query.reply_to.stream)
        if self.answer_feed is not None and self.answer_feed.tell(query.client, packet, question.section):
            until, entry = 0.0, None  # a memo would answer the next client without a word to the wall
        query.reply_to.send(packet, query.address)
        key = self.note(query, packet, origin, upstream)
        if (until or entry is not None) and (mark := query.reply_to.memo) is not None and not question.options:
            query.seat.remember(mark + query.packet[2:], memo_of(packet, question, key, until, entry))

    def note(self, query: Query, packet: bytes, origin: Origin, upstream: str = "") -> Key:
        """Note a query that is finished, with no packet when it gets no response; returns the key of its record."""
        question, judgement = query.question, query.judgement
        key = Key(
            question.name, question.qtype, int(judgement.verdict), int(origin),
            judgement.blocklist, judgement.rule, packet[3] & 0xF if packet else NO_ANSWER, upstream, "",
            query.reply_to.transport, query.dnssec,
        )  # fmt: skip
        duration_us = time.monotonic_ns() // 1000 - query.started_us
        self.recorder.note(query.started_us, query.behind or query.client, key, duration_us)
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
        reply_to.send(responses.error(packet, rcode), address)
