# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses and networks that people gave to devices: of those that hold an address, the most specific one counts."""

import sqlite3
from collections.abc import Iterable
from ipaddress import ip_network

from wire.addresses import packed


class HandNetworks:
    """Which device an address is said to belong to; by number of bits, so that a look-up takes a step a length."""

    def __init__(self, rows: Iterable[tuple[str, int]]) -> None:
        """`rows`: network → device id, each network once."""
        by_length: dict[tuple[int, int], dict[int, int]] = {}
        for text, device_id in rows:
            network = ip_network(text)
            rest = network.max_prefixlen - network.prefixlen
            by_length.setdefault((network.max_prefixlen, rest), {})[int(network.network_address) >> rest] = device_id
        # Under the bits of an address, the longest first: (bits that a network leaves open, the others → device).
        self._is_any = bool(by_length)
        self._lengths: dict[int, list[tuple[int, dict[int, int]]]] = {32: [], 128: []}
        for (bits, rest), devices in sorted(by_length.items(), key=lambda each: each[0]):
            self._lengths[bits].append((rest, devices))

    def __bool__(self) -> bool:
        return self._is_any

    def device_of(self, client: str) -> int | None:
        """The device of an address, None for one that nobody was given and for what is no address."""
        if not self:
            return None
        try:
            address = packed(client)
        except ValueError:
            return None
        number = int.from_bytes(address, "big")
        for rest, devices in self._lengths[8 * len(address)]:
            if (device_id := devices.get(number >> rest)) is not None:
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
