# SPDX-License-Identifier: GPL-3.0-or-later
"""Things by what people call them, in the sentence of a change: filled in when the edit begins, in its transaction.

    say("{list} is on for {scope}.", list=called.blocklist("pack:xiaomi"), scope=called.scope("group:2"))
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from store.base.sentences import Sentence, say

# What to ask config.db for; the first column is the name.
_NAMES: Mapping[str, str] = {
    "blocklist": "SELECT title FROM blocklist WHERE id = ?",
    "group": 'SELECT name FROM "group" WHERE id = ?',
    "schedule": "SELECT name FROM schedule WHERE id = ?",
    "rule": "SELECT name FROM rule WHERE id = ?",
    "device": """SELECT COALESCE(name, found_name, (SELECT min(address) FROM client WHERE device_id = device.id))
                 FROM device WHERE id = ?""",
    "client": """SELECT COALESCE(d.name, d.found_name) FROM client c JOIN device d ON d.id = c.device_id
                 WHERE c.address = ?""",
    "record": "SELECT name || ' ' || type || ' ' || value FROM local_record WHERE id = ?",
    "forward": "SELECT domain FROM forward WHERE id = ?",
    "exception": "SELECT name FROM exception WHERE id = ?",
    "request": "SELECT name FROM request WHERE id = ?",
}


@dataclass(frozen=True, slots=True)
class Called:
    """A thing that has a name in config.db."""

    kind: str
    key: str | int

    def __str__(self) -> str:
        return str(self.key)

    def __format__(self, spec: str) -> str:
        return str(self.key)


def blocklist(blocklist_id: str) -> Called:
    return Called("blocklist", blocklist_id)


def group(number: int) -> Called:
    return Called("group", number)


def device(number: int) -> Called:
    return Called("device", number)


def client(address: str) -> Called:
    """The device behind an address."""
    return Called("client", address)


def rule(number: int) -> Called:
    return Called("rule", number)


def schedule(number: int) -> Called:
    return Called("schedule", number)


def record(number: int) -> Called:
    """A local record: name, type and value."""
    return Called("record", number)


def forward(number: int) -> Called:
    return Called("forward", number)


def exception(number: int) -> Called:
    return Called("exception", number)


def request(number: int) -> Called:
    """The name that somebody asks to be let through."""
    return Called("request", number)


def scope(text: str) -> Called:
    """`house`, `group:1` or `device:3`."""
    return Called("scope", text)


def alone(thing: Called) -> Sentence:
    """The name and nothing else, for a list of them."""
    return Sentence("{thing}", {"thing": thing})


def resolve(con: sqlite3.Connection, text: str) -> str:
    """The sentence with names in place of what they stand for; what has none goes by its id."""
    if not isinstance(text, Sentence):
        return text
    values = {key: _value(con, value) for key, value in text.values.items()}
    return Sentence(text.message, values, text.many, text.number, text.sense)


def _value(con: sqlite3.Connection, value: object) -> object:
    if isinstance(value, Sentence):
        return resolve(con, value)
    return _name(con, value) if isinstance(value, Called) else value


def _name(con: sqlite3.Connection, thing: Called) -> str:
    kind, key = thing.kind, thing.key
    if kind == "scope":
        if key == "house":
            return say("the whole house")
        kind, _, number = str(key).partition(":")
        key = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else number
    row = con.execute(_NAMES[kind], (key,)).fetchone() if kind in _NAMES else None
    return str(row[0]) if row and row[0] is not None else str(thing.key)
