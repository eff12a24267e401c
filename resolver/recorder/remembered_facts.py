# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose the names of late are: looked up once for all who ask within a moment, the counter of rows and the log."""

from __future__ import annotations

from blocklists.whose.facts import Facts, Whose

MAX_NAMES = 6_000  # twice as many are remembered, a hundred bytes each, some more for those of which something is known


class RememberedFacts:
    """A `NameFacts` over others; what is asked for again stays, what is not goes with the next many names."""

    def __init__(self, facts: Facts) -> None:
        self._facts, self.version = facts, facts.version
        self._young: dict[str, Whose] = {}
        self._old: dict[str, Whose] = {}

    def of(self, name: str) -> Whose:
        """What is known of a name."""
        if (whose := self._young.get(name)) is not None:
            return whose
        if (whose := self._old.get(name)) is None:
            whose = self._facts.of(name)
        if len(self._young) >= MAX_NAMES:
            self._old, self._young = self._young, {}
        self._young[name] = whose
        return whose

    def forget(self) -> None:
        """All names; they are looked up again."""
        self._young, self._old = {}, {}
