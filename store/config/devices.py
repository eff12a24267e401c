# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices: which thing in the home a client address belongs to. Plain sqlite3; the recorder writes here."""

import ipaddress
import json
import sqlite3
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from store.base.db import transaction
from store.base.sentences import say
from store.config import scopes
from store.config.choices import ScopeKind

MAX_DEVICES = 4096  # a home has tens; beyond this somebody makes addresses up, and those heard least lately make room
MAX_CLIENTS = 20_000  # phones take a new IPv6 address a day; the address that came first is forgotten first
MORE_DEVICES = "More devices"


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device as it stands; `addresses` newest first, ids of `groups` ascending. first_seen: Unix seconds."""

    id: int
    name: str | None
    found_name: str | None
    mac: str | None
    maker: str | None
    groups: tuple[int, ...]
    first_seen: int
    addresses: tuple[str, ...]


def devices(con: sqlite3.Connection) -> list[DeviceRow]:
    """All devices by id."""
    with transaction(con, "DEFERRED"):
        addresses: dict[int, list[str]] = {}
        for address, device_id in con.execute(
            "SELECT address, device_id FROM client ORDER BY first_seen DESC, rowid DESC"
        ):
            addresses.setdefault(device_id, []).append(address)
        groups = groups_of_devices(con)
        rows = con.execute("SELECT id, name, found_name, mac, maker, first_seen FROM device ORDER BY id").fetchall()
    return [
        DeviceRow(number, name, found_name, mac, maker, groups.get(number, ()), first_seen,
                  tuple(addresses.get(number, ())))
        for number, name, found_name, mac, maker, first_seen in rows
    ]  # fmt: skip


def groups_of_devices(con: sqlite3.Connection) -> dict[int, tuple[int, ...]]:
    """Device id → the ids of its groups, ascending; devices in none are left out."""
    groups: dict[int, tuple[int, ...]] = {}
    for device_id, group_id in con.execute("SELECT device_id, group_id FROM device_group ORDER BY device_id, group_id"):
        groups[device_id] = (*groups.get(device_id, ()), group_id)
    return groups


def display_name(row: DeviceRow) -> str:
    """The name that a person gave, else the one found, else the maker and the end of the address, else the address."""
    if named := row.name or row.found_name:
        return named
    address = row.addresses[0] if row.addresses else ""
    if row.maker:
        return f"{row.maker} {_end(address)}".strip()
    return address or say("Device {number}", number=row.id)


def names(con: sqlite3.Connection) -> dict[int, str]:
    """Device id → display name."""
    return {row.id: display_name(row) for row in devices(con)}


def clients(con: sqlite3.Connection) -> dict[str, int]:
    """Client address → device id."""
    return dict(con.execute("SELECT address, device_id FROM client"))


def macs(con: sqlite3.Connection) -> dict[str, str]:
    """Client address → MAC address of its device, where that is known."""
    sql = "SELECT c.address, d.mac FROM client c JOIN device d ON d.id = c.device_id WHERE d.mac IS NOT NULL"
    return dict(con.execute(sql))


def still_there(con: sqlite3.Connection, device_ids: Iterable[int]) -> set[int]:
    """Those of the devices that were not made one with another."""
    sql = "SELECT id FROM device WHERE id IN (SELECT value FROM json_each(?))"
    return {row[0] for row in con.execute(sql, (json.dumps(list(device_ids)),))}


def make_room(con: sqlite3.Connection, new: int, heard: Mapping[int, float]) -> int:
    """Forget devices where the table is too full for so many new ones; returns how many.

    Those heard least lately go first (`heard`: when, by id), those without a MAC before those with one; never one that
    has a name, a group or a rule. What they asked stays in the query log. One crowd pushes out half of them at most.
    """
    with transaction(con):
        wanted = min(_count(con) + new - MAX_DEVICES, MAX_DEVICES // 2)
        if wanted <= 0:
            return 0
        return con.execute(
            """DELETE FROM device WHERE id IN (
                   SELECT d.id FROM device d LEFT JOIN json_each(?1) h ON CAST(h.key AS INTEGER) = d.id
                   WHERE d.name IS NULL
                     AND NOT EXISTS (SELECT 1 FROM device_group WHERE device_id = d.id)
                     AND NOT EXISTS (SELECT 1 FROM toggle WHERE scope_kind = ?2 AND scope_id = d.id)
                     AND NOT EXISTS (SELECT 1 FROM rule WHERE scope_kind = ?2 AND scope_id = d.id)
                     AND NOT EXISTS (SELECT 1 FROM wall_switch WHERE scope_kind = ?2 AND scope_id = d.id)
                   ORDER BY d.found_name IS NOT ?3, d.mac IS NOT NULL, COALESCE(h.value, 0), d.first_seen LIMIT ?4)""",
            (json.dumps(heard), ScopeKind.DEVICE, MORE_DEVICES, wanted),
        ).rowcount


def sighted(con: sqlite3.Connection, address: str, mac: str | None = None, now: int | None = None) -> int:
    """The id of the device behind an address, made when it is new; the same MAC is the same device.

    An address that turns up with another device's MAC has moved there. Raises sqlite3.Error when it cannot be stored.
    """
    return sighted_all(con, {address: mac}, now)[address]


def sighted_all(con: sqlite3.Connection, macs: Mapping[str, str | None], now: int | None = None) -> dict[str, int]:
    """The same for several addresses, each with its MAC or None, in one transaction: address → id of the device."""
    now = int(time.time()) if now is None else now
    with transaction(con):
        # Those with a MAC come first: they may make one device of two.
        device_ids = {address: _met(con, address, mac.lower(), now) for address, mac in macs.items() if mac}
        if len(device_ids) > 1:
            device_ids |= _held(con, list(device_ids))
        device_ids |= _met_without_mac(con, [address for address, mac in macs.items() if not mac], now)
        _forget_old_clients(con)
    return device_ids


def set_facts(
    con: sqlite3.Connection, device_id: int, mac: str | None = None, maker: str | None = None,
    found_name: str | None = None,
) -> int:  # fmt: skip
    """Store what became known; None leaves a fact as it is.

    Returns the device's id, which is another one when the MAC shows that both are the same device: the two are made
    one then, and records may be carried over by `querylog.merge_device`.
    """
    mac = mac.lower() if mac else None
    with transaction(con):
        row = con.execute("SELECT mac FROM device WHERE id = ?", (device_id,)).fetchone()
        if row is None:
            return device_id
        if mac and row[0] and row[0] != mac:
            return device_id  # what was found out is another device's, which has the address by now
        if mac and row[0] is None and not _is_shared(con, device_id):
            device_id = _learn_mac(
                con, device_id, mac, con.execute("SELECT id FROM device WHERE mac = ?", (mac,)).fetchone()
            )
        con.execute(
            """UPDATE device SET maker = COALESCE(?1, maker), found_name = COALESCE(?2, found_name)
               WHERE id = ?3 AND (maker IS NOT COALESCE(?1, maker) OR found_name IS NOT COALESCE(?2, found_name))""",
            (maker, found_name, device_id),
        )
    return device_id


def _met(con: sqlite3.Connection, address: str, mac: str, now: int) -> int:
    by_address = con.execute(
        "SELECT d.id, d.mac FROM client c JOIN device d ON d.id = c.device_id WHERE c.address = ?", (address,)
    ).fetchone()
    by_mac = con.execute("SELECT id FROM device WHERE mac = ?", (mac,)).fetchone()
    if by_address and by_address[1] == mac:
        return int(by_address[0])
    if by_address and by_address[1] is None and not _is_shared(con, by_address[0]):
        return _learn_mac(con, int(by_address[0]), mac, by_mac)
    device_id = int(by_mac[0]) if by_mac else _new_device(con, mac, now)
    con.execute(
        """INSERT INTO client (address, device_id, first_seen) VALUES (?, ?, ?)
           ON CONFLICT (address) DO UPDATE SET device_id = excluded.device_id""",
        (address, device_id, now),
    )
    if by_address or _has_policy(con, device_id):
        _bump(con)
    return device_id


def _met_without_mac(con: sqlite3.Connection, addresses: list[str], now: int) -> dict[str, int]:
    """Each new one is a device of its own, as long as there is room for more."""
    known = _held(con, addresses)
    new = [address for address in addresses if address not in known]
    room = max(0, MAX_DEVICES - _count(con)) if new else 0
    made = {address: _insert_device(con, None, None, now) for address in new[:room]}
    if new[room:]:
        shared = _new_device(con, None, now)
        made |= dict.fromkeys(new[room:], shared)
        if _has_policy(con, shared):
            _bump(con)
    con.executemany(
        "INSERT INTO client (address, device_id, first_seen) VALUES (?, ?, ?)",
        [(address, device_id, now) for address, device_id in made.items()],
    )
    return known | made


def _held(con: sqlite3.Connection, addresses: list[str]) -> dict[str, int]:
    sql = "SELECT address, device_id FROM client WHERE address IN (SELECT value FROM json_each(?))"
    return dict(con.execute(sql, (json.dumps(addresses),)))


def _count(con: sqlite3.Connection) -> int:
    return int(con.execute("SELECT count(*) FROM device").fetchone()[0])


def _learn_mac(con: sqlite3.Connection, device_id: int, mac: str | None, holder: tuple[int] | None) -> int:
    """Give the MAC to a device that had none, or make it one with the device that holds the MAC already."""
    if holder is None:
        con.execute("UPDATE device SET mac = ? WHERE id = ?", (mac, device_id))
        return device_id
    keep, lose = int(holder[0]), device_id
    named = dict(con.execute("SELECT id, name FROM device WHERE id IN (?, ?)", (keep, lose)))
    if named[lose] and not named[keep]:
        keep, lose = lose, keep
    con.execute("UPDATE client SET device_id = ? WHERE device_id = ?", (keep, lose))
    for table in ("toggle", "rule", "wall_switch"):
        con.execute(
            f"UPDATE OR IGNORE {table} SET scope_id = ? WHERE scope_kind = ? AND scope_id = ?",  # noqa: S608
            (keep, *scopes.device(lose)),
        )
        con.execute(f"DELETE FROM {table} WHERE scope_kind = ? AND scope_id = ?", scopes.device(lose))  # noqa: S608
    con.execute("UPDATE OR IGNORE device_group SET device_id = ? WHERE device_id = ?", (keep, lose))
    con.execute("DELETE FROM device WHERE id = ?", (lose,))
    con.execute("UPDATE device SET mac = ? WHERE id = ?", (mac, keep))
    _bump(con)
    return keep


def _new_device(con: sqlite3.Connection, mac: str | None, now: int) -> int:
    if _count(con) < MAX_DEVICES:
        return _insert_device(con, mac, None, now)
    shared = con.execute("SELECT id FROM device WHERE mac IS NULL AND found_name = ?", (MORE_DEVICES,)).fetchone()
    return int(shared[0]) if shared else _insert_device(con, None, MORE_DEVICES, now)


def _insert_device(con: sqlite3.Connection, mac: str | None, found_name: str | None, now: int) -> int:
    made = con.execute(
        "INSERT INTO device (mac, found_name, first_seen) VALUES (?, ?, ?)", (mac, found_name, now)
    ).lastrowid
    assert made is not None
    return made


def _is_shared(con: sqlite3.Connection, device_id: int) -> bool:
    found_name = con.execute("SELECT found_name FROM device WHERE id = ?", (device_id,)).fetchone()[0]
    return bool(found_name == MORE_DEVICES)


def _has_policy(con: sqlite3.Connection, device_id: int) -> bool:
    return bool(
        con.execute(
            """SELECT EXISTS (SELECT 1 FROM device_group WHERE device_id = ?1)
                   OR EXISTS (SELECT 1 FROM toggle WHERE scope_kind = ?2 AND scope_id = ?1)
                   OR EXISTS (SELECT 1 FROM rule WHERE scope_kind = ?2 AND scope_id = ?1)""",
            (device_id, ScopeKind.DEVICE),
        ).fetchone()[0]
    )


def _bump(con: sqlite3.Connection) -> None:
    con.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'policy_version'")


def _forget_old_clients(con: sqlite3.Connection) -> None:
    if con.execute("SELECT count(*) FROM client").fetchone()[0] <= MAX_CLIENTS:
        return
    con.execute(
        """DELETE FROM client WHERE rowid IN (
               SELECT rowid FROM client ORDER BY first_seen DESC, rowid DESC LIMIT -1 OFFSET ?)""",
        (MAX_CLIENTS,),
    )


def _end(address: str) -> str:
    try:
        version = ipaddress.ip_address(address).version
    except ValueError:
        return ""
    return "…" + address.rsplit("." if version == 4 else ":", 1)[-1]
