# SPDX-License-Identifier: GPL-3.0-or-later
"""The migrations of a database, as they stand in store/migrations/<kind>/NNNN_name.sql."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path


def newest_version(kind: str = "config") -> int:
    """The version that this Telltale's databases have."""
    return migration_steps(kind)[-1][0]


def migration_steps(kind: str) -> list[tuple[int, str]]:
    """(version, its SQL), the oldest first."""
    folder = Path(__file__).parents[1] / "migrations" / kind
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(int(name[:4]), (folder / name).read_text("utf-8")) for name in names]


def statements(script: str) -> Iterator[str]:
    """The statements of a script, one after the other; a trigger is one."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
