# SPDX-License-Identifier: GPL-3.0-or-later
import time

from store.base.moments import clock


def test_a_time_of_today_needs_no_date() -> None:
    evening = time.mktime((2026, 11, 29, 21, 15, 0, 0, 0, -1))
    assert clock(evening, evening - 3600) == "21:15"
    assert clock(evening + 9 * 3600, evening) == "2026-11-30 06:15"
    assert clock(evening, time.mktime((2025, 11, 29, 12, 0, 0, 0, 0, -1))) == "2026-11-29 21:15"
