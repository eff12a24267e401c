# SPDX-License-Identifier: GPL-3.0-or-later
"""What a restore does, counted part by part; and of when a backup is. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from store.backup.backup_form import IDLE_TESTS, PARTS
from store.history.recording import RowChange

# Columns with the second at which a row was made, changed, or seen.
_TIMES = ("created_at", "changed_at", "added_at", "decided_at", "first_seen", "last_seen", "last_used", "revoked_at")
_LATEST = 253_402_300_799  # the last second of the year 9999: what is later is no time


@dataclass(frozen=True, slots=True)
class PartChange:
    """A part of a backup: how many rows it holds, and how many rows here come, become others, and go by it."""

    part: str
    rows: int
    added: int = 0
    changed: int = 0
    removed: int = 0


def count(
    parts: Iterable[str], tables: Mapping[str, Sequence[Any]], altered: Sequence[RowChange], tests: int = 0,
    tests_added: int = 0,
) -> tuple[PartChange, ...]:  # fmt: skip
    """Each part with what becomes of its rows; `tests`: idle tests that the backup holds, and how many of them come."""
    return tuple(
        PartChange(part, tests, tests_added) if part == IDLE_TESTS
        else _of_part(part, tables, [row for row in altered if row.table in PARTS[part]])
        for part in parts
    )  # fmt: skip


def newest(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> int | None:
    """The latest moment (Unix seconds) that any row tells of: the backup is no older. None where none does."""
    times = (row.get(column) for rows in tables.values() for row in rows for column in _TIMES)
    return max((time for time in times if isinstance(time, int) and 0 < time <= _LATEST), default=None)


def _of_part(part: str, tables: Mapping[str, Sequence[Any]], altered: Sequence[RowChange]) -> PartChange:
    added = sum(row.before is None for row in altered)
    removed = sum(row.after is None for row in altered)
    rows = sum(len(tables.get(table, ())) for table in PARTS[part])
    return PartChange(part, rows, added, len(altered) - added - removed, removed)
