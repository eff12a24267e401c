# SPDX-License-Identifier: GPL-3.0-or-later
"""A fresh state directory, its engine and its query log, for each test."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from fresh_state import _migrated as _migrated
from fresh_state import log_file as log_file
from fresh_state import state as state
from weak_scrypt import _weak_scrypt as _weak_scrypt
from weak_scrypt import whole_scrypt as whole_scrypt

from store.base import db
from store.config import edit
from store.config.engine import Engine
from store.log import querylog


@pytest.fixture
def engine(state: Path) -> Engine:
    return edit.engine(state)


@pytest.fixture
def con(state: Path) -> Iterator[sqlite3.Connection]:
    made = db.connect(state / "config.db")
    yield made
    made.close()


@pytest.fixture
def log(log_file: Path) -> Iterator[sqlite3.Connection]:
    made = querylog.open_log(log_file)
    yield made
    made.close()
