# SPDX-License-Identifier: GPL-3.0-or-later
"""What came in since the recorder began, by verdict, origin and kind, and how long it took: for whoever charts it.

Counted as batches come, so that nobody has to read the log for it, and nothing is written earlier than it would be.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from functools import partial

from blocklists.whose.facts import Facts
from store.base.row_counts import BOUNDS_US, RowCounts
from store.log.batches import Columns
from store.log.records import FAILED, OUTCOME, Origin, Verdict, counted
from store.names.purpose import Kind

MAX_NAMES = 8_192  # whose kinds are remembered, some 150 bytes each; then they are looked up again

_PLACES = {stored.column: place for place, stored in enumerate(OUTCOME)}
_VERDICT, _ORIGIN, _RCODE = _PLACES["verdict"], _PLACES["origin"], _PLACES["rcode"]
_VERDICTS = {**{int(verdict): verdict.name.lower() for verdict in Verdict}, FAILED: "failed"}
_ORIGINS = {int(origin): origin.name.lower() for origin in Origin}
_bucket: Callable[[int], int] = partial(bisect_left, BOUNDS_US)


class RowCounter:
    """Counts rows; each is one in `verdicts`, in `origins`, in `kinds` and in one bucket."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._verdicts = dict.fromkeys(_VERDICTS.values(), 0)
        self._origins = dict.fromkeys(_ORIGINS.values(), 0)
        self._kinds = {kind.word: 0 for kind in Kind}
        self._buckets = [0] * (len(BOUNDS_US) + 1)
        self._total_us = 0
        self._kind_of: dict[str, str] = {}

    def follow(self, facts: Facts) -> None:
        """What comes from here on is of the kinds that these facts say."""
        if facts.version != self.facts.version:
            self._kind_of.clear()
        self.facts = facts

    def forget_names(self) -> None:
        """Whose kinds are remembered; they are looked up again."""
        self._kind_of = {}

    def take(self, batch: Columns) -> None:
        """Count the rows of a batch."""
        if len(self._kind_of) > MAX_NAMES:
            self._kind_of.clear()
        for key, rows in Counter(batch.key_of).items():
            outcome = batch.outcomes[batch.outcome_of[key]]
            verdict = counted(int(outcome[_VERDICT]), int(outcome[_RCODE]))
            self._verdicts[_VERDICTS[verdict]] += rows
            self._origins[_ORIGINS[int(outcome[_ORIGIN])]] += rows
            self._kinds[self._kind(batch.names[key])] += rows
        for bucket, rows in Counter(map(_bucket, batch.durations)).items():
            self._buckets[bucket] += rows
        self._total_us += sum(batch.durations)

    def now(self) -> RowCounts:
        """A copy of all."""
        return RowCounts(dict(self._verdicts), dict(self._origins), dict(self._kinds), tuple(self._buckets),
                         self._total_us)  # fmt: skip

    def _kind(self, name: str) -> str:
        kind = self._kind_of.get(name)
        if kind is None:
            kind = self._kind_of[name] = self.facts.of(name).kind.word
        return kind
