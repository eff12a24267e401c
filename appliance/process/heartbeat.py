# SPDX-License-Identifier: GPL-3.0-or-later
"""Which children hang, and which are back: told from their pulse, and of workers from the status files they write too.

Ages are taken by the monotonic clock, from when a new file was first seen: a Pi without a clock of its own jumps by
years when it first hears the time, and that must not look like a hang.
"""

from pathlib import Path

from appliance.process.children import Child
from store.base import status

HANG_SECONDS = 15.0
# The others may wait for a slow disk for a while, and a recorder that is killed loses what waits in it.
OTHERS_HANG_SECONDS = 60.0
# Before their first beat: a recorder may bring a large log up to date, and pages take their time on a small machine.
BEGIN_SECONDS = 900.0


class Heartbeats:
    """Watches RUN/<role>.json of the workers; times are seconds of time.monotonic()."""

    def __init__(self, run: Path) -> None:
        self._run = run
        self._seen: dict[str, tuple[int, int, float]] = {}  # role → (pid, mtime in ns, when first seen)

    def look(self, child: Child, now: float) -> None:
        """Take note of the child's file as it is now."""
        role, pid, written = child.spec.role, child.pid or 0, self._written(child.spec.role)
        known = self._seen.get(role)
        if known is None or known[:2] != (pid, written):
            self._seen[role] = (pid, written, now)

    def hangs(self, child: Child, now: float) -> bool:
        """Whether the running child was stopped, or has said nothing for too long."""
        pulse = child.pulse
        if pulse is not None and (child.spec.worker or child.spec.beats):
            limit = HANG_SECONDS if child.spec.worker else OTHERS_HANG_SECONDS if pulse.heard else BEGIN_SECONDS
            hangs = pulse.hangs(child.pid, now, limit)
            if pulse.heard or hangs or not child.spec.worker:
                return hangs
        self.look(child, now)
        return child.spec.worker and now - self._seen[child.spec.role][2] > HANG_SECONDS

    def speaker(self, child: Child) -> int | None:
        """The process of which the last word of its role is: it, one before it, or a fork of theirs; None: none yet."""
        return status.read_pid(self._run, child.spec.role)

    def _written(self, role: str) -> int:
        try:
            return (self._run / f"{role}.json").stat().st_mtime_ns
        except OSError:
            return 0
