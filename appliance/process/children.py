# SPDX-License-Identifier: GPL-3.0-or-later
"""One child process: started with its sockets, its exits counted, and its restart put off a little longer each time."""

import logging
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from appliance.process import forking, orphans, plain_child
from appliance.process.forking import Forked
from store.base.process_status import ChildState
from store.base.pulse import ASLEEP, Pulse, take

FIRST_DELAY = 0.1
LONGEST_DELAY = 30.0
# A child that has lived this long was sound: its next exit is not held against it. Also the window of the counter.
MINUTE = 60.0
# So many restarts in a minute are reported: something is wrong that a restart does not cure.
RESTARTS_REPORTED = 5
# Restarts remembered: only those of the last minute are asked for, and back-off allows no more than ten in one.
_MAX_RESTARTS_KEPT = 32


@dataclass(frozen=True, slots=True)
class Spec:
    """What to run: role (its name in log and status), the module whose `main(arguments)` it is, descriptors to inherit,
    niceness.

    A worker publishes its status every few seconds and counts as hung when it stops; it is the first to end. One that
    beats counts as hung when its pulse stops (store.base.pulse). One that drains has something left to do when it is
    told to end, and must be able to hear it: see Supervisor. `keep` is called in it and gives up all powers but its
    own, where whoever starts it has any. One that `sleeps` may end with the code ASLEEP, and is then started when
    somebody wakes it (appliance.process.chores, Waker); `quiet`: that it did is worth no line. One that `stands_by`
    is renewed as a matter of course, which is worth none either. `process`: it was started already, at `since`, while
    there were powers to give it, and `pulse` is its.
    """

    role: str
    module: str
    arguments: tuple[str, ...] = ()
    fds: tuple[int, ...] = ()
    nice: int = 0
    worker: bool = False
    drains: bool = False
    beats: bool = False
    sleeps: bool = False
    quiet: bool = False
    stands_by: bool = False
    keep: Callable[[], None] | None = None
    pulse: Pulse | None = None
    process: Forked | None = None
    since: float = 0.0


def numbers(descriptors: Iterable[int]) -> str:
    """Descriptors as a word of `arguments`."""
    return ",".join(map(str, descriptors))


@dataclass(slots=True)
class Backoff:
    """How long to wait before the next start: 0.1 s, doubling to 30 s, from the beginning after a minute of life."""

    delay: float = 0.0
    restarts: deque[float] = field(default_factory=lambda: deque(maxlen=_MAX_RESTARTS_KEPT))

    def ended(self, lived: float, now: float) -> float:
        """Note an exit after `lived` seconds; return the seconds to wait."""
        self.delay = FIRST_DELAY if lived >= MINUTE or not self.delay else min(self.delay * 2, LONGEST_DELAY)
        self.restarts.append(now)
        return self.delay

    def last_minute(self, now: float) -> int:
        """How often it was restarted in the last minute."""
        return sum(1 for moment in self.restarts if now - moment <= MINUTE)


class Child:
    """A child and its life; all times are seconds of time.monotonic()."""

    def __init__(self, spec: Spec, environ: Mapping[str, str]) -> None:
        self.spec = spec
        self.backoff = Backoff()
        self.process = spec.process
        self.compiled = False  # whether the one that ended last had machine code
        self.pulse = spec.pulse
        self.started = spec.since
        self.due = 0.0  # when to start it, while there is no process
        self.wanted_exit = False  # it was asked to end: no back-off, no complaint
        self.asleep = False  # it ended since nobody needed it, and is started by `wake`
        self.renewed = False  # it is to end, and to start again, as a matter of course
        self._environ = environ

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self.process.pid if self.process else None

    @property
    def running(self) -> bool:
        """Whether there is a process (it may have ended since the last `reap`)."""
        return self.process is not None

    def try_to_start(self, now: float, log: logging.Logger, level: int = logging.INFO) -> None:
        """Start the process, told to `log` at that level; where there can be none now, it is due again later."""
        try:
            self.start(now)
        except OSError as error:
            wait = self.failed_to_start(now)
            log.error("%s could not be started (%s); next try in %.1f s", self.spec.role, error.strerror, wait)
        else:
            log.log(level, "%s started as process %s", self.spec.role, self.pid)

    def start(self, now: float) -> None:
        """Start the process. Raises OSError (no memory, too many processes)."""
        supervisor, spec = os.getpid(), self.spec
        pulse, end = Pulse.begin()

        def settle() -> None:
            # Ctrl-C in a terminal goes to the supervisor alone, which ends the children in their order.
            os.setpgid(0, 0)
            if spec.keep is not None:
                spec.keep()
            (orphans.drain_without if spec.drains else orphans.end_with)(supervisor)
            take(end)
            if spec.nice:
                os.nice(spec.nice)

        try:
            fds, again = (*spec.fds, end), plain_child.settle_again(supervisor, end, spec.drains)
            self.process = forking.fork(spec.role, spec.module, spec.arguments, fds, self._environ, settle, again)
        except BaseException:
            pulse.close()
            raise
        finally:
            os.close(end)
        if self.pulse is not None:
            self.pulse.close()
        self.pulse = pulse
        self.started = now
        self.wanted_exit = self.renewed = False

    def reap(self, now: float) -> int | None:
        """The exit code when the process has ended since the last look (negative: the signal), else None."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        self.compiled = self.process.compiled
        self.process = None
        self.asleep = self.spec.sleeps and code == ASLEEP and not self.wanted_exit
        self.due = now if self.wanted_exit or self.asleep else now + self.backoff.ended(now - self.started, now)
        return code

    def wake(self) -> None:
        """It is needed again: its start is due."""
        self.asleep = False

    def failed_to_start(self, now: float) -> float:
        """Note that `start` raised; return the seconds to wait before the next try."""
        wait = self.backoff.ended(0.0, now)
        self.due = now + wait
        return wait

    def send(self, signum: int) -> None:
        """Send a signal, if there is a process to take it."""
        if self.process is not None:
            self.process.send_signal(signum)

    def ask_to_end(self) -> None:
        """SIGTERM; its exit is then no failure. One that is stopped has to go on to hear it."""
        self.wanted_exit = True
        self.send(signal.SIGTERM)
        self.send(signal.SIGCONT)

    def state(self, now: float) -> ChildState:
        """For the status; it fails once it was restarted RESTARTS_REPORTED times within a minute."""
        if self.backoff.last_minute(now) >= RESTARTS_REPORTED:
            return ChildState.FAILING
        if self.asleep:
            return ChildState.ASLEEP
        return ChildState.RUNNING if self.running else ChildState.WAITING


def why(code: int) -> str:
    """An exit code in words: `was killed by SIGKILL`, `ended with code 1`."""
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"
