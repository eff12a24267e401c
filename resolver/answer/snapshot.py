# SPDX-License-Identifier: GPL-3.0-or-later
"""A snapshot: policy, index and memos, built beside the running one and swapped whole.

A memo belongs to the snapshot under which it was computed, so there is nothing to invalidate: the old snapshot goes,
and its memos go with it. Clients under one policy share one seat, and so one memo.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from blocklists.index.index import CorruptIndex, Index
from blocklists.index.match import RuleTable
from blocklists.rules.complex_rule import NOBODY, Client
from network.home_networks import home_networks, is_at_home
from resolver.upstream.timeouts import SECOND_NS
from store.base import db
from store.config import custom_responses, policy, settings
from store.config.custom_responses import Answer
from store.config.policy import Policy, PolicySet
from store.config.settings import Settings
from store.log.records import Key
from wire.addresses import Networks
from wire.response import Sinkhole, with_ttls

MEMO_MAX = 20_000  # responses a policy; some 500 bytes each, and a home asks a few thousand names
MEMO_BYTES = 16 << 20  # of all policies together
MEMO_QUERY_MAX = 512  # bytes of a query that is remembered; one with EDNS and a long name takes some 300
MEMO_COST = 400  # bytes that an entry takes beside its query and its response
CLIENTS_MAX = 20_000  # addresses remembered with their seat, some 300 bytes each; a home has some hundred

log = logging.getLogger(__name__)


class Aging(NamedTuple):
    """How a memo of an upstream's response grows old: its TTLs go down each second, until it has expired."""

    tail: bytes  # the response less its id, as of `stored_ns`
    ttls: list[tuple[int, int]]  # (offset in `tail`, seconds)
    stored_ns: int
    expires_ns: int


# The response less its id; monotonic ns until which it holds as it is; for the record; how it goes on after that.
MemoEntry = tuple[bytes, int, Key, Aging | None]


class MemoSpace:
    """The memory that the memos of one snapshot take together, in bytes."""

    def __init__(self, limit: int = MEMO_BYTES) -> None:
        self.limit, self.used = limit, 0
        self._memos: list[dict[bytes, MemoEntry]] = []

    def memo(self) -> dict[bytes, MemoEntry]:
        """A memo that counts."""
        self._memos.append(made := dict[bytes, MemoEntry]())
        return made

    def take(self, size: int) -> None:
        """Count what is about to be remembered; where it is too much, all begin anew."""
        if self.used + size > self.limit:
            for memo in self._memos:
                memo.clear()
            self.used = 0
        self.used += size

    def forget(self) -> None:
        """Remember nothing any more."""
        self.take(self.limit + 1)
        self.used = 0


class Seat:
    """What holds for the clients of one policy: their rules, their lists as a mask over `index`, and their memo.

    A mask means something with its own index alone, and a query may outlive the snapshot under which it came. Where
    rules of lists look at who asks, `client` stands for all that they see alike. `answer`: their group's. `own_name`:
    the appliance's own.
    """

    __slots__ = ("answer", "client", "index", "mask", "memo", "own_name", "refused", "rules", "space")

    def __init__(
        self,
        rules: RuleTable,
        index: Index,
        mask: int,
        *,
        refused: bool = False,
        client: Client = NOBODY,
        answer: Answer | None = None,
        own_name: str = "",
        space: MemoSpace | None = None,
    ) -> None:
        self.rules, self.index, self.mask, self.refused = rules, index, mask, refused
        self.client, self.answer, self.own_name = client, answer, own_name
        self.space = space or MemoSpace()
        self.memo = self.space.memo()

    def remember(self, query: bytes, entry: MemoEntry) -> None:
        """Keep a response under its query's bytes; a full memo begins anew, and is soon full of what is used.

        Dropping the oldest one by one would walk the holes that earlier drops left in the dict. A query that no
        software sends is not kept: it is as long as it is to fill memory.
        """
        if len(query) > MEMO_QUERY_MAX:
            return
        if len(self.memo) >= MEMO_MAX:
            self.space.used -= sum(map(_cost, self.memo, self.memo.values()))
            self.memo.clear()
        before = self.memo.pop(query, None)
        self.space.used -= _cost(query, before) if before else 0
        self.space.take(_cost(query, entry))
        self.memo[query] = entry

    def renew(self, query: bytes, entry: MemoEntry, now_ns: int) -> MemoEntry | None:
        """The entry with its TTLs as of now, or None when it has had its time: once a second for a name in use."""
        aging = entry[3]
        if aging is None or now_ns >= aging.expires_ns:
            if self.memo.pop(query, None) is not None:
                self.space.used -= _cost(query, entry)
            return None
        age = (now_ns - aging.stored_ns) // SECOND_NS
        until_ns = min(aging.stored_ns + (age + 1) * SECOND_NS, aging.expires_ns)
        renewed = (with_ttls(aging.tail, aging.ttls, age), until_ns, entry[2], aging)
        self.memo[query] = renewed
        return renewed


