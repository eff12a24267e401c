# SPDX-License-Identifier: GPL-3.0-or-later
"""A field for a moment, as it was asked for and as a browser takes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from webui.views import formatting, timerange


@dataclass(frozen=True, slots=True)
class TimeInput:
    """What <input type=datetime-local> needs: it knows no zone, so a script shows `at` (UTC) in the browser's and sends
    what was typed with it; without scripts it holds `local`, in the appliance's. Unchanged, `given` is sent again.
    `seconds`: Unix time.
    """

    given: str = ""
    at: str = ""
    local: str = ""
    seconds: float = 0.0


def time_input(text: str, now_us: int) -> TimeInput:
    """The field for a moment as it was asked for; raises a 422 problem for a time that is none."""
    if not text:
        return TimeInput()
    seconds = timerange.moment(text, "from", now_us) / 1_000_000
    try:
        local = datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%dT%H:%M")
        return TimeInput(text, formatting.iso(seconds), local, seconds)
    except (ValueError, OverflowError, OSError):
        return TimeInput(text)  # on the edge of what a calendar has
