# SPDX-License-Identifier: GPL-3.0-or-later
"""Which device an address belongs to, written as the network shows it. Plain sqlite3; the recorder's.

In this order: the MAC address that a trusted router names (EDNS), the one in the neighbour table, the one of a DHCP
lease; then an address or network given by hand, the most specific one; else the address is a device of its own.
The same MAC is the same device, which may have several. An address met with another MAC than before has moved to
that one's device; what a person split off stays where it was put for as long as its MAC stays the same.
"""

import json
import sqlite3
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from network.address_sets import is_private_mac
from store.base.db import transaction
from store.config.choices import ClientHow
from store.config.devices import MORE_DEVICES, OVERFLOW, clients_at, landing_group
from store.devices import hand_networks, newcomers
from store.devices.device_merging import SCOPED, bump, carry_over

# A school behind one appliance has some thousands; ten thousand are read in 50 ms and are 20 MB of memory in a process.
# Beyond that somebody makes addresses up, and those heard least lately make room.
MAX_DEVICES = 10_000
MAX_CLIENTS = 40_000  # two of each device, and the twenty that phones have at a time; those seen least lately go first
MAX_CLIENTS_EACH = 200  # of one device: four days of a phone that takes fifty IPv6 addresses a day
_SURER = {how: place for place, how in enumerate(ClientHow)}
# An address that a person split off from its MAC's device.
_SPLIT_OFF = "how = 'hand' AND mac IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Sighting:
    """An address, and the MAC address behind it where that is known; `how` that is known."""

    address: str
    mac: str | None = None
    how: ClientHow = ClientHow.MAC


def sighted(con: sqlite3.Connection, address: str, mac: str | None = None, now: int | None = None) -> int:
    """The id of the device behind an address, made when it is new. Raises sqlite3.Error when it cannot be stored."""
    return meet(con, [Sighting(address, mac)], now)[address]


def meet(
    con: sqlite3.Connection, sightings: Iterable[Sighting], now: int | None = None, landing: str = ""
) -> dict[str, int]:  # fmt: skip
    """The same for several addresses, in one transaction: address → id of the device. `now`: Unix seconds.

    `landing`: the group, by its name or id, in which a device lands that is new.
    """
    met, now = list(sightings), int(time.time()) if now is None else now
    with transaction(con):
        last = con.execute("SELECT COALESCE(max(id), 0) FROM device").fetchone()[0]
        # Those with a MAC come first: they may make one device of two.
        device_ids = {each.address: _met(con, each, each.mac.lower(), now) for each in met if each.mac}
        if len(device_ids) > 1:
            device_ids |= clients_at(con, list(device_ids))
        device_ids |= _met_without_mac(con, [each for each in met if not each.mac], now)
        _forget_old_clients(con, set(device_ids.values()))
        _land(con, last, landing_group(con, landing))
    return device_ids


def heard(con: sqlite3.Connection, addresses: Mapping[str, int]) -> None:
    """Note when addresses were heard last (Unix seconds), and with them what MAC stood behind each."""
    rows = json.dumps(addresses)
    with transaction(con):
        con.execute(
            """UPDATE client SET last_seen = heard.value FROM json_each(?) heard
               WHERE heard.key = address AND last_seen < heard.value""",
            (rows,),
        )
        con.execute(
            """UPDATE device_mac SET last_seen = seen.at
               FROM (SELECT mac, max(last_seen) at FROM client WHERE mac IS NOT NULL GROUP BY mac) seen
               WHERE seen.mac = device_mac.mac AND device_mac.last_seen < seen.at"""
        )


def set_maker(con: sqlite3.Connection, device_id: int, maker: str | None) -> None:
    """Note a device's maker, None: it is not known; one that is known stays."""
    con.execute("UPDATE device SET maker = ? WHERE id = ? AND maker IS NULL", (maker, device_id))


