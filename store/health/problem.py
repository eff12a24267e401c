# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong: one shape for every kind of problem."""

from __future__ import annotations

from dataclasses import dataclass

from store.base.process_parts import State

HOME_HIDDEN = "home_hidden"  # the id of the one problem that pages show in their own way
OF_THE_MACHINE = "code_"  # begins the ids of those that are of the machine's care alone, and touch nobody's home


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in a plain sentence with the cure; `part` is the role of the process, where it is one's.

    `down`: DNS does not answer. `degraded`: something else does not do its work. `ok`: worth knowing, and all work.
    """

    id: str
    state: State
    sentence: str
    cure: str
    part: str = ""

    @property
    def of_home(self) -> bool:
        """Whether Home tells of it though all work: what happened to what the home keeps, or to who asks."""
        return self.state is State.OK and self.id != HOME_HIDDEN and not self.id.startswith(OF_THE_MACHINE)
