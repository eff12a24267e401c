# SPDX-License-Identifier: GPL-3.0-or-later
"""What devices are called, and by whom: a name a source, of which the first in `NameSource`'s order counts.

A name by hand goes before all that the network says. What a device says of itself is no proof of who it is, so a name
that another device bears is not borne twice: it stays with whom the better word stands for (`_WORTH`), and of equals
with whom had it first. The other goes by the next name that it has, or by its maker and address. Rules never go by
a name that the network found.
"""

import sqlite3

from store.config.choices import NameSource
from store.config.devices import OVERFLOW

_ORDER = {source: place for place, source in enumerate(NameSource)}
# How good a word is where two devices claim a name: what people wrote, what the router says, what devices say.
_WORTH = {
    NameSource.HAND: 0, NameSource.HOSTS: 1, NameSource.PTR: 2, NameSource.LEASE: 3, NameSource.MDNS: 4,
    NameSource.SSDP: 5,
}  # fmt: skip
_STEPS = 8  # devices that may in turn give up a name to one another
# Names that stand for something else in every home (for wpad and isatap see CERT VU#598349).
RESERVED = frozenset({"localhost", "wpad", "isatap", "telltale"})


def learn(con: sqlite3.Connection, device_id: int, source: NameSource, name: str | None) -> None:
    """Note what a source calls a device now, None: nothing any more. In a transaction of the caller's."""
    if name is None or name.casefold() in RESERVED:
        done = con.execute("DELETE FROM device_name WHERE device_id = ? AND source = ?", (device_id, source))
    else:
        done = con.execute(
            """INSERT INTO device_name (device_id, source, name)
               SELECT id, ?2, ?3 FROM device WHERE id = ?1 AND found_from IS NOT ?4
               ON CONFLICT DO UPDATE SET name = excluded.name WHERE name <> excluded.name""",
            (device_id, source, name, OVERFLOW),
        )
    if done.rowcount:
        choose(con, device_id)


def names_of(con: sqlite3.Connection, device_id: int) -> dict[NameSource, str]:
    """What the network calls a device, by source, the first one first."""
    rows = con.execute("SELECT source, name FROM device_name WHERE device_id = ?", (device_id,))
    named = {NameSource(source): name for source, name in rows}
    return {source: named[source] for source in sorted(named, key=_ORDER.__getitem__)}


def choose(con: sqlite3.Connection, device_id: int) -> None:
    """Settle what the network calls a device, after a name of it, or of another one by hand, has changed."""
    waiting = [device_id]
    for _ in range(_STEPS):
        if not waiting:
            return
        waiting += _choose(con, waiting.pop(0))


def give_up(con: sqlite3.Connection, device_id: int) -> None:
    """After a device was named by hand: who bears its name by the network's word goes by another one."""
    bearers = con.execute(
        """SELECT other.id FROM device named JOIN device other ON other.id <> named.id
           WHERE named.id = ? AND named.name IS NOT NULL AND lower(other.found_name) = lower(named.name)""",
        (device_id,),
    ).fetchall()
    for (bearer,) in bearers:
        choose(con, bearer)


def _choose(con: sqlite3.Connection, device_id: int) -> list[int]:
    """Choose for one device; returns those that gave up the name to it."""
    for source, name in names_of(con, device_id).items():
        others = con.execute(
            """SELECT id, name, found_name, found_from FROM device
               WHERE id <> ?1 AND (lower(name) = lower(?2) OR lower(found_name) = lower(?2))""",
            (device_id, name),
        ).fetchall()
        if all(_yields(source, name, given, found_from) for _, given, _, found_from in others):
            con.execute("UPDATE device SET found_name = ?, found_from = ? WHERE id = ?", (name, source, device_id))
            return [other for other, *_ in others]
    con.execute("UPDATE device SET found_name = NULL, found_from = NULL WHERE id = ?", (device_id,))
    return []


def _yields(source: NameSource, name: str, given: str | None, found_from: str | None) -> bool:
    """Whether a device that bears the name has it by a worse word than `source`."""
    if given is not None and given.casefold() == name.casefold():
        return False
    return found_from in _WORTH and _WORTH[NameSource(found_from)] > _WORTH[source]
