# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose the addresses of an imported history are, among the devices here: by MAC address, then address, then name.

    a MAC that is known here                the device that has it, whatever address that had then
    a new MAC                               the device at that very address, where nobody knows a MAC of it; one of the
                                            same name, where the MAC is one that phones make up; else a new device
    no MAC                                  the device that has the address now; one of the same name; else a new
                                            device, for what has a name or a private IPv4 address
    anything else                           nobody's: an IPv6 address of one day, a stranger

A new device is known by its MAC from then on, and else by its address: once it asks here it is the same one.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from network.address_sets import is_private_mac
from store.base.db import transaction
from store.config import devices
from store.config.choices import ClientHow, NameSource
from store.devices import found_names
from store.devices.sightings_store import MAX_CLIENTS, MAX_DEVICES
from store.imports.import_file import Client
from wire.addresses import is_private, parse

HIDDEN = ("0.0.0.0", "::")  # noqa: S104 - in place of a client that the other blocker was not to note


@dataclass(slots=True)
class Matched:
    """Client → device; `made` of those are new."""

    devices: dict[int, int] = field(default_factory=dict)
    made: int = 0

    @property
    def count(self) -> int:
        """How many devices the history is of."""
        return len(set(self.devices.values()))


def match(con: sqlite3.Connection, clients: Iterable[Client], first_us: Mapping[int, int]) -> Matched:
    """Find or make the devices, new ones at once. first_us: client → its first query. Raises sqlite3.Error."""
    matching = _Matching(con, first_us)
    with transaction(con):
        for client in sorted(clients, key=lambda each: (not each.mac, not each.name, each.id)):
            device = matching.of(client)
            if device is not None:
                matching.matched.devices[client.id] = device
    return matching.matched


class _Matching:
    def __init__(self, con: sqlite3.Connection, first_us: Mapping[int, int]) -> None:
        self._con, self._first_us, self.matched = con, first_us, Matched()
        self._by_mac, self._by_address = devices.by_mac(con), devices.clients(con)
        self._with_mac = set(self._by_mac.values())
        named = [(name.casefold(), number) for number, name in devices.names(con).items()]
        often = Counter(name for name, _ in named)
        self._by_name = {name: number for name, number in named if often[name] == 1}
        self._count = len(named)

    def of(self, client: Client) -> int | None:
        if client.address in HIDDEN and not client.mac:
            return None
        device = self._known(client)
        if device is None and (client.mac or client.name or _is_private_v4(client.address)):
            device = self._new(client)
        if device is not None and client.mac and client.mac not in self._by_mac:
            self._learn_mac(device, client)
        return device

    def _known(self, client: Client) -> int | None:
        there, named = self._by_address.get(client.address), self._by_name.get(client.name.casefold())
        if not client.mac:
            return there if there is not None else named
        if (device := self._by_mac.get(client.mac)) is not None:
            return device
        if there is not None and there not in self._with_mac:
            return there
        return named if is_private_mac(client.mac) else None

    def _new(self, client: Client) -> int | None:
        if self._count >= MAX_DEVICES:
            return None
        self._count += 1
        seen = self._seen(client)
        made = self._con.execute("INSERT INTO device (first_seen) VALUES (?)", (seen,)).lastrowid
        assert made is not None
        self.matched.made += 1
        if client.name:
            found_names.learn(self._con, made, NameSource.PTR, client.name)
            self._by_name.setdefault(client.name.casefold(), made)
        if not client.mac and client.address not in self._by_address and len(self._by_address) < MAX_CLIENTS:
            self._con.execute(
                """INSERT OR IGNORE INTO client (address, device_id, how, first_seen, last_seen)
                   VALUES (?1, ?2, ?3, ?4, ?4)""",
                (client.address, made, ClientHow.ADDRESS, seen),
            )
            self._by_address[client.address] = made
        return made

    def _learn_mac(self, device: int, client: Client) -> None:
        self._con.execute(
            """INSERT OR IGNORE INTO device_mac (mac, device_id, private, first_seen, last_seen)
               VALUES (?1, ?2, ?3, ?4, ?4)""",
            (client.mac, device, is_private_mac(client.mac), self._seen(client)),
        )
        self._by_mac[client.mac] = device
        self._with_mac.add(device)

    def _seen(self, client: Client) -> int:
        return self._first_us.get(client.id, 0) // 1_000_000


def _is_private_v4(address: str) -> bool:
    try:
        parsed = parse(address)
    except ValueError:
        return False
    return parsed.version == 4 and is_private(parsed.packed) and not parsed.is_loopback
