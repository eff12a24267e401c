# SPDX-License-Identifier: GPL-3.0-or-later
"""Which workers hang, and which are back: both told from the status files that they write every few seconds.

Ages are taken by the monotonic clock, from when a new file was first seen: a Pi without a clock of its own jumps by
years when it first hears the time, and that must not look like a hang.
"""

from pathlib import Path

from appliance.process.children import Child

HANG_SECONDS = 15.0


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
        """Whether the running child has written nothing new for HANG_SECONDS."""
        self.look(child, now)
        return now - self._seen[child.spec.role][2] > HANG_SECONDS

    def stamp(self, child: Child) -> int:
        """What changes when the child writes its file anew."""
        return self._written(child.spec.role)

    def _written(self, role: str) -> int:
        try:
            return (self._run / f"{role}.json").stat().st_mtime_ns
        except OSError:
            return 0
