# SPDX-License-Identifier: GPL-3.0-or-later
"""What problems are looked for in: what the processes said of themselves, and whether DNS answers."""

from __future__ import annotations

from dataclasses import dataclass

from store.base.process_parts import Part, State
from store.base.process_status import Statuses, SupervisorStatus


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """The statuses are live ones; `parts` are all processes that there should be, by role."""

    live: Statuses
    dns_answers: bool
    parts: dict[str, Part]

    @property
    def supervisor(self) -> SupervisorStatus:
        """An empty one while none reports."""
        return self.live.supervisor or SupervisorStatus()

    @property
    def dropped(self) -> int:
        """Records, since the workers started."""
        return sum(worker.dropped for worker in self.live.workers.values())

    @property
    def all_gone(self) -> bool:
        """Nothing reports, and DNS does not answer."""
        return not (self.dns_answers or self.live.supervisor or self.live.workers or self.live.recorder)

    def is_silent(self, role: str) -> bool:
        """Whether that process should report and does not."""
        return self.parts[role].state is State.DOWN
