# SPDX-License-Identifier: GPL-3.0-or-later
"""What starts the processes that need powers, while they are wanted: the firewall's, and the keeper of DHCP.

The supervisor gives up every power at its start and could not hand one to a process that it starts later. So it starts
this small one before that, which keeps what those two need, and touches neither kernel nor network itself. It starts
each of them, with its own powers alone, once config.db wants it, again when it dies or hangs, and ends it when it is
wanted no more. While the wall and DHCP are off there is nobody but this one, and it sleeps, as a shell
(keepalive_sleep), until the supervisor wakes it. Settings are read by a fork that ends: whatever a process touches of
the memory that it shares with all others becomes its own.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from appliance.powers.keepalive_sleep import fall_asleep
from appliance.process import privilege
from appliance.process.children import Child, Spec, why
from appliance.process.heartbeat import Heartbeats
from blocklists.update import forked_job
from dhcp.dhcp_wanted import question_folder
from dhcp.dhcp_wanted import wanted as dhcp_wanted
from firewall.firewall_wanted import wanted as firewall_wanted
from store.base import logs, status
from store.base.argv import argued
from store.base.pulse import keep_going
from store.config import usable_settings
from store.events.config_events import ConfigEvents
from store.events.config_marks import ConfigMarks

# Edits, questions, and the end or the stop of a child are told by the kernel; these are the looks behind that.
STOPPED_SECONDS = 0.5  # while a child is stopped, or asked to end
WATCH_SECONDS = 4.0  # while one runs: it may hang; less than what `store.base.pulse` takes for a watcher's sleep
REST_SECONDS = 4.0  # while none does
AGAIN_SECONDS = 0.5  # between two readings of the settings, while there is one edit after the other
STOP_SECONDS = 5.0
# Who has had a look for other DHCP servers mostly turns it on then: the keeper that looked need not look again.
LINGER_SECONDS = 10.0
SLEEPY_SECONDS = 10.0  # with nothing wanted and nobody there, before it sleeps: to wake takes a part of a second

ROLE = "keepalive"
MODULE = "appliance.powers.keepalive"

log = logging.getLogger("telltale.keepalive")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the settings say of the two; nothing is wanted of what they were never read of."""

    wall: str = "off"
    dhcp: str = "off"


@dataclass(slots=True)
class Kept:
    """A child, and when there is to be one; it may stay for `linger` seconds longer."""

    child: Child
    wanted: Callable[[Chosen], bool]
    linger: float = 0.0
    is_wanted: bool = False
    last_wanted: float = float("-inf")
    asked_to_end: float | None = None


class Keepalive:
    """Looks after each child in turn; times are seconds of a clock that never jumps. `sleep` is called when there is
    nothing to do any more; it returns only where there is no way to sleep (OSError)."""

    def __init__(
        self, state: Path, run: Path, environ: Mapping[str, str], kept: Sequence[Kept],
        sleep: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        self.stopping = False
        self._sleep = sleep
        self._busy_at: float | None = None  # when something was wanted last, or it began
        self._state, self._environ, self._kept = state, environ, tuple(kept)
        self._heartbeats = Heartbeats(run)
        self._marks = ConfigMarks(state)
        self._chosen: Chosen | None = None
        self._fault = ""
        self._not_before = float("-inf")
        self._to_read = True  # whether they may be others by now; while none can be read, those before hold

    def turn(self, now: float) -> None:
        """One look: start what is to run, end what is not, note what died."""
        self._to_read |= self._marks.changed()
        if self._to_read and now >= self._not_before:
            self._not_before = now + AGAIN_SECONDS  # whoever is forked to read wakes this one by its end
            if (chosen := self._read()) is not None:
                self._chosen, self._to_read = chosen, False
        for kept in self._kept:
            self._reap(kept, now)
            kept.is_wanted = kept.wanted(self._chosen or Chosen())
            if kept.is_wanted:
                kept.last_wanted = now
                self._see_that_it_runs(kept, now)
            elif kept.child.running and now - kept.last_wanted >= kept.linger:
                self._end(kept, now)
        self._sleep_if_idle(now)

    def rest(self) -> float:
        """Seconds until the next turn, at most."""
        now = time.monotonic()
        longest = AGAIN_SECONDS if self._to_read else REST_SECONDS
        return min([longest, *(_rest(kept, now) for kept in self._kept)])

    def stop(self) -> None:
        """End the children, and see to it."""
        for kept in self._kept:
            kept.child.ask_to_end()
        for kept in self._kept:
            if (process := kept.child.process) is not None:
                process.end(STOP_SECONDS)

    def _read(self) -> Chosen | None:
        """The settings as they hold; None while config.db cannot be read, or nobody can be forked to do so.

        At the first time what the file and the environment say is enough.
        """
        load = usable_settings.load if self._chosen is None else usable_settings.load_stored

        def read() -> dict[str, Any]:
            settings = load(self._state, self._environ)
            return {} if settings is None else {"wall": str(settings.wall), "dhcp": str(settings.dhcp)}

        try:
            chosen, fault = forked_job.run(read), ""
        except (OSError, forked_job.Failed) as error:
            chosen, fault = {}, str(error)
        if fault and fault != self._fault:
            log.error("settings could not be read (%s)", fault)
        self._fault = fault
        return Chosen(**chosen) if chosen else None

    def _sleep_if_idle(self, now: float) -> None:
        if self._busy_at is None or self._to_read or any(kept.is_wanted or kept.child.running for kept in self._kept):
            self._busy_at = now
        elif self._sleep is not None and now - self._busy_at >= SLEEPY_SECONDS:
            sleep, self._sleep = self._sleep, None
            before = {number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGTERM, signal.SIGINT)}
            if not self.stopping:  # they were heard until here, and end it by themselves from here on
                try:
                    sleep()
                except OSError as error:
                    log.warning("it cannot sleep (%s), and stays awake", error.strerror)
            for number, handler in before.items():
                signal.signal(number, handler)

    def _see_that_it_runs(self, kept: Kept, now: float) -> None:
        child = kept.child
        if not child.running:
            if now >= child.due:
                child.try_to_start(now, log)
        elif self._heartbeats.hangs(child, now):
            log.error("%s hangs, or was stopped, and is started anew", child.spec.role)
            child.send(signal.SIGKILL)

    def _end(self, kept: Kept, now: float) -> None:
        if kept.asked_to_end is None:
            kept.asked_to_end = now
            kept.child.ask_to_end()
        elif now - kept.asked_to_end >= STOP_SECONDS:
            kept.child.send(signal.SIGKILL)

    def _reap(self, kept: Kept, now: float) -> None:
        if (code := kept.child.reap(now)) is None:
            return
        if not kept.child.wanted_exit:
            wait = max(0.0, kept.child.due - now)
            log.warning("%s %s; it is started again in %.1f s", kept.child.spec.role, why(code), wait)
        kept.asked_to_end = None


