# SPDX-License-Identifier: GPL-3.0-or-later
"""A signal ends a wait: Python runs its handler and then waits on, so something has to be readable."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

_BYTES = 4096


class SignalWake:
    """`fileno` is readable once a signal came that has a handler. For a process's main thread, one at a time."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._before = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)

    def fileno(self) -> int:
        return self._read

    def heard(self) -> None:
        """Take what came, so that the next wait is one."""
        with suppress(OSError):
            os.read(self._read, _BYTES)

    def close(self) -> None:
        """Signals end no wait any more."""
        signal.set_wakeup_fd(self._before)
        os.close(self._read)
        os.close(self._write)
