# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorder gives way: on a machine of one core, no answer waits for rows to be written.

A commit takes the core for some 15 ms, and the kernel takes it away from whoever has it only every few: then the
queries of these would be answered late. So between two small pieces of work whoever waits for the core goes first. That
costs the recorder its turn, so it does so only as long as it keeps up: rows that are lost are worse than late answers.
"""

from __future__ import annotations

import os

from store.log.batch_codec import MAX_ROWS

FEW, FEW_ROWS = 2, MAX_ROWS  # messages, and rows, at one look: with more of either it is behind


class Courtesy:
    """Call it between two pieces of work."""

    def __init__(self) -> None:
        self._is_behind = False

    def read(self, messages: int, rows: int) -> None:
        """So many were taken at one look."""
        self._is_behind = messages > FEW or rows > FEW_ROWS

    def __call__(self) -> bool:
        """Let others go first; whether it did."""
        if not self._is_behind:
            os.sched_yield()
        return not self._is_behind
