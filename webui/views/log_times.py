# SPDX-License-Identifier: GPL-3.0-or-later
"""The stretches of time that the query log offers by a word, beside those of one's own. Pure, given the time."""

from __future__ import annotations

from datetime import datetime, timedelta

from store.base.sentences import say
from webui.views import ranges

NIGHT = "night"
_NIGHT_FROM, _NIGHT_TO = 2, 4
_CHOICES = {choice.key: choice for choice in ranges.CHOICES}
TITLES: dict[str, str] = {**{key: choice.title for key, choice in _CHOICES.items()}, NIGHT: say("Last night, 2 to 4")}
WORDS: dict[str, str] = {**{key: choice.words for key, choice in _CHOICES.items()}, NIGHT: say("last night, 2 to 4")}


def span(key: str, now_us: int) -> tuple[int, int]:
    """From and to in µs of one of `TITLES`; the night is that of the appliance's zone. KeyError for any other."""
    if key == NIGHT:
        return _night(now_us)
    if key not in _CHOICES:
        raise KeyError(key)
    stretch = ranges.find(key, now_us / 1_000_000)
    return stretch.from_us, stretch.to_us


def _night(now_us: int) -> tuple[int, int]:
    """From two to four this morning, or of the day before where it is not yet four."""
    # Naive on purpose: as local time, so that it is right on the days when the clocks change too.
    now = datetime.fromtimestamp(now_us / 1_000_000)
    day = now if now.hour >= _NIGHT_TO else now - timedelta(days=1)
    edges = (day.replace(hour=hour, minute=0, second=0, microsecond=0) for hour in (_NIGHT_FROM, _NIGHT_TO))
    from_us, to_us = (int(edge.timestamp()) * 1_000_000 for edge in edges)
    return from_us, to_us
