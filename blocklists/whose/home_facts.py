# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts as one home has them: the tables, and what its people corrected (config.db, plain sqlite3)."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from blocklists.whose import facts
from blocklists.whose.facts import Correction, Facts
from store.base import db
from store.local import corrections
from store.local.corrections import CorrectionScope


class HomeFacts:
    """For processes that live long: the tables are read once, corrections again whenever config.db is read anew."""

    def __init__(self) -> None:
        self._facts: Facts | None = None
        self._corrections: Mapping[str, Correction] = {}

    def now(self, con: sqlite3.Connection) -> Facts:
        """The facts with the corrections that `con`, of config.db, shows. Raises sqlite3.Error."""
        new = of_home(con)
        if self._facts is None:
            self._facts = facts.load(new, _folder(con))
        elif new != self._corrections:
            self._facts = self._facts.corrected(new)
        self._corrections = new
        return self._facts

    def of_state(self, state: Path) -> Facts:
        """The facts with the corrections of STATE/config.db, or where that cannot be read as they were known last."""
        try:
            with closing(db.connect(state / "config.db", read_only=True)) as con:
                return self.now(con)
        except sqlite3.Error:
            if self._facts is None:
                self._facts = facts.load(state=state)
            return self._facts


def load(state: Path) -> Facts:
    """The facts with the corrections of STATE/config.db; without any where that is not there or cannot be read."""
    try:
        with closing(db.connect(state / "config.db", read_only=True)) as con:
            return facts.load(of_home(con), state)
    except sqlite3.Error:
        return facts.load(state=state)


def of_home(con: sqlite3.Connection) -> dict[str, Correction]:
    """Name → correction, as `facts.load` takes them. Raises sqlite3.Error."""
    return {
        each.name: Correction(
            each.scope is CorrectionScope.SUFFIX, each.company, each.product, each.purpose, each.kind
        )
        for each in corrections.load(con)
    }  # fmt: skip


def _folder(con: sqlite3.Connection) -> Path | None:
    """Where the file of a connection lies; None of one in memory alone."""
    path = next((row[2] for row in con.execute("PRAGMA database_list") if row[1] == "main"), "")
    return Path(path).parent if path else None
