# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose names are follows what is known of them: when facts change, each name is looked at again, in small steps.

By which facts names are stored stands in the table `facts`: their version, and which names still wait to be looked at.
A step puts names right, and lets the hours and days that have them hold no longer as far as they know names (levels 2
and 3 of `rolled`), in one transaction: so sums and names agree at every moment, and a process that is killed goes on
where it was.
"""

import sqlite3

from store.base.db import transaction
from store.log import rollup_tables
from store.log.interning import Interner
from store.log.name_facts import NOBODY, NameFacts, Stored, store_by, stored
from store.log.rollup_tables import DAYS, HOURS, HOUSE, KNOWN_DAYS, KNOWN_HOURS, TABLE
from store.sums import counts, packed

STEP_NAMES = 1_000  # looked at in one step, some 10 ms; on a small board 50
NOTED_NAMES = 20_000  # after so many without a change it is noted how far they are
MAX_LOOKED = 200  # blocks that are looked into in one step, of a large log some 50 ms; others may have the names

_NAMES = """SELECT n.id, n.name, COALESCE(c.name, ''), COALESCE(c.kind, 0), n.purpose
    FROM names n LEFT JOIN companies c ON c.id = n.company_id WHERE n.id > ? AND n.id <= ? ORDER BY n.id LIMIT ?"""


class Attribution:
    """The writer's; `step` is to be called between two commits."""

    def __init__(self, con: sqlite3.Connection, facts: NameFacts, interner: Interner) -> None:
        self._con, self._facts, self._interner = con, facts, interner
        self._left: tuple[int, int] | None = None  # names that wait, None: it is not known which

    def follow(self, facts: NameFacts) -> None:
        """From here on these facts hold."""
        if facts.version != self._facts.version:
            self._facts, self._left = facts, None
            self._interner.follow(facts)

    def step(self) -> tuple[bool, bool]:
        """Look at some names: (whether there were any, whether any is another's now).

        Raises sqlite3.Error; then nothing has changed.
        """
        if self._left is None:
            with transaction(self._con):
                left = store_by(self._con, self._facts.version)
            self._left = left
        after, upto = self._left
        if after >= upto:
            return False, False
        rows = self._con.execute(_NAMES, (after, upto, STEP_NAMES)).fetchall()
        end = rows[-1][0] if len(rows) == STEP_NAMES else upto
        of, changed, moved = self._facts.of, list[tuple[Stored, int]](), set[int]()
        for number, name, company, kind, purpose in rows:
            fact = stored(of(name))
            if fact != ((company, kind), purpose):
                changed.append((fact, number))
                if fact[0] != (company, kind):
                    moved.add(number)
        if changed or end >= upto or after // NOTED_NAMES != end // NOTED_NAMES:
            with transaction(self._con):
                self._put_right(changed)
                _let_go(self._con, moved)
                self._con.execute("UPDATE facts SET looked_to = ?", (end,))
        self._left = end, upto
        return True, bool(moved)

    def _put_right(self, changed: list[tuple[Stored, int]]) -> None:
        ids = {company: self._interner.company(*company) for company in {fact[0] for fact, _ in changed} - {NOBODY}}
        self._con.executemany(
            "UPDATE names SET company_id = ?, purpose = ? WHERE id = ?",
            [(ids.get(company), purpose, number) for (company, purpose), number in changed],
        )


def _let_go(con: sqlite3.Connection, names: set[int]) -> None:
    """Hours and days that may have these names hold no longer, as far as they know names."""
    if not names:
        return
    bits, looks = int.from_bytes(packed.bits(names), "little"), [MAX_LOOKED]
    hours = _kept(con, KNOWN_HOURS)
    days = {*_kept(con, DAYS)} & {hour // 24 for hour in hours}
    without = {day for day in sorted(days, reverse=True) if not _may_have(con, DAYS, day, bits, looks)}
    near = [hour for hour in hours if hour // 24 not in without]
    alone = {*_kept(con, KNOWN_DAYS)} - {hour // 24 for hour in hours}  # without their hours
    gone = [24 * day for day in sorted(alone, reverse=True) if _may_have(con, DAYS, day, bits, looks)]
    gone += [hour for hour in near if _may_have(con, HOURS, hour, bits, looks)]
    rollup_tables.let_known_go(con, gone)


def _kept(con: sqlite3.Connection, level: int) -> list[int]:
    """The blocks whose sums hold, the newest first."""
    sql = "SELECT block FROM rolled WHERE level = ? AND kept ORDER BY block DESC"
    return [block for (block,) in con.execute(sql, (level,))]


def _may_have(con: sqlite3.Connection, level: int, block: int, bits: int, looks: list[int]) -> bool:
    """Whether a block has one of these names, or may; each look costs one of `looks`."""
    if looks[0] <= 0:
        return True
    looks[0] -= 1
    row = con.execute(f"SELECT presence FROM {TABLE[level]} WHERE id = ?", (packed.row(block, HOUSE),)).fetchone()  # noqa: S608
    return row is not None and bool(counts.presence(row[0]) & bits)
