# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings in evidence.db, with their lives: kept once each, told of again only when somebody wants that.

    new ──► seen ──► done ──(it goes on)──► new           muted: stays, and is not told of again
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from evidence.findings.finding import MAX_NAMES, Cause, Finding, FindingKind, FindingState
from store.base.db import transaction
from store.base.sentences import say

MAX_ROWS = 20_000  # some 10 MB; a home makes a few hundred a year
MAX_PAGE = 1_000
LOUD = 0.6  # of confidence: what is told unasked
AGAIN_US = 3_600_000_000  # what goes on for so long after it was done is told of again


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as it is kept; `found_us` when it was found first, `changed_us` when its state was last changed."""

    id: int
    finding: Finding
    state: FindingState
    found_us: int
    changed_us: int


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """All that are given must hold; a part of a finding's time lies in from ≤ time < to. device 0: the home."""

    kind: FindingKind | None = None
    device: int | None = None
    company: str | None = None
    from_us: int | None = None
    to_us: int | None = None
    states: tuple[FindingState, ...] = ()
    least: float | None = None  # of confidence


class NoFinding(LookupError):  # noqa: N818 - it names the thing
    """There is none of this id; its text says so."""


def keep(con: sqlite3.Connection, findings: Iterable[Finding], now_us: int) -> int:
    """Put findings in, each once; how many were not there before. Raises sqlite3.Error, and nothing is changed then.

    One that is there already gets its new times and numbers, all of them, so that they are of the same rows: once the
    log has let the oldest go, `first_us` is that of the oldest it has (`found_us` stays). It keeps its state, but that
    what was done and goes on is new again.
    """
    with transaction(con):
        before = con.execute("SELECT count(*) FROM findings").fetchone()[0]
        con.executemany(_KEEP, (_values(finding, now_us) for finding in findings))
        added = int(con.execute("SELECT count(*) FROM findings").fetchone()[0] - before)
        con.execute(_SURPLUS, (MAX_ROWS,))
    return added


def findings(con: sqlite3.Connection, wanted: FindingFilter, limit: int = 200, before: int = 0) -> list[FindingRow]:
    """The latest first; `before`: those after the one of this id (a cursor). Raises sqlite3.Error."""
    sql, values = _where(wanted)
    if before:
        sql += " AND (last_us, id) < (SELECT last_us, id FROM findings WHERE id = ?)"
        values.append(before)
    rows = con.execute(
        f"SELECT {_COLUMNS} FROM findings WHERE {sql} ORDER BY last_us DESC, id DESC LIMIT ?",  # noqa: S608
        (*values, max(1, min(limit, MAX_PAGE))),
    )
    return [_row(row) for row in rows]


def count(con: sqlite3.Connection, wanted: FindingFilter) -> int:
    """How many there are. Raises sqlite3.Error."""
    sql, values = _where(wanted)
    return int(con.execute(f"SELECT count(*) FROM findings WHERE {sql}", values).fetchone()[0])  # noqa: S608


def finding(con: sqlite3.Connection, number: int) -> FindingRow:
    """Raises NoFinding and sqlite3.Error."""
    row = con.execute(f"SELECT {_COLUMNS} FROM findings WHERE id = ?", (number,)).fetchone()  # noqa: S608
    if row is None:
        raise NoFinding(say("There is no finding {id}; `telltale evidence findings` shows all.", id=number))
    return _row(row)


def set_state(con: sqlite3.Connection, number: int, state: FindingState, now_us: int) -> FindingRow:
    """Raises NoFinding and sqlite3.Error."""
    with transaction(con):
        finding(con, number)
        con.execute("UPDATE findings SET state = ?, changed_us = ? WHERE id = ?", (state.value, now_us, number))
    return finding(con, number)


_COLUMNS = """id, kind, device_id, key, company, names, first_us, last_us, count, period_s, jitter, confidence, cause,
              state, found_us, changed_us"""
_KEEP = f"""
    INSERT INTO findings (kind, device_id, key, company, names, first_us, last_us, count, period_s, jitter, confidence,
                          cause, found_us, changed_us)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (kind, device_id, key) DO UPDATE SET
        state = IIF(state = 'done' AND excluded.last_us > changed_us + {AGAIN_US}, 'new', state),
        changed_us = IIF(state = 'done' AND excluded.last_us > changed_us + {AGAIN_US},
                         excluded.changed_us, changed_us),
        company = excluded.company, names = excluded.names, first_us = excluded.first_us,
        last_us = excluded.last_us, count = excluded.count, period_s = excluded.period_s,
        jitter = excluded.jitter, confidence = excluded.confidence, cause = excluded.cause"""  # noqa: S608 - fixed text
_SURPLUS = "DELETE FROM findings WHERE id IN (SELECT id FROM findings ORDER BY last_us DESC, id DESC LIMIT -1 OFFSET ?)"


def _values(finding: Finding, now_us: int) -> tuple[Any, ...]:
    return (
        finding.kind.value, finding.device_id, finding.key, finding.company, json.dumps(finding.names[:MAX_NAMES]),
        finding.first_us, finding.last_us, finding.count, finding.period_s, finding.jitter, finding.confidence,
        finding.cause.value, now_us, now_us,
    )  # fmt: skip


def _row(row: tuple[Any, ...]) -> FindingRow:
    number, kind, device, key, company, names, first, last, count, period, jitter, confidence, cause, *rest = row
    state, found_us, changed_us = rest
    value = Finding(
        FindingKind(kind), device, company, key, tuple(json.loads(names)), first, last, count, period, jitter,
        confidence, Cause(cause),
    )  # fmt: skip
    return FindingRow(number, value, FindingState(state), found_us, changed_us)


def _where(wanted: FindingFilter) -> tuple[str, list[Any]]:
    terms: list[tuple[str, Any]] = [
        ("kind = ?", wanted.kind and wanted.kind.value),
        ("device_id = ?", wanted.device),
        ("company = ? COLLATE NOCASE", wanted.company),
        ("last_us >= ?", wanted.from_us),
        ("first_us < ?", wanted.to_us),
        ("confidence >= ?", wanted.least),
        ("state IN (SELECT value FROM json_each(?))", json.dumps(wanted.states) if wanted.states else None),
    ]
    given = [(sql, value) for sql, value in terms if value is not None]
    return " AND ".join(["1", *(sql for sql, _ in given)]), [value for _, value in given]
