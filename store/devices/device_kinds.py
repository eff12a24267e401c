# SPDX-License-Identifier: GPL-3.0-or-later
"""What kind of thing devices are: the recorder's guess with its reason. What a person says goes before it."""

import sqlite3

from store.config.choices import DeviceKind
from store.devices import kind_rules
from store.devices.kind_rules import Guess, Signs


def learn(con: sqlite3.Connection, device_id: int, guess: Guess | None) -> None:
    """Note a guess, unless the one there has a better reason. In a transaction of the caller's."""
    row = con.execute("SELECT found_kind, kind_reason FROM device WHERE id = ?", (device_id,)).fetchone()
    if guess is None or row is None or tuple(row) == (guess.kind, guess.reason):
        return
    if kind_rules.is_as_good(guess.reason, row[1]):
        con.execute(
            "UPDATE device SET found_kind = ?, kind_reason = ? WHERE id = ?", (guess.kind, guess.reason, device_id)
        )


def signs_of(con: sqlite3.Connection, device_id: int) -> Signs:
    """What config.db knows that may tell a kind: names by the network's word, and the maker."""
    names = [name for (name,) in con.execute("SELECT name FROM device_name WHERE device_id = ?", (device_id,))]
    row = con.execute("SELECT maker FROM device WHERE id = ?", (device_id,)).fetchone()
    return Signs(names=names, maker=(row[0] if row else None) or "")


def kind_of(given: str | None, guessed: str | None) -> DeviceKind:
    """The kind that counts; a word that is none, as of a newer version, is unknown."""
    for word in (given, guessed):
        if word in set(DeviceKind):
            return DeviceKind(word)
    return DeviceKind.UNKNOWN
