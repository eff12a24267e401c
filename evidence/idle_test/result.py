# SPDX-License-Identifier: GPL-3.0-or-later
"""What a device asked for while it was left alone: the result of an idle test, as it is kept and reported. Pure values.

Each count is one over rows of the view `queries` (evidence.idle_test.count_sql has the statement). A look-up is as
store.sums.lookups says; what became of it is what became of the query that begins it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from store.names.purpose import Kind, Purpose

FORM = 1  # of what is kept; grows when it is made otherwise


@dataclass(frozen=True, slots=True)
class Counts:
    """`answered`: let through, or the home's own, and answered; `failed`: let through, and no answer came.

    What was refused (a zone transfer) is in `queries` and `lookups` alone.
    """

    queries: int = 0
    blocked: int = 0
    answered: int = 0
    failed: int = 0
    lookups: int = 0
    lookups_blocked: int = 0
    lookups_answered: int = 0
    lookups_failed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Counts)))
    def __sub__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, field.name) - getattr(other, field.name) for field in fields(Counts)))


@dataclass(frozen=True, slots=True)
class NameBeat:
    """The name was asked for at least every `period_s`; `jitter`: a share of it; `intervals` of the test were on it."""

    period_s: float
    jitter: float
    confidence: float
    intervals: int


@dataclass(frozen=True, slots=True)
class NameAsked:
    """One name, with what the facts of the test's time said of it.

    `unblocked`: the part of `counts` while blocking was paused for the device; `blocked_by`: titles of lists;
    `times`: seconds after the start at which its look-ups began, the first MAX_TIMES of them.
    """

    name: str
    company: str | None
    product: str | None
    purpose: Purpose
    kind: Kind
    country: str | None
    source: str
    counts: Counts
    unblocked: Counts
    first_us: int
    last_us: int
    beat: NameBeat | None
    blocked_by: tuple[str, ...]
    times: tuple[int, ...]

    @property
    def leaked(self) -> int:
        """Look-ups of tracking that were answered."""
        return self.counts.lookups_answered if self.kind is Kind.TRACKING else 0


@dataclass(frozen=True, slots=True)
class AddressSeen:
    """An address that the device asked from; `new`: it did not have it at the start."""

    address: str
    first_us: int
    queries: int
    new: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be missing. dropped: answered but not recorded, in the whole home; silences: from, to, in which nothing
    was recorded of any device; restarts: when workers began that began in the test; changes: of the home's settings;
    gone: the log had let records of the time go before they were counted; unnamed: queries of which the log keeps no
    name, which count and stand in no list.
    """

    dropped: int = 0
    silences: tuple[tuple[int, int], ...] = ()
    restarts: tuple[int, ...] = ()
    addresses: tuple[AddressSeen, ...] = ()
    changes: int = 0
    gone: bool = False
    unnamed: int = 0


@dataclass(frozen=True, slots=True)
class TestResult:
    """The whole of it. from_us ≤ time < to_us; before `unblocked_us` blocking was paused for the device (None: never).

    `names`: the most asked first; of `names_left_out` more only the sum stands in `counts`. computed_us: when, with the
    facts of `facts_version`. stopped: before the time that was planned.
    """

    test_id: int
    device_id: int
    device: str
    title: str
    from_us: int
    to_us: int
    unblocked_us: int | None
    stopped: bool
    computed_us: int
    facts_version: str
    counts: Counts
    unblocked: Counts
    names: tuple[NameAsked, ...]
    names_left_out: int
    limits: Limits

    @property
    def leaked(self) -> int:
        """Look-ups of tracking that were answered."""
        return sum(name.leaked for name in self.names)

    def of_kind(self, kind: Kind) -> Counts:
        return total(name.counts for name in self.names if name.kind is kind)


def total(counts: Iterable[Counts]) -> Counts:
    """The sum."""
    summed = [0] * len(fields(Counts))
    for each in counts:
        for place, field in enumerate(fields(Counts)):
            summed[place] += getattr(each, field.name)
    return Counts(*summed)
