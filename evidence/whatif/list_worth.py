# SPDX-License-Identifier: GPL-3.0-or-later
"""What each list is worth: hits, what it alone blocks, what it shares, false alarms; which lists may go.

Which lists would block a query is found by asking the resolver's decision again and again, each time without the list
that decided before, until the query passes or something else than a list blocks it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import closing
from pathlib import Path

from blocklists.index.index import Index
from blocklists.index.match import RuleTable
from evidence.whatif import question, throwaway_state
from evidence.whatif.logged_rows import LoggedRows, Outcome, led
from evidence.whatif.policy_copy import BEFORE
from evidence.whatif.replay import MAX_JUDGED, SECOND_US, Progress
from evidence.whatif.sides import NOBODY, Led, PolicySide, blocks, judged, view_of
from evidence.whatif.worth_values import ListWorth, Shared, Worth, lose_nothing
from resolver.answer.decide import View
from resolver.answer.judge import HOME
from resolver.answer.let_through import EXCEPTION
from resolver.answer.seat import Seat
from store.base import db
from store.log.querylog import log_errors
from store.log.records import Verdict

MAX_HOLDERS = 12  # lists that are looked for behind one query; a name that more hold is safe with any of them
MAX_ALARMS = 20  # names of false alarms that a list shows
MAX_SHARED = 5

Held = tuple[frozenset[str], bool]
"""The lists that would block a query, and whether it would be blocked without all of them."""


def worth(
    state: Path, environ: Mapping[str, str], from_us: int, to_us: int, *, scratch: Path | None = None,
    progress: Progress = lambda share: None,
) -> Worth:  # fmt: skip
    """What each list that is on was worth in [from_us, to_us). Raises as `question.ask`."""
    with (
        throwaway_state.copied(state, environ, scratch) as (folder, base),
        question.sides(state, folder, base, base.index) as (rows, side, _),
        log_errors(),
    ):
        counting = Counting(rows, side, base.index)
        begin, end = question.clipped(rows, from_us, to_us)
        counting.run(begin, end, progress)
        with closing(db.connect(folder / BEFORE / "config.db", read_only=True)) as con:
            counting.alarm_of_rules([name for (name,) in con.execute(_ALLOWED)], base.policies.default.lists)
        return counting.worth(from_us, to_us, {name for name, _ in base.policies.lists})


_ALLOWED = """SELECT name FROM rule
              WHERE kind = 'allow' AND form = 'name' AND "on" AND coalesce(until > unixepoch(), 1)"""


class Counting:
    """The counts of one look at the log."""

    def __init__(self, rows: LoggedRows, side: PolicySide, index: Index) -> None:
        self._rows, self._side, self._index = rows, side, index
        self._known = {slot.blocklist_id for slot in index.slots}
        self._views: dict[tuple[int, frozenset[str]], View] = {}
        self._judged: dict[tuple[int, str, int, str], Held | None] = {}
        self._keep: dict[int, View] = {}
        self.queries = self.blocked = 0
        self.held: Counter[frozenset[str]] = Counter()  # of what nothing but lists blocks
        self.blocks: Counter[str] = Counter()
        self.unique: Counter[str] = Counter()
        self.shared: Counter[tuple[str, str]] = Counter()
        self.hits: Counter[str] = Counter()
        self.rules: dict[str, set[str]] = {}
        self.alarms: dict[str, dict[str, None]] = {}

    def run(self, from_us: int, to_us: int, progress: Progress) -> None:
        """Judge all rows of the range."""
        begin = from_us
        while begin < to_us:
            edge = self._side.next_edge(begin // SECOND_US)
            end = to_us if edge is None else min(to_us, max(edge * SECOND_US, begin + 1))
            now = self._side.at(begin // SECOND_US)
            for at, groups in self._rows.parts(begin, end):
                names = self._rows.names({name for _, name, _ in groups})
                for (client, number, outcome_id), count in groups.items():
                    outcome = self._rows.outcome(outcome_id)
                    self._hit(outcome, count)
                    self.queries += count
                    name = names.get(number)
                    if name is not None and outcome.verdict != Verdict.REFUSE:
                        view = view_of(now, self._rows.clients.get(client, NOBODY))
                        self._take(view, name, outcome, count)
                progress((at - from_us) / (to_us - from_us))
            begin = end

    def alarm_of_rules(self, names: list[str], lists: tuple[tuple[str, str | None], ...]) -> None:
        """Names that rules of the home let through, whether they were asked for or not."""
        view = View(Seat(RuleTable(), self._index, self._index.mask(lists)), "")
        for name in names:
            self._alarm(view, name, 1)

    def worth(self, from_us: int, to_us: int, on: set[str]) -> Worth:
        lists = [self._list(name) for name in sorted(on & self._known)]
        ranked = sorted(lists, key=lambda each: (-each.unique, -each.blocks, -each.hits, each.title.casefold()))
        blocking = {each.id for each in lists if not each.allow}
        gone = lose_nothing(dict(self.held), dict(self.unique), blocking)
        return Worth(from_us, to_us, self.queries, self.blocked, tuple(ranked), gone)

    def _list(self, name: str) -> ListWorth:
        slot = next(slot for slot in self._index.slots if slot.blocklist_id == name)
        shared = Counter({other: count for (of, other), count in self.shared.items() if of == name})
        overlap = tuple(Shared(other, count) for other, count in shared.most_common(MAX_SHARED))
        size = self._index.count(name)
        return ListWorth(
            name, slot.title, slot.allow, self.hits[name], self.blocks[name], self.unique[name], overlap,
            tuple(self.alarms.get(name, {}))[:MAX_ALARMS], size, max(0, size - len(self.rules.get(name, ()))),
        )  # fmt: skip

    def _hit(self, outcome: Outcome, count: int) -> None:
        if outcome.blocklist in self._known and outcome.verdict in (Verdict.BLOCK, Verdict.ALLOW):
            self.hits[outcome.blocklist] += count
            self.rules.setdefault(outcome.blocklist, set()).add(outcome.rule.partition(" through ")[0])

    def _take(self, view: View, name: str, outcome: Outcome, count: int) -> None:
        where = led(outcome)
        self._keep[id(view.seat)] = view
        key = id(view.seat), name, outcome.qtype, outcome.rule if where.response or where.rebound else ""
        if key not in self._judged:
            if len(self._judged) >= MAX_JUDGED:
                self._judged.clear()
            self._judged[key] = self._holders(view, name, outcome.qtype, where)
        holders = self._judged[key]
        if holders is not None:
            self._count(*holders, count)
        if outcome.verdict == Verdict.ALLOW and outcome.blocklist in (HOME, EXCEPTION):
            self._alarm(view, name, outcome.qtype)

    def _count(self, holders: frozenset[str], anyway: bool, count: int) -> None:
        self.blocked += count
        for name in holders:
            self.blocks[name] += count
            for other in holders - {name}:
                self.shared[name, other] += count
        if not anyway:
            self.held[holders] += count
            if len(holders) == 1:
                self.unique[next(iter(holders))] += count

    def _holders(self, view: View, name: str, qtype: int, where: Led) -> Held | None:
        """None: nothing blocks it."""
        without: set[str] = set()
        for blocklist in self._deciding(view, name, qtype, where, without):
            if blocklist not in self._known:  # a rule of the home, a schedule, safe search, rebinding protection
                return frozenset(without), True
            without.add(blocklist)
        return (frozenset(without), len(without) >= MAX_HOLDERS) if without else None

    def _deciding(self, view: View, name: str, qtype: int, where: Led, without: set[str]) -> Iterator[str]:
        """What blocks it, each time without the lists that `without` holds by then."""
        while len(without) < MAX_HOLDERS:
            judgement = judged(self._without(view, frozenset(without)), name, qtype, where)
            if not blocks(judgement):
                return
            yield judgement.blocklist

    def _without(self, view: View, lists: frozenset[str]) -> View:
        seat = view.seat
        if not lists or seat.let_through is not None:
            return view
        key = id(seat), lists
        if key not in self._views:
            self._views[key] = without_lists(view, self._index, lists)
        return self._views[key]

    def _alarm(self, view: View, name: str, qtype: int) -> None:
        """Note which lists would block a name that people let through."""
        seat = view.seat
        bare = View(Seat(RuleTable(), seat.index, seat.mask, client=seat.client, home=seat.home), view.client)
        without: set[str] = set()
        for blocklist in self._deciding(bare, name, qtype, Led(), without):
            if blocklist not in self._known:
                return
            without.add(blocklist)
            self.alarms.setdefault(blocklist, {})[name] = None


def without_lists(view: View, index: Index, lists: AbstractSet[str]) -> View:
    """The same seat with these lists off; where a schedule takes all access, as it is."""
    seat = view.seat
    if seat.let_through is not None:
        return view
    gone = index.mask((slot.blocklist_id, slot.level) for slot in index.slots if slot.blocklist_id in lists)
    return view._replace(seat=Seat(
        seat.rules, seat.index, seat.mask & ~gone, client=seat.client, answer=seat.answer, own_name=seat.own_name,
        safe=seat.safe, canaries=seat.canaries, home=seat.home, route=seat.route,
    ))  # fmt: skip
