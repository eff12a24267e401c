# SPDX-License-Identifier: GPL-3.0-or-later
from evidence.findings import silent_devices
from evidence.findings.silent_devices import BEFORE_US, QUIET_US, USUAL_HOURS, Silent

NOW = 10 * BEFORE_US
PHONE, TV, AWAY = "aa:00:00:00:00:01", "aa:00:00:00:00:02", "aa:00:00:00:00:03"
DEVICES = {PHONE: 1, TV: 2, AWAY: 3}


def test_up_and_silent_for_an_hour() -> None:
    seen = {1: (0, NOW - QUIET_US), 2: (0, NOW - QUIET_US + 1), 3: (0, NOW - QUIET_US)}
    assert silent_devices.quiet([PHONE, TV, "ff:ff:ff:ff:ff:ff"], DEVICES, seen, NOW) == {1: NOW - QUIET_US}


def test_what_never_asked_or_was_away_is_not_silent() -> None:
    assert silent_devices.quiet([PHONE, TV], DEVICES, {1: (0, NOW - BEFORE_US)}, NOW) == {}


def test_silence_that_is_a_habit_does_not_count() -> None:
    last = {1: NOW - QUIET_US, 2: NOW - 2 * QUIET_US, 3: NOW - QUIET_US}
    assert silent_devices.judged(last, {1: USUAL_HOURS, 2: USUAL_HOURS + 1, 3: USUAL_HOURS - 1}) == [
        Silent(2, NOW - 2 * QUIET_US, USUAL_HOURS + 1),
        Silent(1, NOW - QUIET_US, USUAL_HOURS),
    ]