def make_room(con: sqlite3.Connection, new: int, heard_at: Mapping[int, float], landing: str = "") -> int:
    """Forget devices where the table is too full for so many new ones; returns how many.

    Those heard least lately go first (`heard_at`: when, by id), those without a MAC before those with one; never one
    that has a name, a group but that of new ones (`landing`), or anything else that a person gave it. What they asked
    stays in the query log. One crowd pushes out half of them at most.
    """
    with transaction(con):
        wanted = min(_count(con) + new - MAX_DEVICES, MAX_DEVICES // 2)
        if wanted <= 0:
            return 0
        given = " ".join(
            f"AND d.id NOT IN (SELECT scope_id FROM {table} WHERE scope_kind = 'device')"  # noqa: S608
            for table in SCOPED
        )
        return con.execute(
            f"""DELETE FROM device WHERE id IN (
                   SELECT d.id FROM device d LEFT JOIN json_each(?1) h ON CAST(h.key AS INTEGER) = d.id
                   WHERE d.name IS NULL {given}
                     AND d.id NOT IN (SELECT device_id FROM device_group WHERE group_id IS NOT ?4)
                     AND d.id NOT IN (SELECT device_id FROM device_network)
                     AND d.id NOT IN (SELECT device_id FROM client WHERE {_SPLIT_OFF})
                   ORDER BY d.found_from IS NOT ?2, d.id IN (SELECT device_id FROM device_mac), COALESCE(h.value, 0),
                     d.first_seen LIMIT ?3)""",  # noqa: S608 - names of tables
            (json.dumps(heard_at), OVERFLOW, wanted, landing_group(con, landing)),
        ).rowcount


def _met(con: sqlite3.Connection, sighting: Sighting, mac: str, now: int) -> int:
    """The device of an address with a MAC."""
    client = con.execute("SELECT device_id, how, mac FROM client WHERE address = ?", (sighting.address,)).fetchone()
    row = con.execute("SELECT device_id FROM device_mac WHERE mac = ?", (mac,)).fetchone()
    holder = int(row[0]) if row else None
    if client is not None:
        device_id, how, before = int(client[0]), client[1], client[2]
        if before == mac and (holder == device_id or how == ClientHow.HAND):
            _know_better(con, sighting, how)
            return device_id
        if sighting.how == ClientHow.LEASE and how in (ClientHow.EDNS, ClientHow.MAC):
            return device_id  # a lease may be of yesterday; what was seen is not
        if before is None and holder != device_id and _may_learn(con, device_id, sighting.address, how):
            if holder is None:
                _add_mac(con, mac, device_id, now)
                holder = device_id
            elif _is_nothing_else(con, device_id):
                holder = _join(con, device_id, holder)
    if holder is None:
        holder = _new_device(con, mac, now)
    _put_client(con, sighting, mac, holder, now)
    if (client is not None and client[0] != holder) or _has_policy(con, holder):
        bump(con)
    return holder


def _put_client(con: sqlite3.Connection, sighting: Sighting, mac: str | None, device_id: int, now: int) -> None:
    con.execute(
        """INSERT INTO client (address, device_id, how, mac, first_seen, last_seen) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
           ON CONFLICT (address) DO UPDATE SET device_id = excluded.device_id, how = excluded.how, mac = excluded.mac,
               last_seen = excluded.last_seen""",
        (sighting.address, device_id, sighting.how, mac, now),
    )


def _know_better(con: sqlite3.Connection, sighting: Sighting, how: str) -> None:
    """Note a surer way by which an address is known to be whose it is."""
    if how != ClientHow.HAND and _SURER[sighting.how] < _SURER[ClientHow(how)]:
        con.execute("UPDATE client SET how = ? WHERE address = ?", (sighting.how, sighting.address))


def _met_without_mac(con: sqlite3.Connection, sightings: list[Sighting], now: int) -> dict[str, int]:
    """Each new one is a device of its own, unless it was given to one by hand, as long as there is room for more."""
    known = clients_at(con, [each.address for each in sightings])
    new = {each.address: each for each in sightings if each.address not in known}
    given = hand_networks.load(con) if new else hand_networks.NO_NETWORKS
    by_hand = {at: device_id for at in new if (device_id := given.device_of(at)) is not None}
    for address, device_id in by_hand.items():
        _put_client(con, Sighting(address, None, ClientHow.HAND), None, device_id, now)
    alone = [address for address in new if address not in by_hand]
    room = max(0, MAX_DEVICES - _count(con)) if alone else 0
    made = {address: _insert_device(con, None, None, now) for address in alone[:room]}
    if alone[room:]:
        made |= dict.fromkeys(alone[room:], _overflow(con, now))
    for address, device_id in made.items():
        how = ClientHow.EDNS if new[address].how == ClientHow.EDNS else ClientHow.ADDRESS
        _put_client(con, Sighting(address, None, how), None, device_id, now)
    if by_hand or any(_has_policy(con, device_id) for device_id in set(made.values())):
        bump(con)
    return known | by_hand | made


def _count(con: sqlite3.Connection) -> int:
    return int(con.execute("SELECT count(*) FROM device").fetchone()[0])


def _may_learn(con: sqlite3.Connection, device_id: int, address: str, how: str) -> bool:
    """Whether the MAC that an address turns out to have is its device's: not where a whole network was given to it."""
    found_from = con.execute("SELECT found_from FROM device WHERE id = ?", (device_id,)).fetchone()[0]
    if found_from == OVERFLOW:
        return False
    if how != ClientHow.HAND:
        return True
    single = f"{address}/{128 if ':' in address else 32}"
    row = con.execute("SELECT 1 FROM device_network WHERE network = ? AND device_id = ?", (single, device_id))
    return row.fetchone() is not None


def _is_nothing_else(con: sqlite3.Connection, device_id: int) -> bool:
    """Whether a device is one address and no more, so that it can be made one with the device that this shows."""
    row = con.execute(
        """SELECT (SELECT count(*) FROM client WHERE device_id = ?1), EXISTS (SELECT 1 FROM device_mac
               WHERE device_id = ?1), EXISTS (SELECT 1 FROM device_network WHERE device_id = ?1)""",
        (device_id,),
    ).fetchone()
    return tuple(row) == (1, 0, 0)


def _join(con: sqlite3.Connection, device_id: int, holder: int) -> int:
    """Make one device of two; the one that a person named stays."""
    named = dict(con.execute("SELECT id, name FROM device WHERE id IN (?, ?)", (holder, device_id)))
    kept, lost = (device_id, holder) if named[device_id] and not named[holder] else (holder, device_id)
    carry_over(con, lost, kept)
    bump(con)
    return kept


def _add_mac(con: sqlite3.Connection, mac: str, device_id: int, now: int) -> None:
    con.execute(
        "INSERT INTO device_mac (mac, device_id, private, first_seen, last_seen) VALUES (?1, ?2, ?3, ?4, ?4)",
        (mac, device_id, is_private_mac(mac), now),
    )


def _new_device(con: sqlite3.Connection, mac: str, now: int) -> int:
    if _count(con) >= MAX_DEVICES:
        return _overflow(con, now)
    device_id = _insert_device(con, None, None, now)
    _add_mac(con, mac, device_id, now)
    return device_id


def _overflow(con: sqlite3.Connection, now: int) -> int:
    """The device that stands for those beyond the bound."""
    row = con.execute("SELECT id FROM device WHERE found_from = ?", (OVERFLOW,)).fetchone()
    return int(row[0]) if row else _insert_device(con, MORE_DEVICES, OVERFLOW, now)


def _insert_device(con: sqlite3.Connection, found_name: str | None, found_from: str | None, now: int) -> int:
    made = con.execute(
        "INSERT INTO device (found_name, found_from, first_seen) VALUES (?, ?, ?)", (found_name, found_from, now)
    ).lastrowid
    assert made is not None
    return made


def _has_policy(con: sqlite3.Connection, device_id: int) -> bool:
    """Whether answers for a device may differ from the house's."""
    scoped = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE scope_kind = 'device' AND scope_id = ?1)"  # noqa: S608
        for table in SCOPED
    )
    return bool(
        con.execute(
            f"""SELECT {scoped} OR EXISTS (SELECT 1 FROM device_group WHERE device_id = ?1)
                   OR EXISTS (SELECT 1 FROM device WHERE id = ?1 AND name IS NOT NULL)""",  # noqa: S608
            (device_id,),
        ).fetchone()[0]
    )


