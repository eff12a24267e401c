# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an edit of config.db was about lists at all: most are not, and to look after lists costs 70 ms of a core."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from store.base.db import connect
from store.config import list_status
from store.config.settings import Settings


def concern(state: Path, settings: Settings) -> int | None:
    """A number for all that a list update goes by in config.db and in the settings: while it is the same, so is what
    an update would do. None while config.db cannot be read. Waits for no lock.
    """
    try:
        with contextlib.closing(connect(state / "config.db", read_only=True)) as con:
            con.execute("PRAGMA busy_timeout = 0")
            lists = [(row.source, repr(row)) for row in list_status.installed(con)]
    except (OSError, sqlite3.Error, ValueError):
        return None
    return hash((settings.update_hours, settings.upstreams, *lists))
