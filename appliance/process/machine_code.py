# SPDX-License-Identifier: GPL-3.0-or-later
"""Children that die of machine code: after the second, all are started without it (`native`, forking).

A first one may be chance, and its fork is back in a tenth of a second. A second within the hour is none: the packet,
the processor or the memory that it died of is still there. Plain Python costs some more of the processor; to try
again costs answers each time.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import MutableMapping
from dataclasses import replace

from native import crash_mark
from native.finder import FAULTS, VARIABLE, Running, Way, running

HOUR = 3600.0
CRASHES = 2

log = logging.getLogger("telltale.supervisor")


class MachineCode:
    """Whether children get machine code; `environ` is what they are all started with. Times: time.monotonic()."""

    def __init__(self, environ: MutableMapping[str, str]) -> None:
        self._environ = environ
        self._last: deque[tuple[float, str]] = deque(maxlen=CRASHES)
        self._crashes = 0

    @property
    def left(self) -> bool:
        """Whether children are started without, since it crashed."""
        return self._crashes >= CRASHES

    def ended(self, compiled: bool, code: int, what: str, now: float) -> bool:
        """Take note of a child's end, told by `what`; whether from now on all get plain Python, and did not before."""
        if not (compiled and -code in FAULTS):
            return False
        self._last.append((now, what))
        if self.left:
            self._crashes += 1
            return False
        if len(self._last) < CRASHES or now - self._last[0][0] > HOUR:
            return False
        self._crashes = CRASHES
        self._environ[VARIABLE] = "off"
        log.error("compiled code crashed %d times; from now on all children run plain Python", CRASHES)
        crash_mark.note([text for _, text in self._last])
        return True

    def running(self) -> Running:
        """What the children run."""
        return replace(running(), way=Way.CRASHED, crashes=self._crashes) if self.left else running()
