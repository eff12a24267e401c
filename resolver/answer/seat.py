# SPDX-License-Identifier: GPL-3.0-or-later
"""A seat: what holds for all clients of one policy in a snapshot, and the memo of what they were answered."""

from __future__ import annotations

from collections.abc import Mapping

from blocklists.index.index import Index
from blocklists.index.match import RuleTable
from blocklists.rules.complex_rule import NOBODY, Client
from resolver.answer import local_names
from resolver.answer.home_zone import HomeZone
from resolver.answer.judge import Judgement
from resolver.answer.let_through import LetThrough
from resolver.answer.memo import MemoEntry, MemoSpace, cost
from resolver.answer.safe_search import NOT_SAFE
from resolver.upstream.route import HOUSE, Route
from resolver.upstream.timeouts import SECOND_NS
from store.config.custom_responses import Answer
from wire.response import with_ttls

MEMO_MAX = 20_000  # responses a policy; some 500 bytes each, and a home asks a few thousand names
MEMO_QUERY_MAX = 512  # bytes of a query that is remembered; one with EDNS and a long name takes some 300


class Seat:
    """What holds for the clients of one policy: their rules, their lists as a mask over `index`, and their memo.

    A mask means something with its own index alone, and a query may outlive the snapshot under which it came. Where
    rules of lists look at who asks, `client` stands for all that they see alike. `answer`: their group's. `own_name`:
    the appliance's own. `let_through`: what of all that does not block just now, or none passes; mostly None.
    `safe`: names under safe search, with what is said of them. `canaries`: names that are told no
    (`resolver.answer.local_names`). `home`: what all seats of a snapshot know of the home's names, its `tops` and
    `near` for the short look; `route`: whose servers answer.
    """

    __slots__ = (
        "answer", "canaries", "client", "home", "index", "let_through", "mask", "memo", "near", "own_name", "refused",
        "route", "rules", "safe", "space", "tops",
    )  # fmt: skip

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
        let_through: LetThrough | None = None,
        safe: Mapping[str, Judgement] = NOT_SAFE,
        canaries: frozenset[str] = local_names.CANARIES,
        home: HomeZone | None = None,
        route: Route = HOUSE,
    ) -> None:
        self.rules, self.index, self.mask, self.refused = rules, index, mask, refused
        self.client, self.answer, self.own_name, self.let_through = client, answer, own_name, let_through
        self.safe, self.canaries, self.route = safe, canaries, route
        self.home = home or HomeZone(own_name)
        self.tops, self.near = self.home.tops, self.home.near
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
            self.space.used -= sum(map(cost, self.memo, self.memo.values()))
            self.memo.clear()
        before = self.memo.pop(query, None)
        self.space.used -= cost(query, before) if before else 0
        self.space.take(cost(query, entry))
        self.memo[query] = entry

    def renew(self, query: bytes, entry: MemoEntry, now_ns: int) -> MemoEntry | None:
        """The entry with its TTLs as of now, or None when it has had its time: once a second for a name in use."""
        aging = entry[3]
        if aging is None or now_ns >= aging.expires_ns:
            if self.memo.pop(query, None) is not None:
                self.space.used -= cost(query, entry)
            return None
        age = (now_ns - aging.stored_ns) // SECOND_NS
        until_ns = min(aging.stored_ns + (age + 1) * SECOND_NS, aging.expires_ns)
        renewed = (with_ttls(entry[0], aging.ttls, age, start=aging.start), until_ns, entry[2], aging)
        self.memo[query] = renewed
        return renewed
