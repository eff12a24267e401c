# SPDX-License-Identifier: GPL-3.0-or-later
"""One idle test: which device, when, with blocking or without; and what is asked for when one is begun. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from store.base.sentences import say

MINUTE_US = 60_000_000
MAX_MINUTES = 24 * 60  # whoever leaves a device alone for longer wants findings, not a test
MAX_TITLE = 100


class Blocking(StrEnum):
    """What blocking does in a test: `on` as always; `off`: paused for the device; `halves`: first off, then on."""

    ON = "on"
    OFF = "off"
    HALVES = "halves"


class BadTest(Exception):  # noqa: N818 - said as it is
    """A test that cannot be begun; the text is a sentence that says why."""


class NoTest(LookupError):  # noqa: N818
    """There is none with that number."""


@dataclass(frozen=True, slots=True)
class NewTest:
    """What is asked for: the device with what it is called, a title or "", the length, and who may have asked."""

    device_id: int
    device: str
    minutes: int
    title: str = ""
    blocking: Blocking = Blocking.ON
    own: bool = False
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IdleTest:
    """A test. from_us ≤ time < to_us is its time, and before `unblocked_us` blocking was paused for the device.

    `own`: begun at the device itself, without a log-in; `addresses`: that the device had at the start; `settled`:
    its result is kept.
    """

    id: int
    device_id: int
    device: str
    title: str
    from_us: int
    to_us: int
    unblocked_us: int | None
    pause_id: int | None
    stopped: bool
    own: bool
    addresses: tuple[str, ...]
    settled: bool

    def running(self, now_us: int) -> bool:
        return now_us < self.to_us

    @property
    def blocking(self) -> Blocking:
        if self.unblocked_us is None:
            return Blocking.ON
        return Blocking.HALVES if self.unblocked_us < self.to_us else Blocking.OFF


def checked(new: NewTest) -> NewTest:
    """The same with its title tidied. Raises BadTest for a length or a title that is none."""
    title = " ".join(new.title.split())
    if not 1 <= new.minutes <= MAX_MINUTES:
        raise BadTest(say("A test takes 1 to {most:,} minutes.", most=MAX_MINUTES))
    if len(title) > MAX_TITLE or not title.isprintable():
        raise BadTest(say("A title has {most} characters at most, and no control characters.", most=MAX_TITLE))
    return NewTest(new.device_id, new.device, new.minutes, title, new.blocking, new.own, new.addresses)
