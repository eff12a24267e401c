# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that keeps unbound going while it is wanted: `python -m recursor.recursor_keeper --state DIR`.

The supervisor starts it while `recursive` is on or `dnssec` is validate; it has no powers. Another configuration goes
to a second unbound beside the first, and the workers are told of its port once it answers: no query meets a gap.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from network import own_addresses
from recursor import recursor_plan, sane_clock, trust_anchors, unbound_config
from recursor.loopback_port import free_port
from recursor.recursor_plan import ANCHORS, RecursorPlan
from recursor.running_unbound import Running, relayed
from recursor.trust_anchors import WrongAnchors
from recursor.unbound_child import MISSING, UnboundChild, UnboundError, program
from store.base import logs, status
from store.base.argv import argued
from store.base.process_status import RecursorState, RecursorStatus
from store.base.pulse import Source, keep_going
from store.base.sentences import Sentence, say, sentence_of
from store.config import usable_settings
from store.config.resolving_settings import asks_itself
from store.config.settings import Settings
from store.config.watch import Watcher
from store.events.config_events import ConfigEvents

# Edits, the end of unbound, what it says and what it answers are told by the kernel; these are the looks behind that.
WATCH_SECONDS = 0.1  # while one is started, or another is about to end
REST_SECONDS = 3.0  # else
LOOK_SECONDS = 5.0  # between two looks at clock, network and what has run out
READ_SECONDS = 15.0  # between two readings of the settings, whose file the look at config.db does not tell of
RELAY_SECONDS = 5.0  # for which the workers' relay is waited for at a start
# One that had no network when it was first asked holds the root's keys for bad, for a minute: another is started once
# the root's name servers are heard, and again after twice the time where the keys are bad indeed.
STUCK_SECONDS, LONGEST_STUCK = 5.0, 600.0
SILENT_SECONDS = 8.0  # past which one that lives and does not answer is ended
START_SECONDS = 15.0  # a second one that does not answer by then is given up; it takes some 50 ms
RETIRE_SECONDS = 6.0  # for which the one before goes on, so that what it was asked is answered
FIRST_DELAY, LONGEST_DELAY = 0.1, 30.0
SOUND_SECONDS = 60.0  # one that lived so long is started again without delay
MISSING_SECONDS = 30.0  # between two looks whether it has been installed

log = logging.getLogger(__name__)


