# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a process whose parent is gone, however that ended: the kernel tells it. For a fresh child.

Most are killed, so that a hung or stopped one outlives nobody. One that has something left to do is woken (SIGCONT
goes to a stopped one too), told to end, and killed by its own alarm when it does not.
"""

import os
import signal
from types import FrameType

from appliance.process import privilege

DRAIN_SECONDS = 10  # as long as a container has


def end_with(parent: int) -> None:
    """Be killed when the parent dies."""
    privilege.die_with(parent, signal.SIGKILL)


def drain_without(parent: int) -> None:
    """Be told to end (SIGTERM) when the parent dies, and be killed a little later."""

    def woken(_signum: int, _frame: FrameType | None) -> None:
        if os.getppid() != parent:
            signal.alarm(DRAIN_SECONDS)
            os.kill(os.getpid(), signal.SIGTERM)

    signal.signal(signal.SIGCONT, woken)
    privilege.die_with(parent, signal.SIGCONT)
