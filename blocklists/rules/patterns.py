# SPDX-License-Identifier: GPL-3.0-or-later
"""Regular expressions over names, many at a time. `linear_patterns` of store says which may be kept; RE2 runs them."""

from collections.abc import Sequence
from typing import Any

from blocklists.rules import reasons
from store.names import name_patterns
from store.names.linear_patterns import MAX_STEPS, available, library, options, steps

# Steps of all patterns of one list together; 10,000 as real lists have them come to some 300,000.
MAX_ALL_STEPS = 1_000_000
# Steps of the patterns that are tried on one name: a few milliseconds. Most names share no literal part with a pattern
# and none is tried; a list built to have thousands tried at once gets no further than this.
MAX_TRIED_STEPS = 8_000
# What trying one costs however small it is, in steps.
TRY_STEPS = 25


def refusal(pattern: str) -> str | None:
    """Return the reason why a list's pattern cannot be held, or None when it can."""
    if not available():
        return reasons.REGEX_MISSING
    if not 0 < steps(pattern) <= MAX_STEPS:
        return reasons.REGEX_UNHELD
    return None if name_patterns.matches_some_name(pattern) else reasons.UNMATCHED


def always_tried(pattern: str) -> bool:
    """Whether a pattern has no literal part that a name could lack, so that it is tried on every name."""
    filter_ = _filter()
    if filter_ is None:
        return False
    filter_.Add(pattern, options())
    filter_.Compile()
    return bool(filter_.Match("", potential=True))


class PatternSet:
    """Patterns searched for together; a number stands for its place among them.

    RE2's filter looks for the literal parts of all of them in one pass, and only those whose parts are there are
    tried, the smaller ones first, up to `MAX_TRIED_STEPS`.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        """Compile; a pattern that does not compile (by another version of RE2) holds for no name."""
        self._numbers: list[int] = []
        self._filter = _filter(len(patterns))
        self._steps: list[int] = []
        for number, pattern in enumerate(patterns if self._filter else ()):
            try:
                self._filter.Add(pattern, options())
            except library().error:
                continue
            self._numbers.append(number)
            self._steps.append(int(self._filter.re(len(self._steps)).programsize) + TRY_STEPS)
        if self._numbers:
            self._filter.Compile()

    def __len__(self) -> int:
        return len(self._numbers)

    def match(self, name: str) -> list[int]:
        """Return the numbers of the patterns that are found in `name`, in order."""
        if not self._numbers:
            return []
        potential = self._filter.Match(name, potential=True) or ()
        if sum(map(self._steps.__getitem__, potential)) <= MAX_TRIED_STEPS:
            hits = (self._filter.Match(name) or ()) if potential else ()
        else:
            hits = self._bounded(name, potential)
        return sorted(map(self._numbers.__getitem__, hits))

    def _bounded(self, name: str, potential: Sequence[int]) -> list[int]:
        """Try as many as the bound allows."""
        hits, left = [], MAX_TRIED_STEPS
        for at in sorted(potential, key=self._steps.__getitem__):
            left -= self._steps[at]
            if left < 0:
                break
            if self._filter.re(at).search(name):
                hits.append(at)
        return hits


def _filter(patterns: int = 1) -> Any:
    """An empty filter of RE2's; None without RE2, and for no pattern at all."""
    return library().Filter() if patterns and available() else None
