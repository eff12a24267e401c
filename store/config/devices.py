# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices, read: which things are in the home, and what is known of each. Plain sqlite3, for every process.

What the network shows is written by `store.devices.sightings_store`, what people say by
`store.devices.device_edits`.
"""

import ipaddress
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from store.base.db import transaction
from store.base.sentences import say
from store.config.choices import ClientHow, NameSource

# As `found_from`: the device that stands for all those beyond the bound.
OVERFLOW = "overflow"
MORE_DEVICES = "More devices"
BY_ROUTER = "router"  # in place of a MAC address, where a trusted router said whose an address is


@dataclass(frozen=True, slots=True)
class MacRow:
    """A MAC address of a device. Times: Unix seconds."""

    mac: str
    private: bool
    first_seen: int
    last_seen: int


@dataclass(frozen=True, slots=True)
class ClientRow:
    """An address of a device, `how` that is known, and the MAC behind it when it was met last. Times: Unix seconds."""

    address: str
    how: ClientHow
    mac: str | None
    first_seen: int
    last_seen: int


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device as it stands; `clients` newest first, `macs` last seen first. first_seen: Unix seconds.

    `networks`: addresses and networks that a person gave to it; ids of `groups` ascending. `given_kind` is a person's
    word, `found_kind` a guess by `kind_reason` (store.devices.kind_rules).
    """

    id: int
    name: str | None
    found_name: str | None
    maker: str | None
    groups: tuple[int, ...]
    first_seen: int
    found_from: str | None = None
    macs: tuple[MacRow, ...] = ()
    clients: tuple[ClientRow, ...] = ()
    networks: tuple[str, ...] = ()
    given_kind: str | None = None
    found_kind: str | None = None
    kind_reason: str | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(client.address for client in self.clients)

    @property
    def mac(self) -> str | None:
        """The one that was seen last."""
        return self.macs[0].mac if self.macs else None

    @property
    def private_mac(self) -> bool:
        """Whether all that it shows are addresses that it made up."""
        return bool(self.macs) and all(mac.private for mac in self.macs)

    @property
    def name_from(self) -> NameSource | None:
        """Whose word its display name is; None where it has none."""
        if self.name:
            return NameSource.HAND
        return NameSource(self.found_from) if self.found_name and self.found_from not in (None, OVERFLOW) else None


def devices(con: sqlite3.Connection, only: int | None = None) -> list[DeviceRow]:
    """All devices by id, or the one with this id."""
    where, which = ("", ()) if only is None else ("WHERE device_id = ?", (only,))
    with transaction(con, "DEFERRED"):
        macs, clients, networks = dict[int, list[MacRow]](), dict[int, list[ClientRow]](), dict[int, list[str]]()
        for number, mac, private, first, last in con.execute(
            f"""SELECT device_id, mac, private, first_seen, last_seen FROM device_mac {where}
                ORDER BY last_seen DESC, first_seen DESC, rowid DESC""",  # noqa: S608 - fixed text
            which,
        ):
            macs.setdefault(number, []).append(MacRow(mac, bool(private), first, last))
        for number, address, how, mac, first, last in con.execute(
            f"""SELECT device_id, address, how, mac, first_seen, last_seen FROM client {where}
                ORDER BY first_seen DESC, rowid DESC""",  # noqa: S608
            which,
        ):
            clients.setdefault(number, []).append(ClientRow(address, ClientHow(how), mac, first, last))
        for number, network in con.execute(
            f"SELECT device_id, network FROM device_network {where} ORDER BY network",  # noqa: S608
            which,
        ):
            networks.setdefault(number, []).append(network)
        groups = groups_of_devices(con)
        columns = "id, name, found_name, maker, first_seen, found_from, kind, found_kind, kind_reason"
        rows = con.execute(
            f"SELECT {columns} FROM device {where.replace('device_id', 'id')} ORDER BY id",  # noqa: S608
            which,
        ).fetchall()
    return [
        DeviceRow(
            number, name, found_name, maker, groups.get(number, ()), first_seen, found_from,
            tuple(macs.get(number, ())), tuple(clients.get(number, ())), tuple(networks.get(number, ())), *kinds,
        )
        for number, name, found_name, maker, first_seen, found_from, *kinds in rows
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
    address = row.clients[0].address if row.clients else row.mac or ""
    if row.maker:
        return f"{row.maker} {_end(address)}".strip()
    return address or say("Device {number}", number=row.id)


def names(con: sqlite3.Connection) -> dict[int, str]:
    """Device id → display name."""
    return {row.id: display_name(row) for row in devices(con)}


def clients(con: sqlite3.Connection) -> dict[str, int]:
    """Client address → device id."""
    return dict(con.execute("SELECT address, device_id FROM client"))


def clients_at(con: sqlite3.Connection, addresses: Sequence[str]) -> dict[str, int]:
    """The same of these addresses alone, as far as they are known."""
    sql = "SELECT c.address, c.device_id FROM json_each(?) j CROSS JOIN client c ON c.address = j.value"
    return dict(con.execute(sql, (json.dumps(addresses),)))


def macs(con: sqlite3.Connection) -> dict[str, str]:
    """Client address → the MAC address that stood behind it when it was met last, where one did."""
    return dict(con.execute("SELECT address, mac FROM client WHERE mac IS NOT NULL"))


def behind(con: sqlite3.Connection) -> dict[str, str]:
    """The same for who decides whether an address was handed on; BY_ROUTER where the kernel is not the one to ask."""
    edns = ClientHow.EDNS
    sql = "SELECT address, iif(how = ?1, ?2, mac) FROM client WHERE mac IS NOT NULL OR how = ?1"
    return dict(con.execute(sql, (edns, BY_ROUTER)))


def by_mac(con: sqlite3.Connection) -> dict[str, int]:
    """MAC address → device id."""
    return dict(con.execute("SELECT mac, device_id FROM device_mac"))


def still_there(con: sqlite3.Connection, device_ids: Iterable[int]) -> set[int]:
    """Those of the devices that were not made one with another."""
    sql = "SELECT id FROM device WHERE id IN (SELECT value FROM json_each(?))"
    return {row[0] for row in con.execute(sql, (json.dumps(list(device_ids)),))}


def merged(con: sqlite3.Connection) -> dict[int, int]:
    """Device that a person made one with another → the device that it is now, however many steps that took."""
    into = dict(con.execute("SELECT device_id, into_id FROM device_merged"))
    ends: dict[int, int] = {}
    for start in into:
        end, passed = start, set[int]()
        while end in into and end not in passed:
            passed.add(end)
            end = into[end]
        ends[start] = end
    return ends


def _end(address: str) -> str:
    try:
        version = ipaddress.ip_address(address).version
    except ValueError:
        return "…" + address[-5:] if address.count(":") == 5 else ""
    return "…" + address.rsplit("." if version == 4 else ":", 1)[-1]


def landing_group(con: sqlite3.Connection, text: str) -> int | None:
    """Where a device lands that nobody has seen before: the id of the group that the setting `new_devices` means, by
    its id or its name; None for nothing, and for one that is not there.
    """
    if not text:
        return None
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
    row = con.execute(
        'SELECT id FROM "group" WHERE id = ?1 OR lower(name) = lower(?2) ORDER BY id = ?1 DESC LIMIT 1', (number, text)
    ).fetchone()
    return int(row[0]) if row else None
