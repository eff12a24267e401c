# SPDX-License-Identifier: GPL-3.0-or-later
"""Words by which a device says which one it is, where it asks over an encrypted connection. Plain sqlite3.

    k3v9q2xw7m2abcde   made at random when somebody asks for it: who knows it may ask from anywhere, if that is allowed
    toms-phone         its name as a label, which anybody can guess: it counts inside the home alone

A word stands in the path of DNS over HTTPS, or as the first label of the name that a TLS client connects to, so letters
are small ones, and whoever sees a connection begin can read it: it opens nothing but DNS.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from store.local.device_names import label_of

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
LENGTH = 16  # of 31 letters each: 79 bits
MAX_WORDS = 40_000  # twice as many as there are devices


@dataclass(frozen=True, slots=True)
class DeviceWords:
    """`secret` and `friendly` words with the ids of their devices."""

    secret: Mapping[str, int] = field(default_factory=dict)
    friendly: Mapping[str, int] = field(default_factory=dict)


def load(con: sqlite3.Connection) -> DeviceWords:
    """All of them. Where several devices have one name, it is that of the first. Raises sqlite3.Error."""
    secret = dict(con.execute("SELECT word, device_id FROM device_word LIMIT ?", (MAX_WORDS,)))
    friendly: dict[str, int] = {}
    for number, name in con.execute(
        "SELECT id, COALESCE(name, found_name) FROM device WHERE COALESCE(name, found_name) <> '' "
        "ORDER BY name IS NULL, id LIMIT ?", (MAX_WORDS,),
    ):  # fmt: skip
        if word := label_of(name):
            friendly.setdefault(word, number)
    return DeviceWords(secret, friendly)


def secret_of(con: sqlite3.Connection, device_id: int) -> str:
    """The device's newest word, "" while it has none."""
    row = con.execute(
        "SELECT word FROM device_word WHERE device_id = ? ORDER BY made_at DESC, word LIMIT 1", (device_id,)
    ).fetchone()
    return str(row[0]) if row else ""
