# SPDX-License-Identifier: GPL-3.0-or-later
"""What came in since the recorder began, by verdict, origin and kind, and how long it took: for whoever charts it.

Counted as batches come, so that nobody has to read the log for it, and nothing is written earlier than it would be.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter

from blocklists.whose.facts import Facts
from resolver.recorder.remembered_facts import RememberedFacts
from store.base.row_counts import BOUNDS_US, RowCounts
from store.log.batches import Columns
from store.log.records import FAILED, OUTCOME, Origin, Verdict, counted
from store.names.purpose import Kind

_PLACES = {stored.column: place for place, stored in enumerate(OUTCOME)}
_VERDICT, _ORIGIN, _RCODE = _PLACES["verdict"], _PLACES["origin"], _PLACES["rcode"]
_VERDICTS = {**{int(verdict): verdict.name.lower() for verdict in Verdict}, FAILED: "failed"}
_ORIGINS = {int(origin): origin.name.lower() for origin in Origin}


class RowCounter:
    """Counts rows; each is one in `verdicts`, in `origins`, in `kinds` and in one bucket.

    `facts`: as they hold now; whoever asks them, too, finds what was looked up to count.
    """

    def __init__(self, facts: Facts) -> None:
        self.facts = RememberedFacts(facts)
        self._verdicts = dict.fromkeys(_VERDICTS.values(), 0)
        self._origins = dict.fromkeys(_ORIGINS.values(), 0)
        self._kinds = [0] * len(Kind)
        self._buckets = [0] * (len(BOUNDS_US) + 1)
        self._total_us = 0

    def follow(self, facts: Facts) -> None:
        """What comes from here on is of the kinds that these facts say."""
        if facts.version != self.facts.version:
            self.facts = RememberedFacts(facts)

    def forget_names(self) -> None:
        """What is remembered of names is looked up again."""
        self.facts.forget()

    def take(self, batch: Columns) -> None:
        """Count the rows of a batch."""
        of_outcomes = [0] * len(batch.outcomes)
        names, outcome_of, kinds, facts_of = batch.names, batch.outcome_of, self._kinds, self.facts.of
        for key, rows in Counter(batch.key_of).items():
            of_outcomes[outcome_of[key]] += rows
            kinds[facts_of(names[key]).kind] += rows
        for outcome, rows in zip(batch.outcomes, of_outcomes, strict=True):
            verdict = counted(int(outcome[_VERDICT]), int(outcome[_RCODE]))
            self._verdicts[_VERDICTS[verdict]] += rows
            self._origins[_ORIGINS[int(outcome[_ORIGIN])]] += rows
        for duration_us, rows in Counter(batch.durations).items():  # those that were answered together have the same
            self._buckets[bisect_left(BOUNDS_US, duration_us)] += rows
        self._total_us += sum(batch.durations)

    def now(self) -> RowCounts:
        """A copy of all."""
        kinds = {kind.word: self._kinds[kind] for kind in Kind}
        return RowCounts(dict(self._verdicts), dict(self._origins), kinds, tuple(self._buckets), self._total_us)
