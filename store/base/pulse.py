# SPDX-License-Identifier: GPL-3.0-or-later
"""The pulse of a process: a byte a beat through a pipe, to whoever watches over it and starts it again when it hangs.

    pulse, end = Pulse.begin()     the watcher's, and the descriptor that its child inherits
    take(end)                      in the child; from then on `beat()` is heard
    pulse.hangs(pid, now, limit)   the watcher's look
    ask_renewal()                  in the child: a beat by which the watcher knows that another would do better
    rest()                         in the child: the last beat until the watcher wakes it, and says so here
    sys.exit(ASLEEP)               in the child: there is nothing to do; the watcher starts it again when there is

No file is needed, so a full or broken run directory makes nobody look hung. A process that was stopped by a signal is
seen to be so at once; one that beats no more, after `limit` seconds.
"""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from typing import Protocol

from store.base.signal_wake import SignalWake

STOPPED_SECONDS = 2.0  # a debugger's stop is of another kind, and a shell's comes to the supervisor alone
GAP_SECONDS = 5.0  # a watcher that looked so long ago was itself asleep: what it did not hear proves nothing
ASLEEP = 94  # no signal's, no shell's and no interpreter's
_BYTES, _STAT_BYTES = 65_536, 4096
_BEAT, _RENEW, _REST = b".", b"r", b"z"

_own: list[int] = []


def take(end: int) -> None:
    """Beat on this descriptor from now on."""
    _own[:] = [end]


def beat() -> None:
    """One beat; nothing where nobody listens."""
    for end in _own:
        with suppress(OSError):  # it is full, so it is heard anyway, or the watcher is gone
            os.write(end, _BEAT)


def ask_renewal() -> None:
    """Have the watcher end this process and start another, when it suits all; it need not, so ask again."""
    for end in _own:
        with suppress(OSError):
            os.write(end, _RENEW)


def rest() -> int:
    """Have the watcher expect no beat until it wakes this process; returns the descriptor of the next one, -1: none."""
    for end in _own:
        with suppress(OSError):
            os.write(end, _REST)
    return _own[0] if _own else -1


class Source(Protocol):
    """What is readable once there is something to look at."""

    def fileno(self) -> int: ...


class Wakes(Source, Protocol):
    """What the kernel tells of, and how long it may be waited for: `store.events.config_events.ConfigEvents`."""

    def wait(self, slow: float) -> float: ...

    def heard(self) -> bool: ...


class Keeper(Protocol):
    """Who keeps something going: a turn now and then, and an end."""

    stopping: bool

    def turn(self, now: float) -> None:
        """Look after it; `now` in seconds of a clock that never jumps."""

    def stop(self) -> None:
        """End it."""


def keep_going(
    keeper: Keeper, every_seconds: float | Callable[[], float], events: Wakes | None = None,
    sources: Callable[[], Iterable[Source]] = tuple,
) -> None:  # fmt: skip
    """Turn after turn, each with a beat, until SIGTERM or SIGINT; then its end. For a process's main thread.

    `every_seconds`: how long it may be until the next; `events` and `sources` make it sooner, and so does a child that
    ends or is stopped.
    """

    def stop(*_: object) -> None:
        keeper.stopping = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    signal.signal(signal.SIGCHLD, _woken)
    with closing(SignalWake()) as signals:
        while not _is_over(keeper):
            keeper.turn(time.monotonic())
            beat()
            if not _is_over(keeper):
                seconds = every_seconds() if callable(every_seconds) else every_seconds
                sleep(signals, events, seconds, sources())
    keeper.stop()


def _is_over(keeper: Keeper) -> bool:
    """A signal said so, or its own turn, after which nothing would wake it."""
    return keeper.stopping


def sleep(signals: SignalWake, events: Wakes | None, seconds: float, sources: Iterable[Source] = ()) -> None:
    """Until a signal comes, the kernel or a source tells of something, or it is time for the next look."""
    kernel: list[Wakes] = [] if events is None or events.fileno() < 0 else [events]
    wait = seconds if events is None else events.wait(seconds)
    if wait < seconds:  # there is a look soon anyway, which takes all that is told of by then
        kernel = []
    select.select([signals, *kernel, *sources], [], [], wait)
    signals.heard()
    if events is not None:
        events.heard()


class Pulse:
    """The watcher's end; times are seconds of a clock that never jumps."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.heard = False
        self.asks_renewal = False  # at the last look
        self.rests = False  # whether it said so last, and was not woken since
        self._last: float | None = None
        self._looked: float | None = None
        self._stopped: float | None = None

    @classmethod
    def begin(cls) -> tuple[Pulse, int]:
        """Raises OSError."""
        read_end, write_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        return cls(read_end), write_end

    def hangs(self, pid: int | None, now: float, limit: float) -> bool:
        """Whether it has been stopped for STOPPED_SECONDS, or silent for `limit`, since this was first asked; while it
        rests it may be both, since nothing waits for it."""
        slept = self._looked is None or now - self._looked > GAP_SECONDS
        self._looked = now
        if self._drain() or slept or self._last is None:
            self._last = now
        if pid is None or self.rests or not is_stopped(pid):
            self._stopped = None
        elif self._stopped is None or slept:
            self._stopped = now
        silent = now - self._last > limit and not self.rests
        return silent or (self._stopped is not None and now - self._stopped >= STOPPED_SECONDS)

    def wake(self) -> None:
        """It was told to go on: from the next look on a beat is expected again."""
        self.rests, self._last = False, None

    @property
    def stopped(self) -> bool:
        """Whether a signal had stopped it at the last look: it is soon to be looked at again."""
        return self._stopped is not None

    def close(self) -> None:
        """Give the descriptor back."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def _drain(self) -> bool:
        beats = b""
        with suppress(OSError):
            beats = os.read(self.fd, _BYTES)
        self.asks_renewal = _RENEW in beats
        self.rests = beats.endswith(_REST) if beats else self.rests
        self.heard |= bool(beats)
        return bool(beats)


def _woken(_signum: int, _frame: object) -> None:
    """A handler must be set for a wait to end by the signal."""


def is_stopped(pid: int) -> bool:
    """Whether a signal has stopped it."""
    try:
        fd = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)  # a third of what a file object takes
        try:
            return os.read(fd, _STAT_BYTES).rpartition(b")")[2][1:2] == b"T"
        finally:
            os.close(fd)
    except OSError:
        return False
