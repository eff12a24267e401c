# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of the past's queries: decided as a worker decides under the policy of that moment, answered as the
demo's upstream answers.

Nothing is asked over the network. What was asked a short while ago comes from the memo, as it does in a worker.
"""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from appliance.demo import upstream
from appliance.demo.household import Ask, query
from appliance.demo.turned_clock import US
from resolver.answer import block, snapshot
from resolver.answer.decide import Block, Forward, Local, View, decide
from resolver.answer.judge import Judgement
from resolver.answer.snapshot import Snapshot
from store.base import db
from store.household import relief, schedule_times
from store.household.holding import earliest_edge
from store.log.records import Key, Origin
from wire.message import parse_question
from wire.types import NOERROR, SERVFAIL

MEMO_US, OWN_US = 40, 110  # what an answer from the memo takes, and one that is put together here
TIMED_OUT_US = 4 * US
BLOCKED_TTL = 300


@dataclass(frozen=True, slots=True)
class _Course:
    """How queries of one kind go under one policy: their keys, first and from memory, for how long that lasts, and
    under what it is remembered.
    """

    first: Key
    again: Key
    took_us: int
    lasts_us: int
    memo: tuple[str, ...]
    forwarded: bool


@dataclass(slots=True)
class _Policy:
    """A snapshot, and how each kind of query goes under it: device, name, type. As many as the household has."""

    now: Snapshot
    courses: dict[tuple[str, str, int], _Course] = field(default_factory=dict)


class PastAnswers:
    """For one state directory, whose policy is that of the moment of the last `look`."""

    def __init__(self, state: Path, environ: Mapping[str, str], spec: str, dice: random.Random) -> None:
        """`spec`: of the upstream, as the log names it."""
        self._state, self._environ, self._spec, self._dice = state, environ, spec, dice
        self._policy: _Policy | None = None
        self._known: dict[tuple[object, ...], _Policy] = {}  # since the last edit: bedtime comes every night
        self._fresh: dict[tuple[str, ...], int] = {}  # until when an answer is remembered
        self._given: dict[tuple[str, int], tuple[int, int]] = {}  # rcode and delay of the upstream

    def look(self) -> int | None:
        """Take the policy as it is by the clock of this process; when time alone changes it next, Unix seconds."""
        now_s = int(time.time())
        with closing(db.connect(self._state / "config.db", read_only=True)) as con:
            version = con.execute("SELECT value FROM meta WHERE key = 'policy_version'").fetchone()[0]
            in_force, reliefs = schedule_times.holding(con, now_s), relief.holding(con, now_s)
        of = version, in_force.value, repr(reliefs.value)
        if of not in self._known:
            if any(known[0] != version for known in self._known):
                self._known.clear()
            old = self._policy.now if self._policy else None
            self._known[of] = _Policy(snapshot.build(self._state, self._environ, old, index=old.index if old else None))
        self._policy = self._known[of]
        return earliest_edge((in_force.next_edge_s, reliefs.next_edge_s))

    def answered(self, time_us: int, ask: Ask, down: bool) -> tuple[Key, int]:
        """The key of a query's row, and how long it took in µs; `down`: no upstream answers now."""
        assert self._policy is not None
        kind = ask.device.address, ask.name, ask.qtype
        course = self._policy.courses.get(kind)
        if course is None:
            course = self._policy.courses[kind] = self._course(ask, self._policy.now)
        of = course.memo
        if self._fresh.get(of, 0) > time_us:
            return course.again, MEMO_US + self._dice.randrange(30)
        if down and course.forwarded:
            return course.first._replace(rcode=SERVFAIL, upstream=""), TIMED_OUT_US + self._dice.randrange(US)
        self._fresh[of] = time_us + course.lasts_us
        return course.first, course.took_us + self._dice.randrange(course.took_us // 4)

    def _course(self, ask: Ask, now: Snapshot) -> _Course:
        packet = query(ask.name, ask.qtype, 0)
        question, address = parse_question(packet), ask.device.address
        seat = now.by_client.get(address) or now.admit(address)
        decision = decide(question, View(seat, address))
        if isinstance(decision, Forward):
            return self._forwarded(ask, packet, decision.judgement)
        rcode = NOERROR
        if isinstance(decision, Block):
            rcode = block.packet(question, decision.judgement, seat, now)[3] & 0xF
        elif isinstance(decision, Local):
            rcode = decision.packet[3] & 0xF
        key = self._key(ask, decision.judgement, Origin.SELF, rcode)
        again = key._replace(origin=int(Origin.MEMO))
        return _Course(key, again, OWN_US, BLOCKED_TTL * US, (address, ask.name, str(ask.qtype)), forwarded=False)

    def _forwarded(self, ask: Ask, packet: bytes, judgement: Judgement) -> _Course:
        of = ask.name, ask.qtype
        if of not in self._given:
            response = upstream.respond(packet)
            self._given[of] = response[3] & 0xF if response else SERVFAIL, int(upstream.delay(packet) * US)
        rcode, took_us = self._given[of]
        first = self._key(ask, judgement, Origin.UPSTREAM, rcode, self._spec)
        ttl = upstream.TTLS[zlib.crc32(ask.name.encode()) % len(upstream.TTLS)]
        again = self._key(ask, judgement, Origin.MEMO, rcode)
        return _Course(first, again, took_us, ttl * US, (ask.name, str(ask.qtype)), forwarded=True)

    def _key(self, ask: Ask, judgement: Judgement, origin: Origin, rcode: int, spec: str = "") -> Key:
        return Key(
            ask.name, ask.qtype, int(judgement.verdict), int(origin), judgement.blocklist, judgement.rule, rcode, spec
        )
