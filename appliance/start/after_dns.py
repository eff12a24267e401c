# SPDX-License-Identifier: GPL-3.0-or-later
"""What follows once DNS is answered: the other children, then `appliance.start.prepare`, then the banner.

    index on disk   workers ─► they have published a status ─► the rest, and prepare beside it ─► banner
    none yet        prepare ─► all children ─► banner
    later           where something could not be written or used: tried again, and what was left out is done then

A device that asks while the house starts waits for the workers alone: on a small machine the pages take several times
as long to start as they do.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence

from appliance.errors import Complaint
from appliance.process import privilege
from appliance.process.children import Spec, why
from appliance.process.supervisor import Supervisor
from appliance.runs.short_run import NoteEnd
from appliance.start import banner, state_directory
from appliance.start.banner import Welcome
from appliance.start.inventory import House
from native.finder import FAULTS, VARIABLE, Way, running
from store.base import argv, db
from store.base.file_faults import Fault
from store.base.sentences import say, sentence_of, unpacked
from store.base.store_errors import StoreError
from store.base.version import version

# Past this the children would be waiting for an answer that never comes; a slow Pi compiles all lists in far less.
PREPARE_SECONDS = 900
# What DNS waits at most for an index to answer from, where there is none: a fast machine compiles a million names.
COMPILE_SECONDS = 30.0
AGAIN_SECONDS = 5.0  # between two looks whether the state directory is mended
COPY_AGAIN_SECONDS = 600.0
STATE, COPY = "state", "copy"  # among the troubles of a house
UNCURED = (Fault.NEWER, Fault.FORBIDDEN, Fault.READ_ONLY, Fault.FULL, Fault.BUSY)
# Workers that have not answered by then have a trouble of their own; the pages are there to tell of it.
PATIENCE_SECONDS = 5.0

log = logging.getLogger("telltale.supervisor")


class Opening:
    """One start of the appliance. `password`: the first one, which prepare alone is given."""

    def __init__(
        self,
        house: House,
        environ: Mapping[str, str],
        password: str | None,
        update: bool,
        more: Callable[[House], list[Spec]] | None = None,
    ) -> None:
        self._house, self._update, self._more = house, update, more
        self._environ = {**environ, **({"TELLTALE_PASSWORD": password} if password else {})}
        self._rest: list[Spec] = []
        self._preparing: subprocess.Popen[bytes] | None = None
        self._options: tuple[str, ...] = ()
        self._compiled = running().way == Way.COMPILED  # what the process that prepares runs
        self._note_end: NoteEnd = lambda *_: None
        self._patience: float | None = None
        self._waits = True

    def begin(self, supervisor: Supervisor, rest: Sequence[Spec]) -> None:
        """Make ready what must be so before the children start, and order the rest for afterwards.

        Without an index to answer from, one is compiled first, and nothing passes unfiltered meanwhile; where that
        takes too long or fails, the workers begin with the vendor packs.
        """
        self._rest, self._note_end = list(rest), supervisor.note_end
        if not self._house.can_answer():
            self._prepare()
            if self._ended_within(COMPILE_SECONDS):
                self._finish()
                self._complete(supervisor)
                self._see_to_the_rest(supervisor)
                return
            log.warning("compiling the lists takes long; until it is done, DNS is answered with the vendor packs alone")
        supervisor.meanwhile(lambda: self._go_on(supervisor))

    def _go_on(self, supervisor: Supervisor) -> bool:
        """The next step, if it is time for one; True after the last."""
        if self._patience is None:
            self._patience = time.monotonic() + PATIENCE_SECONDS
        if self._waits:
            if not supervisor.answers() and time.monotonic() < self._patience:
                return False
            self._waits = False
            self._add_rest(supervisor)
            if self._preparing is None:
                self._prepare()
        if not self._is_over():
            return False
        self._finish()
        self._complete(supervisor)
        self._see_to_the_rest(supervisor)
        return True

    def _complete(self, supervisor: Supervisor) -> None:
        self._add_rest(supervisor)
        supervisor.add(self._more(self._house) if self._more else [])
        print(banner.render(welcome(self._house), banner.here()), flush=True)

    def _add_rest(self, supervisor: Supervisor) -> None:
        """Those that answer DNS, or were started while there were powers to give, are watched over in any case."""
        now = [spec for spec in self._rest if spec.worker or spec.process is not None or not self._house.alone]
        self._rest = [spec for spec in self._rest if spec not in now]
        supervisor.add(now)

    def _prepare(self) -> None:
        """Start `appliance.start.prepare`, unless nothing can be written."""
        if trouble := self._house.troubles.get(STATE):
            log.warning("%s", trouble)
            return
        self._start("--compile" if not self._update else "")

    def _start(self, *options: str) -> None:
        state = str(self._house.state)
        command = argv.fresh_interpreter("appliance.start.prepare", "--state", state, *filter(None, options))
        parent = os.getpid()
        self._preparing = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=self._environ,
            preexec_fn=lambda: privilege.die_with(parent, signal.SIGKILL),
        )  # fmt: skip
        self._options = options

    def _is_over(self) -> bool:
        """Whether what was started has ended. Has its machine code crashed, it is done again in plain Python: a house
        that was never ready before would not start at all for that."""
        process = self._preparing
        code = process.poll() if process is not None else None
        if process is None or code is None:
            return process is None
        if not self._compiled or self._environ.get(VARIABLE) == "off" or -code not in FAULTS:
            return True
        if process.stdout is not None:
            process.stdout.close()
        log.warning("what makes ready %s; it is done again in plain Python", why(code))
        self._note_end(True, code, f"prepare {why(code)}")
        self._environ = {**self._environ, VARIABLE: "off"}
        self._start(*self._options)
        return False

    def _ended_within(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not self._is_over():
            with contextlib.suppress(subprocess.TimeoutExpired):
                if self._preparing is not None:
                    self._preparing.wait(max(0.0, end - time.monotonic()))
                    continue
            return False
        return True

    def _finish(self) -> bool:
        """Take what it said; when it failed, DNS is still answered, if there was ever a start before this one."""
        process, house = self._preparing, self._house
        self._preparing = None
        self._environ = {key: value for key, value in self._environ.items() if key != "TELLTALE_PASSWORD"}
        if process is None:
            return False
        try:
            answer = json.loads(process.communicate(timeout=PREPARE_SECONDS)[0])
        except (subprocess.SubprocessError, ValueError):
            process.kill()
            process.wait()
            if not (house.used or house.can_answer()):
                raise Complaint(say("Telltale could not be made ready; the line above says why.")) from None
            sentence = say("Something failed at the start (see above); DNS is answered from the last good state.")
            house.troubles.setdefault(STATE, sentence)
            return False
        house.code = answer["code"]
        house.notes += map(unpacked, answer["notes"])
        keep_copy(house)  # a copy from before knows of no list
        return True

    def _see_to_the_rest(self, supervisor: Supervisor) -> None:
        """From now on look whether what was wrong with the state directory is mended, and then do what was left out."""
        supervisor.every(AGAIN_SECONDS, lambda: self._again(supervisor))
        supervisor.every(COPY_AGAIN_SECONDS, lambda: keep_copy(self._house) if COPY in self._house.troubles else None)

    def _again(self, supervisor: Supervisor) -> None:
        house = self._house
        if STATE not in house.troubles:
            return
        if self._preparing is None:
            with contextlib.suppress(OSError):
                state_directory.probe(house.state)
                if not house.alone or db.inspect(house.state / "config.db") not in UNCURED:
                    self._start("--open")
        elif self._is_over() and self._finish():
            house.alone = False
            del house.troubles[STATE]
            log.info("the state directory can be used again")
            self._add_rest(supervisor)


def keep_copy(house: House) -> None:
    """Make the daily copy of config.db; what keeps it from being made is one of the troubles."""
    if house.alone:
        return
    try:
        db.backup(house.state / "config.db")
    except StoreError as error:
        log.warning("%s", error)
        house.troubles[COPY] = sentence_of(error)
    else:
        house.troubles.pop(COPY, None)


def welcome(house: House) -> Welcome:
    """What the banner says."""
    return Welcome(
        version=version(),
        own_name=house.settings.own_name,
        dns=house.dns.here,
        web=house.web_endpoint,
        code=house.code,
        notes=house.notes,
        warnings=[*house.warnings, *house.troubles.values()],
    )