def _land(con: sqlite3.Connection, last: int, group: int | None) -> None:
    """Put the devices that came after the last one into the group; this machine itself is none of them."""
    if group is None:
        return
    new = con.execute("SELECT device_id, address FROM client WHERE device_id > ?", (last,)).fetchall()
    landed = {device_id for device_id, address in new if newcomers.is_one(address)}
    con.executemany("INSERT OR IGNORE INTO device_group VALUES (?, ?)", [(each, group) for each in sorted(landed)])
    if landed:
        bump(con)


def _forget_old_clients(con: sqlite3.Connection, touched: set[int]) -> None:
    """Hold both bounds; an address that a person split off stays."""
    con.execute(
        f"""DELETE FROM client WHERE rowid IN (
               SELECT place.row FROM (
                   SELECT c.rowid row, row_number() OVER (
                       PARTITION BY c.device_id ORDER BY c.last_seen DESC, c.rowid DESC) number
                   FROM client c JOIN device d ON d.id = c.device_id
                   WHERE c.device_id IN (SELECT value FROM json_each(?)) AND NOT ({_SPLIT_OFF})
                     AND d.found_from IS NOT ?) place
               WHERE place.number > ?)""",  # noqa: S608 - fixed text
        (json.dumps(list(touched)), OVERFLOW, MAX_CLIENTS_EACH),
    )
    if con.execute("SELECT count(*) FROM client").fetchone()[0] > MAX_CLIENTS:
        con.execute(
            f"""DELETE FROM client WHERE rowid IN (
                   SELECT rowid FROM client WHERE NOT ({_SPLIT_OFF})
                   ORDER BY last_seen DESC, rowid DESC LIMIT -1 OFFSET ?)""",  # noqa: S608
            (MAX_CLIENTS,),
        )
