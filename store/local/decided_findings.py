# SPDX-License-Identifier: GPL-3.0-or-later
"""What people decided about findings, to read: plain sqlite3, for processes that edit nothing.

A finding is known by its kind, its device (0: the home) and its key, so that it is the same one in an evidence.db that
was made anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Of:
    """Which finding."""

    kind: str
    device: int
    key: str


@dataclass(frozen=True, slots=True)
class Decided:
    """One of store.local.finding_states.STATES, and when it was decided, in µs since 1970."""

    state: str
    changed_us: int


def load(con: sqlite3.Connection) -> Mapping[Of, Decided]:
    """All of them. Raises sqlite3.Error."""
    rows = con.execute("SELECT kind, device, key, state, changed_us FROM finding_state")
    return {Of(kind, device, key): Decided(state, changed_us) for kind, device, key, state, changed_us in rows}
