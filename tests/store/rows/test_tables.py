# SPDX-License-Identifier: GPL-3.0-or-later
"""The migrations make config.db, the classes describe it: both must say the same."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import SQLModel, create_engine

from store.rows import config_rows, household_rows, local_rows, tables

pytestmark = pytest.mark.database

CLASSES = [kind for rows in (config_rows, household_rows, local_rows) for kind in vars(rows).values()
           if isinstance(kind, type) and issubclass(kind, SQLModel) and kind is not SQLModel]  # fmt: skip
TABLES = SQLModel.metadata.tables


@pytest.fixture(scope="module")
def described() -> Iterator[sqlite3.Connection]:
    assert (tables.Meta.__tablename__, tables.Pause.__tablename__) == ("meta", "pause")
    assert tables.LocalRecord.__tablename__ == "local_record"
    made = sqlite3.connect(":memory:", check_same_thread=False)
    engine = create_engine("sqlite://", creator=lambda: made)
    SQLModel.metadata.create_all(engine)
    yield made
    made.close()


def _affinity(declared: str) -> str:
    declared = declared.upper()
    return "INTEGER" if "INT" in declared else "TEXT" if "CHAR" in declared or "TEXT" in declared else declared


def _shape(con: sqlite3.Connection, table: str) -> dict[str, Any]:
    columns = con.execute(f'PRAGMA table_info("{table}")').fetchall()
    unique = set()
    for _, index, is_unique, *_ in con.execute(f'PRAGMA index_list("{table}")').fetchall():
        if is_unique:
            unique.add(frozenset(row[2] for row in con.execute(f'PRAGMA index_info("{index}")')))
    foreign = {tuple(row[2:7]) for row in con.execute(f'PRAGMA foreign_key_list("{table}")')}
    return {
        "columns": {name: (_affinity(kind), notnull, pk) for _, name, kind, notnull, _, pk in columns},
        "unique": unique,
        "foreign": foreign,
    }


def _names(con: sqlite3.Connection) -> list[str]:
    sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    return [row[0] for row in con.execute(sql)]


def test_the_same_tables(con: sqlite3.Connection, described: sqlite3.Connection) -> None:
    # The update process declares its own in store.config.list_status.
    assert set(_names(con)) - {"blocklist_status"} == set(_names(described))


@pytest.mark.parametrize("table", sorted(TABLES))
def test_the_same_columns_keys_and_bounds(con: sqlite3.Connection, described: sqlite3.Connection, table: str) -> None:
    assert _shape(con, table) == _shape(described, table)


def test_a_class_is_called_once_in_all_files() -> None:
    names = [kind.__name__ for kind in CLASSES]
    assert len(set(names)) == len(names) == len(TABLES)
    assert all(getattr(tables, kind.__name__) is kind for kind in CLASSES)
