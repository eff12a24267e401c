# SPDX-License-Identifier: GPL-3.0-or-later
"""How often each rule of a list decided, as the query log tells; for the home's own rules, of which there are few."""

import json
import sqlite3
import time

from store.base.db import transaction
from store.rules.rule_hit import RuleHit, RuleHits
from store.stats import search
from store.stats.search import IdFilter

MAX_HITS = 50_000  # records that are looked at; what has more is counted as far back as that
_OUTCOMES = "SELECT o.id FROM outcomes o JOIN lists l ON l.id = o.list_id WHERE l.key = ?"
_RULES = """SELECT substr(w.name, 1, instr(w.name || ' through ', ' through ') - 1), count(*), max(r.time_us)
            FROM json_each(?) j CROSS JOIN records r ON r.time_us = j.value
            JOIN outcomes o ON o.id = r.outcome_id JOIN names w ON w.id = o.rule_id GROUP BY 1"""


def hits(con: sqlite3.Connection, blocklist_id: str, from_us: int, to_us: int, seconds: float) -> RuleHits:
    """Count over the records of a span, the newest first, for so long at most; hours without any cost next to nothing.

    What is named with a hop ("… through CNAME x") counts as its rule.
    """
    end, times, until = to_us, list[int](), time.monotonic() + seconds
    with transaction(con, "DEFERRED"):
        wanted = IdFilter(outcomes=frozenset(number for (number,) in con.execute(_OUTCOMES, (blocklist_id,))))
        while True:
            matches, looked_us = search.times(con, wanted, from_us, end, MAX_HITS - len(times))
            times += matches
            if len(times) >= MAX_HITS:
                looked_us = times[-1]
                break
            if looked_us is None or time.monotonic() > until:
                break
            end = looked_us
        rows = con.execute(_RULES, (json.dumps(times),)).fetchall()
    return RuleHits({rule: RuleHit(count, last_us) for rule, count, last_us in rows}, looked_us or from_us)
