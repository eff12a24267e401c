# SPDX-License-Identifier: GPL-3.0-or-later
"""A moment as the clock on the wall of this machine shows it, for sentences. Pure but for the zone of this process."""

import time


def clock(seconds: float, now: float) -> str:
    """Unix seconds as `21:15`, where that is today; else with its date, `2026-11-30 06:30`."""
    shown, today = time.localtime(seconds), time.localtime(now)
    same_day = (shown.tm_year, shown.tm_yday) == (today.tm_year, today.tm_yday)
    return time.strftime("%H:%M" if same_day else "%Y-%m-%d %H:%M", shown)
