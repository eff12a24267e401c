# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions that are being answered, each by a process of its own: how far one is, its effect, an end before its time.

    job = jobs.start(state, environ, changes, from_us, to_us)     raises Busy
    effect = job.wait(5.0)                                        None: not done yet; raises Failed
"""

from __future__ import annotations

import contextlib
import json
import secrets
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

from evidence.whatif.effect import Effect
from evidence.whatif.update_values import UpdateEffects
from evidence.whatif.whatif_change import Change, as_json
from evidence.whatif.worth_values import Worth
from store.base import argv
from store.base.sentences import say, unpacked
from store.base.typed_json import read_as

MAX_RUNNING = 2  # at once: each takes a core as far as nobody else wants it, and some 120 MiB
MAX_KEPT = 20  # answers, some 100 KB each
KEPT_SECONDS = 900.0
MAX_LINE = 16 * 1024 * 1024  # characters of an answer

_COMMAND = tuple(argv.fresh_interpreter("evidence.whatif.whatif_process"))


Answer = TypeVar("Answer")
"""What a question is answered with: an Effect, a Worth, or UpdateEffects."""


class Busy(Exception):  # noqa: N818 - what they are
    """As many questions as may be are being answered already; the text is a sentence."""


class Failed(Exception):  # noqa: N818 - what the question has
    """There is no answer; the text is a sentence that says why."""


class WhatIfJob(Generic[Answer]):
    """One question. `share`: how much of the range is done, from 0 to 1; `id`: by which it is found again."""

    def __init__(
        self, request: Mapping[str, object], environ: Mapping[str, str], shape: type[Answer],
        command: Sequence[str] = _COMMAND, given: Sequence[int] = (),
    ) -> None:  # fmt: skip
        self.id, self.share, self.began = secrets.token_hex(8), 0.0, time.monotonic()
        self._effect: Answer | None = None
        self._shape = shape
        self._fault = ""
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(environ), text=True, encoding="utf-8",
            pass_fds=given,
        )  # fmt: skip
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def done(self) -> bool:
        """Whether it came to an end, whatever that is."""
        return not self._reader.is_alive()

    def wait(self, seconds: float | None = None) -> Answer | None:
        """The effect, None while it is not known after so many seconds. Raises Failed."""
        self._reader.join(seconds)
        if not self.done:
            return None
        if self._effect is None:
            raise Failed(self._fault or say("It was given up."))
        return self._effect

    def cancel(self) -> None:
        """End it; what was found out so far is forgotten."""
        self._process.kill()
        self._reader.join()

    def _read(self) -> None:
        out = self._process.stdout
        assert out is not None and self._process.stdin is not None
        while line := out.readline(MAX_LINE):
            try:
                line_values = json.loads(line)
            except ValueError:
                continue
            self._take(line_values)
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.wait()
        out.close()

    def _take(self, line_values: Mapping[str, Any]) -> None:
        self.share = float(line_values.get("share", self.share))
        if "effect" in line_values:
            self._effect, self.share = read_as(self._shape, line_values["effect"]), 1.0
        elif "fault" in line_values:
            self._fault = unpacked(str(line_values["fault"]))


class WhatIfJobs:
    """All questions of one process; those that were answered are kept for a while."""

    def __init__(self) -> None:
        self._jobs: dict[str, WhatIfJob[Any]] = {}
        self._lock = threading.Lock()

    def start(
        self, state: Path, environ: Mapping[str, str], changes: Sequence[Change], from_us: int, to_us: int,
        scratch: Path | None = None,
    ) -> WhatIfJob[Effect]:  # fmt: skip
        """Begin to find out what changes would have done. Raises Busy."""
        return self._start(Effect, state, environ, scratch, changes=as_json(changes), from_us=from_us, to_us=to_us)

    def start_worth(
        self, state: Path, environ: Mapping[str, str], from_us: int, to_us: int, scratch: Path | None = None
    ) -> WhatIfJob[Worth]:
        """Begin to find out what each list is worth. Raises Busy."""
        return self._start(Worth, state, environ, scratch, worth=True, from_us=from_us, to_us=to_us)

    def start_updates(
        self, state: Path, environ: Mapping[str, str], from_us: int, to_us: int, scratch: Path | None = None
    ) -> WhatIfJob[UpdateEffects]:
        """Begin to find out what updates of lists changed for the home. Raises Busy."""
        return self._start(UpdateEffects, state, environ, scratch, updates=True, from_us=from_us, to_us=to_us)

    def start_other(
        self, command: Sequence[str], shape: type[Answer], environ: Mapping[str, str], request: Mapping[str, object],
        given: Sequence[int] = (),
    ) -> WhatIfJob[Answer]:  # fmt: skip
        """Begin whatever another process answers in the same way: lines with a share, an effect or a fault.

        `given`: numbers of open files that it gets as well.
        """
        return self._begun(shape, environ, request, command, given)

    def _start(
        self, shape: type[Answer], state: Path, environ: Mapping[str, str], scratch: Path | None, **asked: object
    ) -> WhatIfJob[Answer]:
        return self._begun(shape, environ, {"state": str(state), "scratch": str(scratch) if scratch else None, **asked})

    def _begun(
        self, shape: type[Answer], environ: Mapping[str, str], request: Mapping[str, object],
        command: Sequence[str] = _COMMAND, given: Sequence[int] = (),
    ) -> WhatIfJob[Answer]:  # fmt: skip
        with self._lock:
            self._forget_old()
            if sum(not job.done for job in self._jobs.values()) >= MAX_RUNNING:
                raise Busy(say("Another question is being answered; ask again in a moment."))
            job = WhatIfJob(request, environ, shape, command, given)
            self._jobs[job.id] = job
        return job

    def find(self, number: str) -> WhatIfJob[Any] | None:
        """A question that was asked a while ago at most."""
        return self._jobs.get(number)

    def are_kept(self) -> bool:
        """Whether a question is being answered, or an answer waits for whoever asked."""
        with self._lock:
            self._forget_old()
            return bool(self._jobs)

    def end(self, number: str) -> None:
        """Give a question up, and forget it."""
        with self._lock:
            job = self._jobs.pop(number, None)
        if job is not None:
            job.cancel()

    def close(self) -> None:
        """Give all of them up."""
        for number in list(self._jobs):
            self.end(number)

    def _forget_old(self) -> None:
        finished = [number for number, job in self._jobs.items() if job.done]
        old = [number for number in finished if time.monotonic() - self._jobs[number].began > KEPT_SECONDS]
        for number in {*old, *finished[: max(0, len(self._jobs) - MAX_KEPT)]}:
            del self._jobs[number]
