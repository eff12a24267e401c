# SPDX-License-Identifier: GPL-3.0-or-later
"""The query log as a page reads it: on a first start there is none yet, and the page shall say so kindly, not fail."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends

from store import db, querylog, stats
from webui.deps import House


def log(house: House) -> Iterator[sqlite3.Connection]:
    """A read-only connection for one request; to an empty log while the recorder has made none."""
    there = (house.state / querylog.FILE_NAME).exists()
    with contextlib.closing(stats.open_reader(house.state) if there else _empty()) as con:
        yield con


Log = Annotated[sqlite3.Connection, Depends(log)]


def _empty() -> sqlite3.Connection:
    con = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    db.migrate_connection(con, "querylog")
    return con
