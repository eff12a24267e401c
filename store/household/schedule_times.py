# SPDX-License-Identifier: GPL-3.0-or-later
"""Which schedules are in force at a moment. Plain sqlite3: workers read it."""

import sqlite3

from store.base.moments import was_ever_set
from store.household.holding import Holding, earliest_edge
from store.household.week import in_force, next_edge, windows_of


def holding(con: sqlite3.Connection, now_s: int) -> Holding[frozenset[int]]:
    """The ids of the schedules that are in force at `now_s`, Unix seconds.

    None is while the clock was never set: a machine that wakes in 1970 takes nobody's access, until it knows the time.
    """
    if not was_ever_set(now_s):
        return Holding(frozenset())
    schedules = {number: windows_of(text) for number, text in con.execute("SELECT id, windows FROM schedule")}
    now = frozenset(number for number, windows in schedules.items() if in_force(windows, now_s))
    return Holding(now, earliest_edge(next_edge(windows, now_s) for windows in schedules.values()))
