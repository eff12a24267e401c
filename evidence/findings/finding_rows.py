# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings in evidence.db, with their lives: kept once each, told of again only when somebody wants that.

    new ──► seen ──► done ──(it goes on)──► new           muted: stays, and is not told of again
      └───────┴──(it is no more)──► done, faded ──(it begins again)──► new
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable
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
    """A finding as it is kept; `found_us` when it was found first, `changed_us` when its state was last changed.

    `faded`: it is done by itself, since it no longer holds.
    """

    id: int
    finding: Finding
    state: FindingState
    found_us: int
    changed_us: int
    faded: bool = False


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """All that are given must hold; a part of a finding's time lies in from ≤ time < to. device 0: the home."""

    kind: FindingKind | None = None
    device: int | None = None
    company: str | None = None
    from_us: int | None = None
    to_us: int | None = None
    states: tuple[FindingState, ...] = ()
    kinds: tuple[FindingKind, ...] = ()  # any of these
    least: float | None = None  # of confidence


class NoFinding(LookupError):  # noqa: N818 - it names the thing
    """There is none of this id; its text says so."""


def keep(con: sqlite3.Connection, findings: Iterable[Finding], now_us: int) -> int:
    """Put findings in, each once; how many were not there before. Raises sqlite3.Error, and nothing is changed then.

    One that is there already gets its new times and numbers, all of them, so that they are of the same rows: once the
    log has let the oldest go, `first_us` is that of the oldest it has (`found_us` stays). It keeps its state, but that
    what was done and goes on is new again, and so is what had faded.
    """
    with transaction(con):
        before = con.execute("SELECT count(*) FROM findings").fetchone()[0]
        con.executemany(_KEEP, (_values(finding, now_us) for finding in findings))
        added = int(con.execute("SELECT count(*) FROM findings").fetchone()[0] - before)
        con.execute(_SURPLUS, (MAX_ROWS,))
    return added


def fade(con: sqlite3.Connection, kinds: Collection[FindingKind], findings: Iterable[Finding], now_us: int) -> int:
    """Of these kinds, what is not among `findings` is done by itself; how many. Raises sqlite3.Error."""
    there = json.dumps([[finding.kind.value, finding.device_id, finding.key] for finding in findings])
    with transaction(con):
        return con.execute(_FADE, (now_us, json.dumps([kind.value for kind in kinds]), there)).rowcount


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


def weightiest(con: sqlite3.Connection, wanted: FindingFilter, limit: int = 3) -> list[FindingRow]:
    """The most important: by what it is and how loud, then how often. Raises sqlite3.Error."""
    sql, values = _where(wanted)
    rows = con.execute(
        f"SELECT {_COLUMNS} FROM findings WHERE {sql} ORDER BY {_WEIGHT} LIMIT ?",  # noqa: S608 - fixed text
        (*values, limit),
    )
    return [_row(row) for row in rows]


def loudest(con: sqlite3.Connection, wanted: FindingFilter, limit: int) -> list[FindingRow]:
    """The surest first, of equals the latest. Raises sqlite3.Error."""
    sql, values = _where(wanted)
    rows = con.execute(
        f"SELECT {_COLUMNS} FROM findings WHERE {sql} ORDER BY confidence DESC, last_us DESC, id LIMIT ?",  # noqa: S608
        (*values, limit),
    )
    return [_row(row) for row in rows]


def count(con: sqlite3.Connection, wanted: FindingFilter) -> int:
    """How many there are. Raises sqlite3.Error."""
    sql, values = _where(wanted)
    return int(con.execute(f"SELECT count(*) FROM findings WHERE {sql}", values).fetchone()[0])  # noqa: S608


