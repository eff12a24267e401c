# SPDX-License-Identifier: GPL-3.0-or-later
"""Who says which MAC address is behind an address: a trusted router, the kernel, a lease; in this order."""

from __future__ import annotations

import time
from collections.abc import Callable

from network.lease_files import LeaseFiles
from network.neighbour_events import NeighbourTable
from store.config.choices import ClientHow
from store.devices.sightings_store import Sighting
from wire.addresses import packed

TOLD_MAX = 40_000  # addresses of whom a router told; store remembers as many


class AddressWords:
    """Of one recorder. `leases`: as they were read last."""

    def __init__(self, leases: Callable[[], LeaseFiles]) -> None:
        self.neighbours, self._leases = NeighbourTable(), leases
        self.told: dict[str, str] = {}  # address → the MAC that a trusted router named with it, "" for none

    def hear(self, address: str, mac: str) -> bool:
        """Note what a trusted router told of an address; whether that is new."""
        if self.told.get(address) == mac:
            return False
        if len(self.told) >= TOLD_MAX:
            self.told.clear()
        self.told[address] = mac
        return True

    def sighting(self, address: str) -> Sighting:
        """An address with the surest word on whose it is."""
        named = self.told.get(address)
        if named:
            return Sighting(address, named, ClientHow.EDNS)
        if mac := self.neighbour(address):
            return Sighting(address, mac, ClientHow.MAC)
        lease = self._leases().of(address, time.time())
        if lease is not None and lease.mac:
            return Sighting(address, lease.mac, ClientHow.LEASE)
        return Sighting(address, None, ClientHow.ADDRESS if named is None else ClientHow.EDNS)

    def is_sure(self, address: str) -> bool:
        """Whether anybody says of the address that somebody is there."""
        if address in self.told or self.neighbour(address):
            return True
        lease = self._leases().of(address, time.time())
        return lease is not None and bool(lease.mac)

    def neighbour(self, address: str) -> str | None:
        """The MAC address that the kernel has for it; None for one that it does not know, and for what is none."""
        try:
            return self.neighbours.mac_of(packed(address))
        except ValueError:
            return None  # a record of what has no address
