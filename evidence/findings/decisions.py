# SPDX-License-Identifier: GPL-3.0-or-later
"""What people decided about findings: config.db has it, and evidence.db follows, after an undo or a restore as well.

The process of evidence does this; it has no sqlmodel, which costs 32 MiB.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

from evidence.base import evidence_file
from store.base import db
from store.base.db import transaction
from store.base.store_errors import StoreError
from store.local import decided_findings
from store.local.decided_findings import Decided, Of

MARK = "decisions"  # in evidence.db: which it has followed


def follow(state: Path) -> None:
    """Have evidence.db say what config.db says, where it does not yet; what cannot be done now is done next time."""
    if (state / "config.db").exists() and (state / evidence_file.FILE_NAME).exists():
        with suppress(sqlite3.Error, StoreError):
            _follow(state)


def _follow(state: Path) -> None:
    with closing(db.connect(state / "config.db", read_only=True)) as config:
        decided = decided_findings.load(config)
    digest = _digest(decided)
    with closing(evidence_file.open_reader(state)) as con:
        if con.execute("SELECT value FROM marks WHERE key = ?", (MARK,)).fetchone() == (digest,):
            return
    with closing(evidence_file.open_writer(state)) as con, transaction(con):
        apply(con, decided)
        con.execute("INSERT OR REPLACE INTO marks (key, value) VALUES (?, ?)", (MARK, digest))


def forget(con: sqlite3.Connection) -> None:
    """Have the next look follow config.db anew: what was decided here may be undone before anybody looks."""
    with transaction(con):
        con.execute("DELETE FROM marks WHERE key = ?", (MARK,))


def apply(con: sqlite3.Connection, decided: Mapping[Of, Decided]) -> None:
    """In the transaction of the caller: what was decided, and what no more is. What came back since stays new."""
    rows = con.execute("SELECT id, kind, device_id, key, state, changed_us, faded, decided FROM findings").fetchall()
    for number, kind, device, key, state, changed_us, faded, was_decided in rows:
        word = decided.get(Of(kind, device, key))
        if word is None:
            if was_decided:
                con.execute("UPDATE findings SET state = 'new', decided = 0 WHERE id = ?", (number,))
        elif word.state == "muted" or not (faded or (state == "new" and was_decided and changed_us > word.changed_us)):
            con.execute(_SET, (word.state, word.changed_us, number))


_SET = "UPDATE findings SET state = ?, changed_us = ?, decided = 1, faded = 0 WHERE id = ?"


def _digest(decided: Mapping[Of, Decided]) -> int:
    text = repr(sorted((of.kind, of.device, of.key, word.state, word.changed_us) for of, word in decided.items()))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=7).digest())
