# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds at a moment, and until when: what schedules, pauses and the like say of one look at the clock. Pure.

Each of them is a function `holding(con, now_s) -> Holding[…]`, with what holds at `now_s` (Unix seconds) as its value,
and the next moment at which time alone changes that. `store.household.policy.load` asks them all at one moment, and
takes the earliest edge: a worker then looks again, and no query ever looks at a clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Holding(Generic[T]):
    """`next_edge_s`: Unix seconds, later than the moment that was asked for; None: time alone changes nothing."""

    value: T
    next_edge_s: int | None = None


def earliest_edge(edges: Iterable[int | None]) -> int | None:
    """The first of several edges; None where none comes."""
    return min((edge for edge in edges if edge is not None), default=None)
