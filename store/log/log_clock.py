# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a log has come, by which the clock is judged: one that jumps deletes nothing, and what it wrote wins nothing.

A clock is believed as long as it agrees with what was believed before and the time that has passed since. After a jump
(no battery, a wrong year, a machine that was off) what is believed goes on by passing time alone, until the clock has
kept its course for a week. What was written under a clock that was behind looks old once it is right again: those
times are remembered (`late`), and rows with such a time are as young as the end of that phase. Pure but for
`ClockWatch`; times are µs.
"""

import sqlite3
import time
from dataclasses import astuple, dataclass, replace
from typing import NamedTuple

from store.log.values import AHEAD_US

HOUR_US = 3_600_000_000
SLACK_US = HOUR_US  # summer time and a slow restart are no jump
STEADY_US = 7 * 24 * HOUR_US  # a wrong year is noticed sooner: certificates fail, pages show it

SET_SECONDS = 30.0  # more than a network sets it by itself
LEAD_US = 600_000_000  # workers start before the recorder, which is the first to look
_KEYS = ("clock_believed", "clock_seen", "clock_steady", "clock_late_from", "clock_late_to", "clock_late_at")


class Late(NamedTuple):
    """Times from…to, both included, shown by a clock that was behind, the last time when `at_us` was believed."""

    from_us: int = 0
    to_us: int = -1
    at_us: int = 0

    @property
    def is_none(self) -> bool:
        return self.to_us < self.from_us


@dataclass(frozen=True, slots=True)
class LogClock:
    """`believed_us`: how far time has come; `seen_us`: the clock when it was looked at; `steady_us`: since its jump;
    then the fields of `Late`.
    """

    believed_us: int
    seen_us: int
    steady_us: int = 0
    late_from_us: int = 0
    late_to_us: int = -1
    late_at_us: int = 0

    def after(self, now_us: int, passed_us: int) -> "LogClock":
        """The same once the clock shows `now_us`, `passed_us` later by a clock that never jumps."""
        believed = self.believed_us + passed_us
        if abs(now_us - believed) <= SLACK_US:
            right = self._late_too(self.seen_us, self.seen_us + passed_us) if self._is_behind else self
            return replace(right, believed_us=now_us, seen_us=now_us, steady_us=0)
        jumped = abs(now_us - self.seen_us - passed_us) > SLACK_US
        steady = 0 if jumped else self.steady_us + passed_us
        if steady >= STEADY_US:  # what is late is as young as this clock says, or would stay for ever
            return replace(self._ended(now_us), believed_us=now_us, seen_us=now_us, steady_us=0)
        looked = replace(self, believed_us=believed, seen_us=now_us, steady_us=steady)
        return looked._late_too(now_us - passed_us, now_us) if looked._is_behind else looked

    @property
    def _is_behind(self) -> bool:
        return self.seen_us < self.believed_us - SLACK_US

    def _late_too(self, from_us: int, to_us: int) -> "LogClock":
        """A clock that is behind showed these times as well."""
        from_us, to_us = from_us - LEAD_US, to_us + AHEAD_US
        if not self.late.is_none:
            from_us, to_us = min(from_us, self.late_from_us), max(to_us, self.late_to_us)
        return replace(self, late_from_us=from_us, late_to_us=to_us, late_at_us=self.believed_us)

    def _ended(self, at_us: int) -> "LogClock":
        return self if self.late.is_none else replace(self, late_at_us=at_us)

    @property
    def late(self) -> Late:
        """Which times are late ones."""
        return Late(self.late_from_us, self.late_to_us, self.late_at_us)

    @property
    def oldest_now_us(self) -> int:
        """By this, ages are told: of the clock and what is believed, the earlier."""
        return min(self.believed_us, self.seen_us)

    @property
    def newest_now_us(self) -> int:
        """What is past this is from the future, whichever of the two is right."""
        return max(self.believed_us, self.seen_us) + AHEAD_US


class ClockWatch:
    """Tells when the clock of this machine was set, by more than `seconds`, by the one that never jumps."""

    def __init__(self, seconds: float = SET_SECONDS) -> None:
        self._seconds = seconds
        self._offset = time.time() - time.monotonic()

    def was_set(self) -> bool:
        """Whether it was since the last call."""
        offset = time.time() - time.monotonic()
        jump, self._offset = abs(offset - self._offset), offset
        return jump > self._seconds


def load(con: sqlite3.Connection, now_us: int) -> LogClock:
    """As it was left in the log; of a log without it, its newest row. Raises sqlite3.Error."""
    marks = dict(con.execute("SELECT key, value FROM marks WHERE key LIKE 'clock!_%' ESCAPE '!'"))
    if marks.keys() >= set(_KEYS[:3]):
        return LogClock(*(marks[key] for key in _KEYS if key in marks)).after(now_us, 0)
    newest = con.execute("SELECT max(time_us) FROM records").fetchone()[0]
    return LogClock(now_us if newest is None else newest, now_us).after(now_us, 0)


def save(con: sqlite3.Connection, clock: LogClock) -> None:
    """Leave it in the log, for the recorder after this one. Raises sqlite3.Error."""
    con.executemany("INSERT OR REPLACE INTO marks (key, value) VALUES (?, ?)", zip(_KEYS, astuple(clock), strict=True))
