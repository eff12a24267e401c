# SPDX-License-Identifier: GPL-3.0-or-later
"""The queries of the past, each judged by today's policy and by the changed one.

Rows that are alike (client, name, type, where the answer led) are judged once; the count is theirs. What a policy
does not decide stays as it was: queries that were refused, and those without a name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from evidence.whatif.logged_rows import Group, LoggedRows, led
from evidence.whatif.sides import NOBODY, NOWHERE, Led, PolicySide, blocks, judged, policy_of, view_of
from evidence.whatif.tallies import Tallies
from resolver.answer.decide import View
from store.log.records import Verdict

SECOND_US = 1_000_000
MAX_JUDGED = 200_000  # judgements that are remembered, some 150 bytes each; a month of a home has half as many
MAX_PAIRS = 1_000  # ways of being seated that are remembered: policies by the sets of schedules that are in force
MAX_NAMES = 100_000  # names that are remembered by their ids

_REFUSED = -1  # the case of rows that no policy had a word on

Progress = Callable[[float], object]
"""Told which share of the range is done, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """How a client is seated on both sides; `alike`: nothing that decides differs between them."""

    number: int
    before: View
    after: View
    alike: bool


@dataclass(slots=True)
class Replay:
    """Both sides have the same index, so that equal policies judge alike. `_pairs` keeps what has a number alive."""

    rows: LoggedRows
    before: PolicySide
    after: PolicySide
    tallies: Tallies
    _judged: dict[tuple[int, int, int], tuple[bool, bool]] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)
    _pairs: dict[tuple[int, int], _Pair] = field(default_factory=dict)
    _cases: list[tuple[int, Led]] = field(default_factory=list)
    _numbers: dict[tuple[int, str], int] = field(default_factory=dict)
    _case_of: dict[int, int] = field(default_factory=dict)

    def run(self, from_us: int, to_us: int, progress: Progress = lambda share: None) -> None:
        """Judge all rows of the range."""
        begin = from_us
        for end in self._edges(from_us, to_us):
            pairs: dict[int, _Pair] = {}
            if len(self._pairs) > MAX_PAIRS:
                self._pairs.clear()
                self._judged.clear()
            for at, groups in self.rows.parts(begin, end):
                self._take(groups, pairs, begin // SECOND_US)
                progress((at - from_us) / (to_us - from_us))
            begin = end

    def _edges(self, from_us: int, to_us: int) -> Iterator[int]:
        """Where a schedule begins or ends, and the end: in between each side has one policy."""
        at = from_us
        while at < to_us:
            edges = (side.next_edge(at // SECOND_US) for side in (self.before, self.after))
            end = min((edge * SECOND_US for edge in edges if edge is not None), default=to_us)
            at = min(end, to_us) if end > at else to_us
            yield at

    def _take(self, groups: Counter[Group], pairs: dict[int, _Pair], now_s: int) -> None:
        """Judge what is alike once, then find who asked for what is judged otherwise."""
        self._learn({name for _, name, _ in groups})
        seats = {client: self._pair(client, pairs, now_s).number for client in {client for client, _, _ in groups}}
        cases = {number: self._case(number) for number in {outcome for _, _, outcome in groups}}
        sums: dict[tuple[int, int, int], int] = {}
        get = sums.get
        for (client, name, outcome), count in groups.items():
            alike = seats[client], name, cases[outcome]
            sums[alike] = get(alike, 0) + count
        by_number = {pair.number: pair for pair in pairs.values()}
        changed = {
            alike: after for alike, count in sums.items()
            if (after := self._counted(by_number[alike[0]], alike, count)) is not None
        }  # fmt: skip
        if not changed:
            return
        clients, note, outcome_of = self.rows.clients.get, self.tallies.note, self.rows.outcome
        for (client, name, outcome), count in groups.items():
            more = changed.get((seats[client], name, cases[outcome]))
            if more is not None:
                note(clients(client, NOBODY), name, count, more=more, answered=outcome_of(outcome).was_answered)

    def _counted(self, pair: _Pair, alike: tuple[int, int, int], count: int) -> bool | None:
        """Count queries that are alike; whether the changed policy blocks them, None where both say the same."""
        tallies, (_, number, case) = self.tallies, alike
        tallies.queries += count
        name = self._names.get(number)
        if name is None:
            tallies.unjudged += count
            return None
        tallies.asked.add(number, count)
        if case == _REFUSED:
            return None
        both = self._judged.get(alike)
        if both is None:
            if len(self._judged) >= MAX_JUDGED:
                self._judged.clear()
            both = self._judged[alike] = self._judge(pair, name, *self._cases[case])
        blocked, blocked_after = both
        if blocked:
            tallies.blocked.add(number, count)
        if blocked_after:
            tallies.blocked_after.add(number, count)
        return None if blocked is blocked_after else blocked_after

    def _judge(self, pair: _Pair, name: str, qtype: int, where: Led) -> tuple[bool, bool]:
        before = blocks(judged(pair.before, name, qtype, where))
        return before, before if pair.alike else blocks(judged(pair.after, name, qtype, where))

    def _pair(self, number: int, pairs: dict[int, _Pair], now_s: int) -> _Pair:
        known = pairs.get(number)
        if known is not None:
            return known
        client = self.rows.clients.get(number, NOBODY)
        before, after = self.before.at(now_s), self.after.at(now_s)
        view, changed = view_of(before, client), view_of(after, client)
        key = id(view.seat), id(changed.seat)
        pair = self._pairs.get(key)
        if pair is None:
            alike = policy_of(before, client) == policy_of(after, client) and view.seat.client == changed.seat.client
            pair = self._pairs[key] = _Pair(len(self._pairs), view, changed, alike)
        pairs[number] = pair
        return pair

    def _case(self, number: int) -> int:
        """The number of what an outcome says that matters to a judgement: the type, and where the answer led."""
        if number not in self._case_of:
            outcome = self.rows.outcome(number)
            where = led(outcome)
            key = outcome.qtype, "" if where is NOWHERE else outcome.rule
            if key not in self._numbers:
                self._numbers[key] = len(self._cases)
                self._cases.append((outcome.qtype, where))
            self._case_of[number] = _REFUSED if outcome.verdict == Verdict.REFUSE else self._numbers[key]
        return self._case_of[number]

    def _learn(self, numbers: set[int]) -> None:
        """Read the names that are not known yet."""
        if len(self._names) > MAX_NAMES:
            self._names.clear()
        self._names.update(self.rows.names(numbers - self._names.keys()))