class RecursorKeeper:
    """What is wanted, the unbound that serves, and the one that is to follow it. Times: seconds that never jump."""

    def __init__(
        self,
        state: Path,
        run: Path,
        environ: Mapping[str, str],
        clock: Callable[[], float] = time.time,
        synchronised: Callable[[], bool] = sane_clock.synchronised,
    ) -> None:
        self.stopping = False
        self._state, self._run, self._environ = state, run, environ
        self._clock, self._synchronised = clock, synchronised
        self._watcher = Watcher(state / "config.db")
        self._settings: Settings | None = None
        self._plan: RecursorPlan | None = None
        self._serving: Running | None = None
        self._next: Running | None = None
        self._retired: list[Running] = []  # two at most: each lives for seconds
        self._due = self._delay = self._unstick = 0.0
        self._stuck_delay = STUCK_SECONDS
        self._next_plan = self._next_read = 0.0
        self._ipv6 = False
        self._status, self._teller = _first_status(run), status.Teller(run, "recursor")

    def turn(self, now: float) -> None:
        """One look at everything; takes milliseconds, some tens where unbound is started."""
        changed = self._watcher.changed()
        if changed or now >= self._next_plan:
            self._next_plan = now + LOOK_SECONDS
            self._make_plan(anew=changed or now >= self._next_read, now=now)
        self._retire(now)
        if self._plan is None:
            self._end_all()
        else:
            self._serve(self._plan, now)
        self._teller.tell(self._status, now)

    def rest(self) -> float:
        """Seconds until the next look, at most."""
        if self._next is not None or self._retired:
            return WATCH_SECONDS
        if self._plan is None:
            return REST_SECONDS
        now, serving = time.monotonic(), self._serving
        return min(REST_SECONDS, serving.rest(now) if serving is not None else max(WATCH_SECONDS, self._due - now))

    def sources(self) -> list[Source]:
        """What is readable once an unbound says or answers something."""
        return [source for each in (self._serving, self._next) if each is not None for source in each.sources()]

    def stop(self) -> None:
        """End every unbound."""
        self._end_all()
        self._watcher.close()

    # --- what is wanted ---

    def _make_plan(self, *, anew: bool, now: float) -> None:
        """`anew`: by the settings as they are now, and not as they were read last."""
        if anew or self._settings is None:
            stored = usable_settings.load_stored(self._state, self._environ)
            self._next_read = now + (READ_SECONDS if stored is not None else 0.0)
            self._settings = stored or self._settings or usable_settings.load(self._state, self._environ)
        settings = self._settings
        if not asks_itself(settings):
            self._plan = None
            self._say(state=RecursorState.OFF, error="", port=0, validates=False, clock_wrong=False, insecure=())
            return
        self._ipv6 = self._ipv6 or own_addresses.way_out(6) is not None  # never back: a cable that is out is soon in
        sane = self._clock_is_sane()
        relay = self._status.relay_port or free_port()
        plan = recursor_plan.make(
            settings, self._state, relay, _memory(), self._clock(), clock_sane=sane, ipv6=self._ipv6
        )
        self._plan = self._anchored(plan)
        memory_kib = self._serving.child.memory_kib() >> 10 << 10 if self._serving is not None else 0
        self._say(relay_port=relay, recursive=plan.recursive, clock_wrong=not sane, memory_kib=memory_kib)

    def _clock_is_sane(self) -> bool:
        synchronised, root = self._synchronised(), self._serving.probe.root if self._serving is not None else None
        if root is None and self._status.clock_wrong and not synchronised:
            return False  # silence is no proof that it is right by now
        return sane_clock.is_sane(self._clock(), synchronised=synchronised, root=root)

    def _anchored(self, plan: RecursorPlan) -> RecursorPlan:
        """The same with anchors that can be used."""
        error = ""
        try:
            if plan.anchors is not None:
                trust_anchors.check(plan.anchors)
        except WrongAnchors as wrong:
            error, plan = sentence_of(wrong), replace(plan, anchors=None)
        try:
            if plan.anchors is None:
                trust_anchors.keep(self._state / ANCHORS)
        except OSError as fault:
            error = say("The root's keys cannot be kept ({error}).", error=fault.strerror)
        self._say(anchors_error=error)
        return plan

    # --- the children ---

    def _serve(self, plan: RecursorPlan, now: float) -> None:
        self._see_to_the_serving(now)
        text = unbound_config.render(plan, 0)
        if self._next is not None and self._next.child.text != text:
            self._next.stop()
            self._next = None
        if self._next is None and now >= self._due and self._needs_another(plan, text, now):
            self._start(plan, text, now)
        if self._next is not None:
            self._follow_next(self._next, plan, now)

    def _needs_another(self, plan: RecursorPlan, text: str, now: float) -> bool:
        serving = self._serving
        if serving is None or serving.child.text != text:
            return True
        if serving.probe.reaches:
            self._stuck_delay = STUCK_SECONDS
        if not (plan.validates and serving.stuck and now >= self._unstick):
            return False
        self._unstick, self._stuck_delay = now + self._stuck_delay, min(self._stuck_delay * 2, LONGEST_STUCK)
        return True

    def _see_to_the_serving(self, now: float) -> None:
        """Notice that it has ended, or answers no more."""
        serving = self._serving
        if serving is None:
            return
        error: Sentence
        code = serving.child.ended()
        if code is None:
            serving.look(now, reach=True, root=not self._synchronised())
            silent = serving.probe.silent_since
            if silent is None or now - silent < SILENT_SECONDS:
                reaches = serving.probe.reaches is not False
                self._say(reaches=reaches)
                return
            error = say("unbound does not answer, and is started anew.")
        else:
            error = _why(code, serving.child.last)
        log.warning("%s", error)
        self._delay = FIRST_DELAY if now - serving.since > SOUND_SECONDS else self._longer()
        self._due = now + self._delay
        serving.stop()
        self._serving = None
        self._say(state=RecursorState.FAILING, error=error, server_pid=0, restarts=self._status.restarts + 1)

    def _start(self, plan: RecursorPlan, text: str, now: float) -> None:
        if program() is None:
            self._due = now + MISSING_SECONDS
            self._say(state=RecursorState.MISSING, error=MISSING, port=0)
            return
        try:
            port = free_port()
            child = UnboundChild(self._run, port, text)
            child.start(unbound_config.render(plan, port))
        except (UnboundError, OSError) as error:
            self._failed(sentence_of(error) if isinstance(error, UnboundError) else str(error), now)
            return
        self._next = Running(child, now)
        if self._serving is None and self._status.state not in (RecursorState.FAILING, RecursorState.STARTING):
            self._say(state=RecursorState.STARTING, error="")

    def _follow_next(self, running: Running, plan: RecursorPlan, now: float) -> None:
        """Have it serve once it answers; give it up where it ends or does not."""
        code = running.child.ended()
        if code is None:
            running.look(now)
            if not running.probe.alive or not (relayed(plan) or now - running.since > RELAY_SECONDS):
                if now - running.since > START_SECONDS:
                    running.stop()
                    self._next = None
                    self._failed(say("unbound does not answer, and is started anew."), now)
                return
            if self._serving is not None:
                self._serving.end_at = now + RETIRE_SECONDS
                self._retired.append(self._serving)
            self._serving, self._next = running, None
            log.info("unbound answers on port %d as process %d", running.child.port, running.child.pid)
            self._say(
                state=RecursorState.SERVING, error="", port=running.child.port, server_pid=running.child.pid,
                server_since=time.time(), validates=plan.validates, insecure=plan.insecure,
            )  # fmt: skip
            return
        error = _why(code, running.child.last)
        running.stop()
        self._next = None
        self._failed(error, now)

    def _failed(self, error: str, now: float) -> None:
        """It could not be started; where another serves, that one goes on."""
        self._delay = self._longer()
        self._due = now + self._delay
        log.warning("%s It is tried again in %.1f s.", error, self._delay)
        state = self._status.state if self._serving is not None else RecursorState.FAILING
        self._say(state=state, error=error)

    def _longer(self) -> float:
        return min(max(FIRST_DELAY, self._delay * 2), LONGEST_DELAY)

    def _retire(self, now: float) -> None:
        for running in [each for each in self._retired if now >= each.end_at]:
            running.stop()
            self._retired.remove(running)

    def _end_all(self) -> None:
        for running in filter(None, (self._serving, self._next, *self._retired)):
            running.stop()
        self._serving = self._next = None
        self._retired.clear()

    def _say(self, **values: Any) -> None:
        self._status = replace(self._status, **values)


def _first_status(run: Path) -> RecursorStatus:
    """The port of the relay stays the same: the workers have it open."""
    before = status.read_recursor(run)
    return RecursorStatus(state=RecursorState.STARTING, relay_port=before.relay_port if before else 0)


def _memory() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _why(code: int, last: str) -> Sentence:
    if last:
        return say("unbound ended: {words}.", words=last.rstrip("."))
    return say("unbound ended with code {code}.", code=code)


def main(words: Sequence[str] | None = None) -> None:
    """Keep it going until SIGTERM; `--run` may be left out."""
    given = argued(words, ("state",), ("run",))
    logs.setup("recursor")
    state = Path(given["state"])
    run = Path(given["run"]) if given["run"] else status.run_dir(state, os.environ)
    keeper = RecursorKeeper(state, run, os.environ)
    keep_going(keeper, keeper.rest, ConfigEvents(state), keeper.sources)


if __name__ == "__main__":
    main()
