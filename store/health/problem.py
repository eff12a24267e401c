# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong: one shape for every kind of problem."""

from __future__ import annotations

from dataclasses import dataclass

from store.base.process_parts import State

HOME_HIDDEN = "home_hidden"  # the id of the one problem that pages show in their own way


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
