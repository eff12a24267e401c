# SPDX-License-Identifier: GPL-3.0-or-later
"""A thread that helps, of which nobody dies where this machine allows no more of them.

A container (pids), systemd (TasksMax) and a user's limit (ulimit -u) count threads as they count processes, and whoever
is at that limit is refused the next one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

_REFUSED = "can't start new thread"  # all that CPython says

log = logging.getLogger(__name__)


def is_refused(error: BaseException) -> bool:
    """Whether a thread could not be started since the machine allows no more."""
    return isinstance(error, RuntimeError) and str(error) == _REFUSED


class HelperThread:
    """Does `work` beside the process, and ends with it; what is to be done waits until the thread could be started."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self._name, self._work = name, work
        self._thread: threading.Thread | None = None
        self._told = False

    def start(self) -> None:
        """Where it was not started yet: to be called now and then until it was, at no cost from then on."""
        if self._thread is not None:
            return
        thread = threading.Thread(target=self._work, name=self._name, daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            if not is_refused(error):
                raise
            if not self._told:
                log.warning("%s waits: this machine lets Telltale start no more threads", self._name)
            self._told = True
        else:
            self._thread = thread

    def join(self, seconds: float) -> None:
        """Wait until it has ended, where it was started."""
        if self._thread is not None:
            self._thread.join(seconds)
