# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses and networks that people gave to devices: of those that hold an address, the most specific one counts."""

import sqlite3
from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from wire.addresses import Address, Network


class HandNetworks:
    """Which device an address is said to belong to; by number of bits, so that a look-up takes a step a length."""

    def __init__(self, rows: Iterable[tuple[str, int]]) -> None:
        """`rows`: network → device id, each network once."""
        self._by_length: dict[tuple[int, int], dict[Network, int]] = {}
        for text, device_id in rows:
            network = ip_network(text)
            self._by_length.setdefault((network.version, network.prefixlen), {})[network] = device_id
        self._lengths = sorted(self._by_length, reverse=True)

    def __bool__(self) -> bool:
        return bool(self._by_length)

    def device_of(self, client: str) -> int | None:
        """The device of an address, None for one that nobody was given and for what is no address."""
        if not self._lengths:
            return None
        try:
            address: Address = ip_address(client)
        except ValueError:
            return None
        for version, length in self._lengths:
            if version == address.version:
                device_id = self._by_length[version, length].get(ip_network((address.packed, length), strict=False))
                if device_id is not None:
                    return device_id
        return None


NO_NETWORKS = HandNetworks(())


def load(con: sqlite3.Connection) -> HandNetworks:
    """All that stand in config.db."""
    return HandNetworks(con.execute("SELECT network, device_id FROM device_network"))


def is_single(network: str) -> bool:
    """Whether it is one address."""
    parsed = ip_network(network)
    return parsed.prefixlen == parsed.max_prefixlen
