# SPDX-License-Identifier: GPL-3.0-or-later
"""A fresh state directory, its engine and its query log, for each test."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from store.base import db
from store.config import edit
from store.log import querylog


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    assert db.open_config(folder) is None
    return folder


@pytest.fixture
def engine(state: Path) -> Engine:
    return edit.engine(state)


@pytest.fixture
def con(state: Path) -> Iterator[sqlite3.Connection]:
    made = db.connect(state / "config.db")
    yield made
    made.close()


@pytest.fixture
def log(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    made = querylog.open_log(tmp_path / "querylog.db")
    yield made
    made.close()
