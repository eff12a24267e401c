# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose the names of a log are, for one report: each looked up once."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Protocol

from blocklists.whose.facts import NOBODY, Whose


class NameFacts(Protocol):
    """Whose names are, by whatever facts."""

    version: str

    def of(self, name: str, /) -> Whose: ...


@dataclass(slots=True)
class Known:
    """Whose names of the log are, each looked up once."""

    log: sqlite3.Connection
    facts: NameFacts
    names: dict[int, str]
    whose: dict[int, Whose]

    def kind_of(self, number: int) -> int:
        """The number of a name's kind."""
        whose = self.whose.get(number)
        if whose is None:
            row = self.log.execute("SELECT name FROM names WHERE id = ?", (number,)).fetchone()
            self.names[number] = row[0] if row else ""
            whose = self.whose[number] = self.facts.of(row[0]) if row else NOBODY
        return int(whose.kind)
