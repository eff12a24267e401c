# SPDX-License-Identifier: GPL-3.0-or-later
"""What the last update of each list changed that this home uses.

Which rules a version brought stands beside the list (`blocklists.history.rule_dates`); of those that it took away the
query log knows: what the list blocked until then, and neither it nor anything else blocks now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from blocklists.explain import lines
from blocklists.history import rule_dates
from blocklists.history.rule_dates import Dates
from blocklists.index.index import Index
from evidence.whatif import question, throwaway_state
from evidence.whatif.list_worth import without_lists
from evidence.whatif.logged_rows import LoggedRows, Outcome
from evidence.whatif.policy_copy import BEFORE
from evidence.whatif.replay import MAX_JUDGED, SECOND_US, Progress
from evidence.whatif.sides import NOBODY, PolicySide, blocks, judged, view_of
from evidence.whatif.update_values import UpdatedName, UpdateEffect, UpdateEffects
from resolver.answer.decide import View
from store.base import db
from store.config import list_status
from store.config.choices import SHIPPED
from store.log.querylog import log_errors
from store.log.records import Verdict

MAX_NAMES = 100  # of a list, in each direction
SLACK_SECONDS = 60  # between the moment that a version is dated by, and the one that its status tells

Versions = Mapping[str, int]
"""Lists that had a new version, and when, Unix seconds."""


def update_effects(
    state: Path, environ: Mapping[str, str], from_us: int, to_us: int, *, scratch: Path | None = None,
    progress: Progress = lambda share: None,
) -> UpdateEffects:  # fmt: skip
    """Of all lists that had a new version in [from_us, to_us). Raises as `question.ask`."""
    with throwaway_state.copied(state, environ, scratch) as (folder, base):
        with closing(db.connect(folder / BEFORE / "config.db", read_only=True)) as con:
            rows = [row for row in list_status.installed(con) if row.on and row.kind not in SHIPPED]
        changed = {row.id: row.status.changed_at or 0 for row in rows}
        changed = {name: at for name, at in changed.items() if from_us <= at * SECOND_US < to_us}
        with question.sides(state, folder, base, base.index) as (log, side, _), log_errors():
            looking = Looking(log, side, base.index, changed, _dates(state, changed))
            looking.run(*question.clipped(log, from_us, to_us), progress)
        effects = [looking.effect(row.id, row.title) for row in rows if row.id in changed]
        ranked = sorted(effects, key=lambda each: (-len(each.blocked) - len(each.freed), each.title.casefold()))
        return UpdateEffects(from_us, to_us, looking.queries, tuple(ranked))


def _dates(state: Path, changed: Versions) -> dict[str, Dates]:
    return {name: dates for name in changed if (dates := rule_dates.dates_of(state, name)) is not None}


class Looking:
    """One look at the log: names that are blocked by what is new, or are not blocked any more."""

    def __init__(
        self, rows: LoggedRows, side: PolicySide, index: Index, changed: Versions, dates: Mapping[str, Dates]
    ) -> None:
        self._rows, self._side, self._index, self._changed, self._dates = rows, side, index, changed, dates
        self._by: dict[tuple[int, str, int], str] = {}
        self._keep: dict[int, View] = {}
        self.queries = 0
        self.blocked: dict[str, Counter[str]] = {name: Counter() for name in changed}
        self.freed: dict[str, Counter[str]] = {name: Counter() for name in changed}

    def run(self, from_us: int, to_us: int, progress: Progress) -> None:
        """Look at all rows; parts end where a list changed, so that what is before a version is told apart."""
        begin = from_us
        for end in self._edges(from_us, to_us):
            now = self._side.at(begin // SECOND_US)
            for at, groups in self._rows.parts(begin, end):
                names = self._rows.names({name for _, name, _ in groups})
                for (client, number, outcome_id), count in groups.items():
                    self.queries += count
                    if name := names.get(number):
                        view = view_of(now, self._rows.clients.get(client, NOBODY))
                        self._take(view, name, self._rows.outcome(outcome_id), count, begin)
                progress((at - from_us) / max(1, to_us - from_us))
            begin = end

    def effect(self, name: str, title: str) -> UpdateEffect:
        """What its new version changed."""
        blocked, freed = (
            tuple(UpdatedName(each, count) for each, count in names[name].most_common(MAX_NAMES))
            for names in (self.blocked, self.freed)
        )
        return UpdateEffect(name, title, self._changed[name], blocked, freed)

    def _edges(self, from_us: int, to_us: int) -> Iterator[int]:
        versions = sorted(at * SECOND_US for at in self._changed.values())
        at = from_us
        while at < to_us:
            edge = self._side.next_edge(at // SECOND_US)
            later = [to_us, *(version for version in versions if version > at)]
            at = min(later if edge is None or edge * SECOND_US <= at else [*later, edge * SECOND_US])
            yield at

    def _take(self, view: View, name: str, outcome: Outcome, count: int, begin_us: int) -> None:
        if outcome.verdict == Verdict.REFUSE:
            return
        self._keep[id(view.seat)] = view
        key = id(view.seat), name, outcome.qtype
        if key not in self._by:
            if len(self._by) >= MAX_JUDGED:
                self._by.clear()
            judgement = judged(view, name, outcome.qtype)
            self._by[key] = judgement.blocklist if blocks(judgement) else ""
        by = self._by[key]
        if by in self._changed and self._is_new(by, name) and self._passes_without(by, view, name, outcome.qtype):
            self.blocked[by][name] += count
        was = outcome.blocklist if outcome.verdict == Verdict.BLOCK and " through " not in outcome.rule else ""
        before = not by and was in self._changed and begin_us < self._changed[was] * SECOND_US
        if before and self._is_on(view, was) and not self._keys(was, name):
            self.freed[was][name] += count

    def _passes_without(self, blocklist: str, view: View, name: str, qtype: int) -> bool:
        return not blocks(judged(without_lists(view, self._index, {blocklist}), name, qtype))

    def _is_on(self, view: View, blocklist: str) -> bool:
        return bool(view.seat.mask & self._index.mask([(blocklist, None)]))

    def _is_new(self, blocklist: str, name: str) -> bool:
        """Whether all rules by which the list blocks the name came with its last version."""
        dates, at = self._dates.get(blocklist), self._changed[blocklist] - SLACK_SECONDS
        if dates is None:
            return False
        times = [dates.of(keys) for keys in self._keys(blocklist, name)]
        return bool(times) and all(since.exact and since.time >= at for since in times)

    def _keys(self, blocklist: str, name: str) -> list[list[int]]:
        """For each rule of the list that blocks the name, the keys by which it is dated."""
        slots, seed = self._index.slots, self._index.seed
        plain = [
            [rule_dates.name_key(kind, match.name, seed) for kind in lines.kinds_in(slots[match.slot], match)]
            for match in self._index.matching(name)
            if slots[match.slot].blocklist_id == blocklist and not match.allow
        ]
        complex_rules = [
            [rule_dates.text_key(rule.text, seed)] for slot, rule in self._index.complex_rules.matching(name)
            if slots[slot].blocklist_id == blocklist and not rule.allow
        ]  # fmt: skip
        return plain + complex_rules
