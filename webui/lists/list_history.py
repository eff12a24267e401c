# SPDX-License-Identifier: GPL-3.0-or-later
"""What this home did with a list: the changes that its history keeps, the newest first."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from store.base.sentences import Sentence, unpacked

FEW = 8  # that a page shows; all stand on the page of changes


@dataclass(frozen=True, slots=True)
class PastChange:
    """at: Unix seconds."""

    id: int
    at: int
    who: Sentence
    what: Sentence


def of_list(con: sqlite3.Connection, blocklist_id: str) -> list[PastChange]:
    """Changes that altered its row or one of its toggles."""
    key = json.dumps(blocklist_id)
    rows = con.execute(
        """SELECT DISTINCT c.id, c.at, c.who, c.what FROM change c JOIN change_row r ON r.change_id = c.id
           WHERE r.table_name IN ('toggle', 'blocklist') AND (instr(r.before, ?1) OR instr(r.after, ?1))
           ORDER BY c.id DESC LIMIT ?2""",
        (key, FEW),
    )
    return [PastChange(number, at, unpacked(who), unpacked(what)) for number, at, who, what in rows]
