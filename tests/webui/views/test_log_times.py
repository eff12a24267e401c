# SPDX-License-Identifier: GPL-3.0-or-later
"""Last night is the one that is over, or goes on; in the appliance's zone."""

import time
from datetime import datetime

import pytest

from webui.views import log_times


def us(*parts: int) -> int:
    return int(datetime(*parts).timestamp()) * 1_000_000  # type: ignore[arg-type]  # naive on purpose: as local time


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York"])
def test_last_night_from_two_to_four(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        last = (us(2026, 11, 29, 2), us(2026, 11, 29, 4))
        assert log_times.span("night", us(2026, 11, 29, 10)) == last
        assert log_times.span("night", us(2026, 11, 29, 4)) == last
        assert log_times.span("night", us(2026, 11, 29, 3, 59)) == (us(2026, 11, 28, 2), us(2026, 11, 28, 4))
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_others_are_those_of_all_pages() -> None:
    now = us(2026, 11, 29, 10)
    from_us, to_us = log_times.span("7d", now)
    assert from_us < now - 6 * 86_400_000_000 and to_us >= now
    with pytest.raises(KeyError):
        log_times.span("ever", now)
