# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows that the recorder took since it began, as it says them of itself: by verdict, origin and kind, and how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# Upper ends of the histogram, µs: from an answer out of memory to one that an upstream kept waiting for.
BOUNDS_US = (
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Each row is one in `verdicts`, `origins` and `kinds` by their words, and in one of `durations`: up to each of
    BOUNDS_US, and more. `total_us`: all durations."""

    verdicts: Mapping[str, int] = field(default_factory=dict)
    origins: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    durations: tuple[int, ...] = ()
    total_us: int = 0
