# SPDX-License-Identifier: GPL-3.0-or-later
"""A moment as the clock on the wall of this machine shows it, for sentences, and whether that clock was ever set.

Pure but for the zone of this process. Machines without a battery start in 1970, or when their image was made.
"""

import time

EARLIEST_S = 1_577_836_800  # 2020-01-01 in Unix seconds: before Telltale was; a clock that shows less was never set


def clock(seconds: float, now: float) -> str:
    """Unix seconds as `21:15`, where that is today; else with its date, `2026-11-30 06:30`."""
    shown, today = time.localtime(seconds), time.localtime(now)
    same_day = (shown.tm_year, shown.tm_yday) == (today.tm_year, today.tm_yday)
    return time.strftime("%H:%M" if same_day else "%Y-%m-%d %H:%M", shown)


def was_ever_set(now_s: int) -> bool:
    """Whether a clock that shows `now_s` (Unix seconds) may be right."""
    return now_s >= EARLIEST_S
