# SPDX-License-Identifier: GPL-3.0-or-later
"""What a blocklist did, as the query log tells: how often it decided, by how many of its rules, and when last."""

import sqlite3

from store.log.values import ListHits


def hits(con: sqlite3.Connection, blocklist_id: str, from_us: int, to_us: int) -> ListHits:
    """Count over the records of a span. What is named with a hop ("… through CNAME x") counts as its rule."""
    row = con.execute(
        """SELECT sum(g.n),
                  count(DISTINCT substr(w.name, 1, instr(w.name || ' through ', ' through ') - 1)),
                  max(g.last)
           FROM (SELECT outcome_id, count(*) AS n, max(time_us) AS last FROM records
                 WHERE time_us >= ? AND time_us < ? GROUP BY outcome_id) g
           JOIN outcomes o ON o.id = g.outcome_id
           JOIN lists l ON l.id = o.list_id
           LEFT JOIN names w ON w.id = o.rule_id
           WHERE l.key = ?""",
        (from_us, to_us, blocklist_id),
    ).fetchone()
    return ListHits(row[0] or 0, row[1] or 0, row[2])
