# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a device lands that nobody has seen before: the group of the setting `new_devices`, such as a quarantine."""

import sqlite3


def group_of(con: sqlite3.Connection, text: str) -> int | None:
    """The id of the group that is meant, by its id or its name; None for nothing, and for one that is not there."""
    if not text:
        return None
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
    row = con.execute(
        'SELECT id FROM "group" WHERE id = ?1 OR lower(name) = lower(?2) ORDER BY id = ?1 DESC LIMIT 1', (number, text)
    ).fetchone()
    return int(row[0]) if row else None


def is_one(address: str) -> bool:
    """Whether whoever asks from there may be new: this machine itself never is."""
    return not address.startswith("127.") and address != "::1"
