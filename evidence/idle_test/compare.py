# SPDX-License-Identifier: GPL-3.0-or-later
"""Two tests of a device side by side: what is new, what is gone, which beats changed. Pure.

Tests may be of different lengths, so look-ups are compared by the hour.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from evidence.idle_test.result import NameAsked, NameBeat, TestResult

HOUR_US = 3_600_000_000
BEAT_CHANGED = 0.2  # of the period; less is jitter
TIMES_CHANGED, LEAST_CHANGED = 2.0, 5  # look-ups by the hour: so many times as many or as few, and so many in one test


@dataclass(frozen=True, slots=True)
class Changed:
    """A name that both have. per_hour: look-ups. `beat`: whether its beat is another; `reached`: whether it was blocked
    in one and answered in the other."""

    name: str
    before: NameAsked
    after: NameAsked
    before_per_hour: float
    after_per_hour: float
    beat: bool
    reached: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Names that only the later one has, only the earlier one has, and that changed; companies the same way."""

    before: TestResult
    after: TestResult
    new: tuple[NameAsked, ...]
    gone: tuple[NameAsked, ...]
    changed: tuple[Changed, ...]
    same: int
    new_companies: tuple[str, ...]
    gone_companies: tuple[str, ...]


def compare(first: TestResult, second: TestResult) -> Comparison:
    """In whichever order they are given: the earlier test is `before`."""
    before, after = sorted((first, second), key=lambda result: (result.from_us, result.test_id))
    were, are = ({name.name: name for name in result.names} for result in (before, after))
    both = [_changed(before, after, were[name], are[name]) for name in are if name in were]
    changed = [each for each in both if each is not None]
    return Comparison(
        before, after, tuple(are[name] for name in are if name not in were),
        tuple(were[name] for name in were if name not in are), tuple(changed), len(both) - len(changed),
        _only(after.names, before.names), _only(before.names, after.names),
    )  # fmt: skip


def hours(result: TestResult) -> float:
    return (result.to_us - result.from_us) / HOUR_US


def _changed(before: TestResult, after: TestResult, was: NameAsked, is_: NameAsked) -> Changed | None:
    """None: the name is asked for as it was."""
    rates = was.counts.lookups / hours(before), is_.counts.lookups / hours(after)
    often = max(was.counts.lookups, is_.counts.lookups) >= LEAST_CHANGED
    rated = often and max(rates) >= TIMES_CHANGED * min(rates)
    beat, reached = _beat_changed(was.beat, is_.beat), _reached(was) != _reached(is_)
    return Changed(is_.name, was, is_, *rates, beat, reached) if beat or reached or rated else None


def _beat_changed(was: NameBeat | None, is_: NameBeat | None) -> bool:
    if was is None or is_ is None:
        return was is not is_
    return abs(is_.period_s - was.period_s) > BEAT_CHANGED * was.period_s


def _reached(name: NameAsked) -> bool:
    return name.counts.answered > 0


def _only(names: Iterable[NameAsked], others: Iterable[NameAsked]) -> tuple[str, ...]:
    """Companies of the ones that none of the others are of."""
    known = {name.company for name in others}
    return tuple(dict.fromkeys(name.company for name in names if name.company and name.company not in known))