def _rest(kept: Kept, now: float) -> float:
    child = kept.child
    if child.running:
        stopped = child.pulse is not None and child.pulse.stopped
        return STOPPED_SECONDS if stopped or kept.asked_to_end is not None else WATCH_SECONDS
    return min(REST_SECONDS, max(0.0, child.due - now)) if kept.is_wanted else REST_SECONDS


def main(words: Sequence[str] | None = None) -> None:
    """Read the words that the supervisor gives, and keep going until SIGTERM; `--run` may be left out.

    `--powers dhcp`: the three of a DHCP server were there at the first start of this process. `--wake`: where it is
    woken when it sleeps; without, it does not.
    """
    given = argued(words, ("state",), ("run", "answers", "powers", "wake"))
    logs.setup("keepalive")
    state = Path(given["state"])
    run = Path(given["run"]) if given["run"] else status.run_dir(state, os.environ)
    fds = tuple(int(part) for part in given["answers"].split(",") if part)
    kept = [_firewall(state, run, fds, given["answers"])]
    if given["powers"] == "dhcp":
        kept.append(_dhcp(state, run))
    again = [word for name, value in given.items() if value for word in (f"--{name}", value)]
    sleep = partial(fall_asleep, ROLE, MODULE, again, int(given["wake"]), fds) if given["wake"] else None
    keepalive = Keepalive(state, run, os.environ, kept, sleep)
    keep_going(keepalive, keepalive.rest, ConfigEvents(state, (), (question_folder(run),)))


def _firewall(state: Path, run: Path, fds: tuple[int, ...], answers: str) -> Kept:
    words = ("--state", str(state), "--run", str(run), "--answers", answers)
    keep = _keeping(privilege.has_net_admin(), lambda: privilege.keep_net_admin(None))
    spec = Spec("firewall", "firewall.process", words, fds, beats=True, keep=keep)
    return Kept(Child(spec, os.environ), lambda chosen: firewall_wanted(chosen.wall, state, run))


def _dhcp(state: Path, run: Path) -> Kept:
    words = ("--state", str(state), "--run", str(run))
    keep = _keeping(privilege.has_dhcp(), lambda: privilege.keep_dhcp(None))
    child = Child(Spec("dhcp", "dhcp.keeper", words, beats=True, keep=keep), os.environ)
    return Kept(child, lambda chosen: dhcp_wanted(chosen.dhcp, run), LINGER_SECONDS)


def _keeping(has: bool, keep: Callable[[], None]) -> Callable[[], None]:
    """Started again by the supervisor, this process has no powers to give: the child starts without, and says so."""
    return keep if has else privilege.drop_all


if __name__ == "__main__":
    main()
