# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop that keeps the children alive: starts, restarts with back-off, kills what hangs, stops in order.

    SIGTERM, SIGINT   workers first (they answer what is in flight and flush), then recorder (drains) and the rest
    SIGHUP            the workers are restarted one after another
    SIGCHLD           only wakes the loop
"""

import logging
import signal
import time
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import replace
from pathlib import Path

from appliance.process.children import RESTARTS_REPORTED, Child, Spec, why
from appliance.process.chores import Chores, Waker, guarded
from appliance.process.heartbeat import Heartbeats
from appliance.process.machine_code import MachineCode
from appliance.process.renewals import Renewals
from appliance.process.rolling_restart import Rolling
from appliance.process.signals import Signals
from store.base import status
from store.base.process_status import ChildStatus, SupervisorStatus

# Of the 8 s that a stop may take, so much for the workers, which give what is in flight 5 s.
# A container is killed after 10 s, systemd waits longer.
WORKERS_STOP_SECONDS = 5.5
STOP_SECONDS = 8.0
# A recorder that has only just been started does not listen for SIGTERM yet, and would die of it with unread records.
LISTEN_SECONDS = 2.0
STATUS_SECONDS = 5.0
# Between two turns: whatever ends or is stopped wakes the loop by SIGCHLD, and what hangs is waited for much longer.
REST_SECONDS = STATUS_SECONDS / 2  # so that both come at once
STOPPED_LOOK_SECONDS = 0.5  # while a child is stopped
DAY = 86_400.0

log = logging.getLogger("telltale.supervisor")


class Supervisor:
    """Runs the given children until told to stop.

    `facts` says what stands in RUN/supervisor.json beside the children, which may change while it runs. `daily` is
    called at the start and once a day; what it raises is logged.
    """

    def __init__(
        self,
        specs: Sequence[Spec],
        run: Path,
        environ: MutableMapping[str, str],
        facts: Callable[[], SupervisorStatus] = SupervisorStatus,
        daily: Callable[[], None] | None = None,
    ) -> None:
        self.children: list[Child] = []
        self._environ = environ
        self._machine_code = MachineCode(environ)
        self._leaving = False  # workers that still have machine code are to be started without it
        self.add(specs)
        self._run = run
        self._facts = facts
        self._chores = Chores()
        if daily is not None:
            self._chores.every(DAY, daily)
        self._heartbeats = Heartbeats(run)
        self._rolling = Rolling(self._heartbeats)
        self._renewals = Renewals(self._rolling)
        self._next_status = 0.0
        self._stopping = False
        self._dropped: set[str] = set()  # roles that are not started again; bounded as roles are
        self._reported: set[str] = set()

    def add(self, specs: Sequence[Spec]) -> None:
        """Take on more children; they start with the next turn of the loop."""
        self.children += [Child(spec, self._environ) for spec in specs]

    def drop(self, role: str) -> None:
        """End a child that is wanted no more; it is gone once it has ended."""
        self._dropped.add(role)
        for child in self.children:
            if child.spec.role == role:
                child.ask_to_end()

    def meanwhile(self, chore: Callable[[], bool]) -> None:
        """Call `chore` with every turn of the loop until it says True; it must not wait."""
        self._chores.first = chore

    def attend(self, waker: Waker) -> None:
        """Have somebody wake a child that sleeps."""
        self._chores.wakers.append(waker)

    def every(self, seconds: float, action: Callable[[], None]) -> None:
        """Call `action` again and again, first after so many seconds; it must not wait; what it raises is logged."""
        self._chores.every(seconds, action, time.monotonic() + seconds)

    def renew(self, specs: Sequence[Spec]) -> None:
        """Start children again as these say, workers one after another so that DNS goes on meanwhile."""
        by_role = {spec.role: spec for spec in specs}
        changed = [child for child in self.children if child.spec.role in by_role]
        for child in changed:
            child.spec = by_role[child.spec.role]
        self._rolling.begin([child for child in changed if child.spec.worker])
        for child in changed:
            if not child.spec.worker:
                child.ask_to_end()

    def note_end(self, compiled: bool, code: int, what: str) -> None:
        """Take note of the end of a process that is none of the children, told by `what`: two crashes of machine code
        are enough, whoever dies of it."""
        self._leaving |= self._machine_code.ended(compiled, code, what, time.monotonic())

    def answers(self) -> bool:
        """Whether each worker has published a status, which it does as soon as it listens."""
        return all(child.running and not self._is_deaf(child) for child in self.children if child.spec.worker)

    def main(self) -> int:
        """Watch until SIGTERM or SIGINT, end the children, and return the exit code. The sockets stay the caller's."""
        with Signals(self._on_signal) as signals:
            while not self._stopping:
                self._turn(time.monotonic())
                self._chores.wake(self.children, signals)
                signals.wait(self._pause(time.monotonic()))
            self._chores.close()
            self._stop(signals)
        return 0

    def _turn(self, now: float) -> None:
        died = False
        for child in tuple(self.children):
            ran = child.running
            self._reap(child, now)
            died |= child.spec.worker and ran and not child.running
            if not child.running and child.spec.role in self._dropped:
                self.children.remove(child)
                self._dropped.discard(child.spec.role)
            elif not child.running and not child.asleep and now >= child.due:
                self._start(child, now)
            elif child.running and self._heartbeats.hangs(child, now):
                log.error("%s hangs, or was stopped, and is started anew", child.spec.role)
                child.send(signal.SIGKILL)
        if died or any(child.spec.worker and _is_stopped(child) for child in self.children):
            self._have_siblings_look()
        workers = [child for child in self.children if child.spec.worker]
        # A fork of who stands by writes the status of that one, which then seems deaf: it is not waited for.
        if self._leaving and all(_is_compiled(each) or (each.running and not self._is_deaf(each)) for each in workers):
            self._leaving = False
            self._rolling.begin([child for child in workers if _is_compiled(child)])
        self._renewals.look(self.children, now)
        self._rolling.step(now)
        self._chores.go_on()
        if now >= self._next_status:
            self._next_status = now + STATUS_SECONDS
            guarded(lambda: status.publish(self._run, "supervisor", self._report(now)))
        self._chores.step(now)

    def _pause(self, now: float) -> float:
        """How long the loop may sleep if no signal wakes it before."""
        waiting = [child.due for child in self.children if not child.running and not child.asleep]
        longest = 0.2 if self._rolling.active else REST_SECONDS
        if any(map(_is_stopped, self.children)):
            longest = min(longest, STOPPED_LOOK_SECONDS)
        return max(0.0, min([now + longest, self._next_status, self._chores.due(now), *waiting]) - now)

    def _have_siblings_look(self) -> None:
        """A query that a worker was woken for, and then died or was stopped, is told of to nobody a second time."""
        for child in self.children:
            if child.spec.worker and child.running and not _is_stopped(child):
                child.send(signal.SIGCHLD)

    def _start(self, child: Child, now: float) -> None:
        self._next_status = now
        child.try_to_start(now, log, _level(child))

    def _reap(self, child: Child, now: float) -> None:
        code = child.reap(now)
        if code is None:
            return
        self._next_status = now
        if child.wanted_exit or child.asleep:
            does = "sleeps until somebody asks" if child.asleep else "ended"
            log.log(_level(child), "%s %s", child.spec.role, does)
            return
        if self._machine_code.ended(child.compiled, code, f"{child.spec.role} {why(code)}", now):
            child.due, self._leaving = now, True
        log.warning("%s %s; it is started again in %.1f s", child.spec.role, why(code), max(0.0, child.due - now))
        self._report_once(child, now)

    def _report_once(self, child: Child, now: float) -> None:
        role = child.spec.role
        if child.backoff.last_minute(now) < RESTARTS_REPORTED:
            self._reported.discard(role)
        elif role not in self._reported:
            self._reported.add(role)
            log.error("%s has been restarted %d times within a minute; its last lines say why", role, RESTARTS_REPORTED)

    def _report(self, now: float) -> SupervisorStatus:
        children = (
            ChildStatus(
                role=child.spec.role,
                pid=child.pid,
                started=round(time.time() - (now - child.started), 3) if child.running else None,
                restarts_last_minute=child.backoff.last_minute(now),
                state=child.state(now),
            )
            for child in self.children
        )
        return replace(self._facts(), children=tuple(children), code=self._machine_code.running())

    def _stop(self, signals: Signals) -> None:
        """End the children in order; whatever is left at its deadline is killed."""
        log.info("stopping")
        begun = time.monotonic()
        self._end([child for child in self.children if child.spec.worker], begun + WORKERS_STOP_SECONDS, signals)
        patience = time.monotonic() + LISTEN_SECONDS
        while time.monotonic() < patience and any(self._is_deaf(child) for child in self.children if child.spec.drains):
            signals.wait(0.05)
        self._end([child for child in self.children if not child.spec.worker], begun + STOP_SECONDS, signals)
        log.info("stopped")

    def _is_deaf(self, child: Child) -> bool:
        """Whether a running child has not yet published its first status, and so does not hear signals."""
        if child.process is None or child.process.poll() is not None:
            return False
        return self._heartbeats.speaker(child) != child.pid

    def _end(self, children: Sequence[Child], deadline: float, signals: Signals) -> None:
        for child in children:
            child.ask_to_end()
        while running := [child for child in children if child.running]:
            now = time.monotonic()
            if now >= deadline:
                for child in running:
                    log.warning("%s did not end in time; it is killed", child.spec.role)
                    child.send(signal.SIGKILL)
                deadline = now + STOP_SECONDS
            signals.wait(min(0.2, deadline - now))
            for child in running:
                self._reap(child, time.monotonic())

    def _on_signal(self, signum: int) -> None:
        if signum in (signal.SIGTERM, signal.SIGINT):
            self._stopping = True
        elif signum == signal.SIGHUP and not self._rolling.active:
            log.info("restarting the workers one after another")
            self._rolling.begin([child for child in self.children if child.spec.worker])


def _level(child: Child) -> int:
    return logging.DEBUG if child.spec.quiet or child.renewed else logging.INFO


def _is_compiled(child: Child) -> bool:
    return child.process is not None and child.process.compiled


def _is_stopped(child: Child) -> bool:
    """Whether a signal had stopped it at the last look."""
    return child.running and child.pulse is not None and child.pulse.stopped
