# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocklists as the update process sees them: what is installed, what was found, and that a new index is out.

Plain sqlite3: the update process has no need of SQLModel's memory.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from store.base.db import transaction
from store.config import wall_blocklists


@dataclass(frozen=True, slots=True)
class Installed:
    """A blocklist and what the last update knew of it. `on`: in any scope."""

    id: str
    kind: str
    title: str
    source: str
    format: str | None
    allow: bool
    on: bool
    checked_at: int | None
    fetched_at: int | None
    etag: str | None
    last_modified: str | None
    sha256: str | None
    error: str | None
    rules: int | None = None
    accepted: str | None = None
    guard: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)


COLUMNS = (
    "checked_at", "fetched_at", "changed_at", "etag", "last_modified", "bytes", "lines", "rules", "block_names",
    "allow_names", "skipped", "error", "sha256", "kinds", "guarded", "changes", "held", "held_sha256", "accepted",
)  # fmt: skip


def installed(con: sqlite3.Connection) -> list[Installed]:
    """Every blocklist in the table, by id."""
    rows = con.execute(
        """SELECT b.id, b.kind, b.title, b.source, b.format, b.allow,
                  EXISTS (SELECT 1 FROM toggle t WHERE t.blocklist_id = b.id AND t."on"),
                  s.checked_at, s.fetched_at, s.etag, s.last_modified, s.sha256, s.error, s.rules, s.accepted,
                  b.guard, b.options
           FROM blocklist b LEFT JOIN blocklist_status s ON s.blocklist_id = b.id ORDER BY b.id"""
    )
    return [_installed(row) for row in rows]


def note(con: sqlite3.Connection, blocklist_id: str, values: Mapping[str, Any]) -> None:
    """Store some columns of blocklist_status (those that are JSON as dicts); the others keep what they hold.

    A list that was removed in the meantime is passed over.
    """
    if unknown := values.keys() - set(COLUMNS):
        raise ValueError(f"blocklist_status has no column {', '.join(sorted(unknown))}.")
    values = {key: json.dumps(value) if isinstance(value, dict) else value for key, value in values.items()}
    with transaction(con):
        con.execute(
            """INSERT INTO blocklist_status (blocklist_id, bytes, lines, rules, block_names, allow_names, skipped)
               SELECT id, 0, 0, 0, 0, 0, '{}' FROM blocklist WHERE id = ? ON CONFLICT DO NOTHING""",
            (blocklist_id,),
        )
        for key, value in values.items():  # the names are ours: held against COLUMNS above
            con.execute(f"UPDATE blocklist_status SET {key} = ? WHERE blocklist_id = ?", (value, blocklist_id))  # noqa: S608


def _installed(row: tuple[Any, ...]) -> Installed:
    number, kind, title, source, form, allow, on, checked, fetched, etag, modified, sha256, error, *more = row
    rules, accepted, guard, options = more
    times = (checked, fetched, etag, modified, sha256, error)
    return Installed(
        number, kind, title, source, form, bool(allow), bool(on), *times, rules, accepted, bool(guard),
        json.loads(options),
    )  # fmt: skip


def bump_index_generation(con: sqlite3.Connection) -> int:
    """Say that a new index is published; returns the new generation."""
    with transaction(con):
        con.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'index_generation'")
        return int(con.execute("SELECT value FROM meta WHERE key = 'index_generation'").fetchone()[0])


def titles(con: sqlite3.Connection) -> dict[str, str]:
    """Blocklist id → title, those of the wall among them."""
    return {**wall_blocklists.TITLES, **dict(con.execute("SELECT id, title FROM blocklist"))}
