# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person deletes from the log for good: of one device or of all, before a time; in steps, as retention does.

Sums of hours hold no longer where records of theirs go, in the transaction in which they go.
"""

import json
import sqlite3
from dataclasses import asdict, dataclass

from store.base.db import transaction
from store.imports.wiping import Wiping
from store.log import retention
from store.log.rollup_tables import HOUR_US
from store.log.values import LATEST_US
from store.log.writer import Inside

STEP_ROWS = 20_000  # looked at or deleted at once: some 20 ms
MAX_BYTES = 4096  # of a request
SCANNED = 1024 * 1024 * 1024  # bytes of a log whose records are looked through for rules: some 25 s of a small board
_UNSEEN = """UPDATE clients SET first_us = IIF(last_us < ?1, NULL, max(first_us, ?1)),
        last_us = IIF(last_us < ?1, NULL, last_us) WHERE ?2 IS NULL OR device_id = ?2"""


@dataclass(frozen=True, slots=True)
class Clear:
    """Records before a time (µs), of a device, None: of all; of a source, None: of all, else as QueryFilter has it."""

    before_us: int = LATEST_US
    device: int | None = None
    source: str | None = None

    @property
    def whole(self) -> bool:
        """Whether all that is old enough goes, whoever asked."""
        return self.device is None and self.source is None


def dumped(clear: Clear) -> str:
    return json.dumps(asdict(clear))


def loaded(text: str) -> Clear:
    """Raises ValueError for what is none."""
    fields = json.loads(text[:MAX_BYTES])
    if not isinstance(fields, dict):
        raise ValueError("no request")
    clear = Clear(fields.get("before_us", LATEST_US), fields.get("device"), fields.get("source"))
    numbers = (clear.before_us, 0 if clear.device is None else clear.device)
    if not all(type(number) is int for number in numbers) or not isinstance(clear.source, str | None):
        raise ValueError("no request")
    return clear


class Clearing:
    """One request on its way. A process that is killed in between begins anew, which deletes the same."""

    def __init__(self, key: str, clear: Clear) -> None:
        self.key, self.clear, self.deleted = key, clear, 0
        self._at_us = 0
        self._begun = self._gone = False
        self._wiping = Wiping()

    def step(self, log: Inside) -> bool:
        """Delete a little; whether that was all. Raises sqlite3.Error."""
        con = log.con
        if self._gone:
            return self._wiping.step(con)
        if not self._begun:
            log.settle()  # what waits to be written is as old as what is deleted
            self._wiping.begin(con)
            self._begun = True
        if self.clear.whole:
            with transaction(con):
                gone = retention.delete_some(con, "WHERE time_us < ?", (self.clear.before_us,), STEP_ROWS)
                self._count(con, gone)
            if gone:
                return False
        elif not self._pass(log):
            return False
        self._end(log)
        self._gone = True
        return False

    def _pass(self, log: Inside) -> bool:
        """Look at the next records; whether they were the last."""
        con, before_us = log.con, self.clear.before_us
        with transaction(con):
            end, rows = con.execute(
                """SELECT max(time_us), count(*) FROM (
                       SELECT time_us FROM records WHERE time_us >= ? AND time_us < ? ORDER BY time_us LIMIT ?)""",
                (self._at_us, before_us, STEP_ROWS),
            ).fetchone()
            if not rows:
                return True
            where, values = self._where(con)
            span = (self._at_us, end, *values)
            hours = con.execute(f"SELECT DISTINCT time_us / {HOUR_US} FROM records {where}", span).fetchall()  # noqa: S608
            if hours:
                times = [at for (hour,) in hours for at in (hour * HOUR_US, (hour + 1) * HOUR_US - 1)]
                log.rollup.invalidate(min(times), times)
                self._count(con, con.execute(f"DELETE FROM records {where}", span).rowcount)  # noqa: S608
        self._at_us = end + 1
        return bool(rows < STEP_ROWS)

    def _where(self, con: sqlite3.Connection) -> tuple[str, tuple[str, ...]]:
        """The records of a span that go, as SQL, and its further values."""
        where, values = "WHERE time_us BETWEEN ? AND ?", list[str]()
        if self.clear.device is not None:
            ids = [row[0] for row in con.execute("SELECT id FROM clients WHERE device_id = ?", (self.clear.device,))]
            where += " AND client_id IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(ids))
        if self.clear.source is not None:
            where += " AND outcome_id IN (SELECT value FROM json_each(?))"
            ids = [row[0] for row in con.execute(retention.OF_SOURCE, (self.clear.source,) * 2)]
            values.append(json.dumps(ids))
        return where, tuple(values)

    def _count(self, con: sqlite3.Connection, gone: int) -> None:
        self.deleted += gone
        con.execute("UPDATE marks SET value = value + ? WHERE key = 'records_deleted'", (gone,))

    def _end(self, log: Inside) -> None:
        """Note it, and let names go that nobody asked for any more."""
        con, clear = log.con, self.clear
        with transaction(con):
            con.execute(
                """INSERT OR IGNORE INTO cleared (key, at_us, device_id, source, before_us, records)
                   VALUES (?, ?, ?, ?, ?, ?)""",
                (self.key, log.now_us, clear.device or 0, clear.source or "", min(clear.before_us, log.newest_us),
                 self.deleted),
            )
            if clear.source is None:  # when they were seen before that time is nobody's to read either
                con.execute(_UNSEEN, (clear.before_us, clear.device))
            if clear.device is None and clear.source is None:
                con.execute("DELETE FROM drops WHERE time_us < ?", (clear.before_us,))
        retention.purge_names(con, SCANNED)