def _cost(query: bytes, entry: MemoEntry) -> int:
    """Bytes of memory that an entry takes, roughly; one that grows old holds its response twice."""
    return MEMO_COST + len(query) + len(entry[0]) * (1 if entry[3] is None else 2)


REFUSED = Seat(RuleTable(), Index.empty(), 0, refused=True)


@dataclass(slots=True)
class Snapshot:
    """Everything that decides a response, as of one version of config.db and one generation of the index."""

    policies: PolicySet
    index: Index
    settings: Settings
    sinkhole: Sinkhole
    networks: Networks  # who is answered at all: private, configured, and on this machine's links
    by_client: dict[str, Seat] = field(default_factory=dict)
    by_address: dict[bytes, tuple[str, Seat]] = field(default_factory=dict)  # the same by packed address, for UDP
    answers: dict[str, Answer] = field(default_factory=dict)  # blocklist id → what its rules answer
    titles: dict[str, str] = field(default_factory=dict)  # blocklist id → title
    _seats: dict[tuple[Policy, tuple[int, ...]], Seat] = field(default_factory=dict)
    _space: MemoSpace = field(default_factory=MemoSpace)

    def admit(self, client: str) -> Seat:
        """The seat of a client met for the first time: its policy's, or `REFUSED` for one from outside the home."""
        bare = client.partition("%")[0]
        seat = self._seat_of(bare) if is_at_home(bare, self.networks) else REFUSED
        if len(self.by_client) >= CLIENTS_MAX:
            self.by_client.clear()
        self.by_client[client] = seat
        return seat

    def seat_at(self, address: bytes, client: str) -> None:
        """Remember the seat of a client that was admitted under its packed address too."""
        seat = self.by_client.get(client)
        if seat is None:
            return  # what came from there was no query
        if len(self.by_address) >= CLIENTS_MAX:
            self.by_address.clear()
        self.by_address[address] = client, seat

    def forget_memos(self) -> None:
        """Answer nothing from memory that was put together before now."""
        self._space.forget()

    def _seat_of(self, address: str) -> Seat:
        held = self.policies.of(address)
        mask = self.index.mask(held.lists)
        names, group = self.policies.who.get(address, ((), ""))
        client = Client(address, frozenset(names), frozenset({group.replace(" ", "_")} if group else ()))
        key = held, self.index.complex_rules.signature(mask, client)
        seat = self._seats.get(key)
        if seat is None:
            answer = custom_responses.parse(held.answer) if held.answer else None
            rules, own_name = RuleTable.build(held.rules), self.settings.own_name
            seat = Seat(rules, self.index, mask, client=client, answer=answer, own_name=own_name, space=self._space)
            self._seats[key] = seat
        return seat


def build(state: Path, environ: Mapping[str, str], old: Snapshot | None = None) -> Snapshot:
    """Read config.db and the index and put a snapshot together; what cannot be read stays as it was in `old`."""
    held = settings.load(state, environ)
    sinkhole = Sinkhole.build(held.sinkhole, held.sinkhole_ttl, held.sinkhole_ipv4, held.sinkhole_ipv6)
    networks = home_networks(held.allowed_networks)
    policies, index = load_policies(state, old, held), load_index(state, old)
    for one in {policies.default, *policies.by_client.values()}:
        index.complex_rules.warm(index.mask(one.lists))  # here, beside what runs: patterns take a while to compile
    asked = {blocklist: custom_responses.parse(text) for blocklist, text in policies.answers.items()}
    titles = {slot.blocklist_id: slot.title for slot in index.slots}
    return Snapshot(policies, index, held, sinkhole, networks, answers=asked, titles=titles)


def load_policies(state: Path, old: Snapshot | None, held: Settings = policy.NO_WALL) -> PolicySet:
    """The policies of config.db, else of its last good copy, else those of `old`, else none: everything passes.

    `held`: the settings, by which the wall blocks names.
    """
    for name in ("config.db", "config.db.bak"):
        try:
            connection = db.connect(state / name, read_only=True)
            try:
                return policy.load(connection, held)
            finally:
                connection.close()
        except (sqlite3.Error, db.StoreError) as error:
            log.error("%s cannot be read (%s)", name, error)
        if old is not None:
            return old.policies
    return PolicySet(0, Policy((), ()), {})


def load_index(state: Path, old: Snapshot | None) -> Index:
    """The current index, else the one of `old`, else the previous one, else an empty one."""
    for name in ("current.idx", "previous.idx"):
        try:
            return Index.open(state / "index" / name)
        except CorruptIndex as error:
            log.error("index/%s: %s", name, error)
        if old is not None:
            return old.index
    return Index.empty()