def counts(con: sqlite3.Connection, wanted: FindingFilter) -> dict[tuple[FindingKind, int], int]:
    """Kind and device → how many there are. Raises sqlite3.Error."""
    sql, values = _where(wanted)
    rows = con.execute(f"SELECT kind, device_id, count(*) FROM findings WHERE {sql} GROUP BY 1, 2", values)  # noqa: S608
    return {(FindingKind(kind), device): count for kind, device, count in rows}


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
        con.execute(
            "UPDATE findings SET state = ?, changed_us = ?, faded = 0, decided = ? WHERE id = ?",
            (state.value, now_us, state is not FindingState.NEW, number),
        )
    return finding(con, number)


_VALUES = (
    "kind", "device_id", "key", "company", "names", "first_us", "last_us", "count", "period_s", "jitter", "confidence",
    "cause", "verdict", "blocklist", "list_title", "level", "scope", "rule", "rule_id", "imported",
)  # fmt: skip
_COLUMNS = f"id, {', '.join(_VALUES)}, state, found_us, changed_us, faded"
_AGAIN = f"state = 'done' AND (faded OR excluded.last_us > changed_us + {AGAIN_US})"
_ANEW_STATE = "IIF(faded AND excluded.last_us <= last_us, 'seen', 'new')"
_PUT = ", ".join(f"{name} = excluded.{name}" for name in _VALUES[3:])
_KEEP = f"""
    INSERT INTO findings ({", ".join(_VALUES)}, found_us, changed_us) VALUES ({", ".join("?" * len(_VALUES))}, ?, ?)
    ON CONFLICT (kind, device_id, key) DO UPDATE SET {_PUT},
        state = IIF({_AGAIN}, {_ANEW_STATE}, state),
        changed_us = IIF({_AGAIN}, excluded.changed_us, changed_us), faded = 0"""  # noqa: S608 - fixed text
_WEIGHT = """
    CASE kind WHEN 'leak' THEN 0 WHEN 'bypass' THEN 0 WHEN 'beacon' THEN 1 WHEN 'new_company' THEN 2 ELSE 3 END,
    confidence DESC, count DESC, last_us DESC, id DESC"""
_FADE = """
    UPDATE findings SET state = 'done', changed_us = ?1, faded = 1
    WHERE state IN ('new', 'seen') AND kind IN (SELECT value FROM json_each(?2))
      AND (kind, device_id, key) NOT IN (
          SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?3))"""
_SURPLUS = "DELETE FROM findings WHERE id IN (SELECT id FROM findings ORDER BY last_us DESC, id DESC LIMIT -1 OFFSET ?)"


def _values(finding: Finding, now_us: int) -> tuple[Any, ...]:
    values = {name: getattr(finding, name) for name in _VALUES}
    values |= {"kind": finding.kind.value, "cause": finding.cause.value, "names": json.dumps(finding.names[:MAX_NAMES])}
    return (*values.values(), now_us, now_us)


def _row(row: tuple[Any, ...]) -> FindingRow:
    number, *columns, state, found_us, changed_us, faded = row
    values = dict(zip(_VALUES, columns, strict=True))
    values |= {"kind": FindingKind(values["kind"]), "cause": Cause(values["cause"])}
    values |= {"names": tuple(json.loads(values["names"])), "imported": bool(values["imported"])}
    return FindingRow(number, Finding(**values), FindingState(state), found_us, changed_us, bool(faded))


def _where(wanted: FindingFilter) -> tuple[str, list[Any]]:
    terms: list[tuple[str, Any]] = [
        ("kind = ?", wanted.kind and wanted.kind.value),
        ("device_id = ?", wanted.device),
        ("company = ? COLLATE NOCASE", wanted.company),
        ("last_us >= ?", wanted.from_us),
        ("first_us < ?", wanted.to_us),
        ("confidence >= ?", wanted.least),
        ("kind IN (SELECT value FROM json_each(?))", json.dumps(wanted.kinds) if wanted.kinds else None),
        ("state IN (SELECT value FROM json_each(?))", json.dumps(wanted.states) if wanted.states else None),
    ]
    given = [(sql, value) for sql, value in terms if value is not None]
    return " AND ".join(["1", *(sql for sql, _ in given)]), [value for _, value in given]
