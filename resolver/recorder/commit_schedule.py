# SPDX-License-Identifier: GPL-3.0-or-later
"""When the recorder writes: as seldom as can be for the memory card's sake, and at once when somebody might notice.

Pure; times are seconds of a clock that never jumps. In a busy home nobody looks most of the time. Then rows are saved
after `longest`, which is cheap, and committed into the log by the thousand. What a person tries out is to be seen
within two seconds: while somebody looks, every second; and where it is quiet, when a burst begins and when it is over,
as long as there are tokens. Those come slowly, so that a home that is never busy and never quiet does not wear its card
either.
"""

from dataclasses import dataclass
from math import exp

LOOKED_SECONDS = 1.0  # between two commits while somebody looks
MANY_ROWS = 5_000  # these are written at once: a killed recorder loses one message more at most; memory is spared
SILENCE_SECONDS = 10.0  # after this, the first rows are news …
BEGIN_SECONDS = 0.3  # … and are written when a little has been gathered
OVER_SECONDS = 1.2  # without a row, a burst is over; at five a second that happens once in some minutes
TOKENS = 20.0  # quick commits in a row, enough to try things out for some minutes
TOKEN_SECONDS = 300.0  # until the next: some 300 a day at most, 20 MB
BUSY_ROWS, BUSY_SECONDS = 150, 60.0  # with more rows in about a minute it is not quiet: a gap then ends no burst
STAY_SECONDS = 1_800.0  # from the first row to the commit while rows are saved; at five a second MANY_ROWS come first
SAVED_FROM = 30.0  # whoever sets `longest` lower wants to see rows, not only to keep them: each time is a commit


@dataclass(slots=True)
class Pace:
    """Tell it what arrives and what is committed; `due` says when to commit next."""

    _tokens: float = TOKENS
    _counted_at: float = 0.0
    _first_at: float | None = None  # the oldest row that waits
    _last_at: float = -SILENCE_SECONDS  # the newest row
    _news: bool = False
    _committed_at: float = -LOOKED_SECONDS
    _unsaved_at: float | None = None  # the oldest row that is not saved
    _load: float = 0.0  # rows of late, halved in less than BUSY_SECONDS

    def arrived(self, now: float, rows: int = 0) -> None:
        """So many rows have come, together; 0: something else that is to be written."""
        if self._first_at is None:
            self._first_at = now
            self._news = now - self._last_at >= SILENCE_SECONDS
        if self._unsaved_at is None:
            self._unsaved_at = now
        self._load = self._load * exp((self._last_at - now) / BUSY_SECONDS) + rows
        self._last_at = now

    def committed(self, now: float, quick: bool) -> None:
        """All that waited is written, or was tried to be. quick: it was not time for it yet."""
        self._tokens = min(TOKENS, self._tokens + (now - self._counted_at) / TOKEN_SECONDS) - quick
        self._counted_at = now
        self._first_at, self._unsaved_at, self._committed_at = None, None, now

    def saved(self) -> None:
        """All that waits is written where a killed recorder finds it again."""
        self._unsaved_at = None

    def save_due(self, longest: float) -> float | None:
        """When to save, None while nothing waits that is not saved, or where it is committed instead."""
        return None if self._unsaved_at is None or longest < SAVED_FROM else self._unsaved_at + longest

    def due(self, longest: float, rows: int, looked: bool) -> float | None:
        """When to commit, None while nothing waits."""
        if self._first_at is None:
            return None
        if rows >= MANY_ROWS:
            return self._first_at
        due = self._first_at + _stay(longest)
        if looked:
            due = min(due, max(self._first_at, self._committed_at + LOOKED_SECONDS))
        return min(due, self._quick())

    def is_quick(self, now: float, longest: float, rows: int, looked: bool) -> bool:
        """Whether a commit now is one that costs a token."""
        return self._first_at is not None and rows < MANY_ROWS and not looked and now < self._first_at + _stay(longest)

    def _quick(self) -> float:
        assert self._first_at is not None
        if self._news:
            at = self._first_at + BEGIN_SECONDS
        elif self._load < BUSY_ROWS:
            at = self._last_at + OVER_SECONDS
        else:
            return self._first_at + STAY_SECONDS
        missing = 1.0 - self._tokens
        return max(at, self._counted_at + missing * TOKEN_SECONDS)


def _stay(longest: float) -> float:
    return longest if longest < SAVED_FROM else max(longest, STAY_SECONDS)
