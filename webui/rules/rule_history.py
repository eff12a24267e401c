# SPDX-License-Identifier: GPL-3.0-or-later
"""By whom rules were made, as far as the history of changes tells. Plain sqlite3."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from store.base.sentences import Sentence, unpacked

_MADE = """SELECT json_extract(r.after, '$.id') AS rule, c.who FROM change_row r JOIN change c ON c.id = r.change_id
           WHERE r.table_name = 'rule' AND r.before IS NULL AND rule IN (SELECT value FROM json_each(?))
           ORDER BY c.id DESC"""


def makers(con: sqlite3.Connection, rules: Collection[int]) -> dict[int, Sentence]:
    """Rule → who added it; without those that were made before the history begins. Raises sqlite3.Error."""
    made: dict[int, Sentence] = {}
    for number, who in con.execute(_MADE, (json.dumps(list(rules)),)):
        made.setdefault(number, unpacked(who))  # one that came back by an undo has the one who brought it back
    return made
