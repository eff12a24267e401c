# SPDX-License-Identifier: GPL-3.0-or-later
"""Who was heard when: what tells an address that may have another device by now, and a device nobody hears any more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from network.home_networks import home_networks, is_at_home
from wire.addresses import Networks

SILENT_SECONDS = 60.0  # after so much silence an address may have been given to another device: leases end unseen
CHECK_SECONDS = 60.0  # between two looks at those that were not silent: a device may take another's address
HEARD_MAX = 40_000  # addresses; twice as many as are known, some 100 bytes each


class Sightings:
    """By address, in seconds of time.monotonic(). `allowed`: the networks that the settings add to the home."""

    def __init__(self, allowed: Callable[[], Iterable[str]] = tuple, now: float = 0.0) -> None:
        self._allowed = allowed
        self._networks: Networks = ()
        self._networks_at = float("-inf")
        self._heard: dict[str, float] = {}
        self._checked = now

    def hear(self, addresses: Iterable[str], known: Mapping[str, int], now: float) -> tuple[set[str], set[str]]:
        """Note those who ask; returns (the new ones of the home, those who were silent for a while).

        A stranger, who was refused, is no device: there are four billion of them.
        """
        new, silent = set[str](), set[str]()
        for address in addresses:
            if address not in known:
                if self._at_home(address, now):
                    new.add(address)
                continue
            if now - self._heard.get(address, float("-inf")) >= SILENT_SECONDS:
                silent.add(address)
            self._heard[address] = now
        if len(self._heard) > HEARD_MAX:
            self._heard = {address: at for address, at in self._heard.items() if address in known}
        return new, silent

    def to_check(self, now: float) -> set[str]:
        """Those who were heard since the last look, when it is time for one."""
        if now - self._checked < CHECK_SECONDS:
            return set()
        since, self._checked = self._checked, now
        return {address for address, at in self._heard.items() if at >= since}

    def by_device(self, known: Mapping[str, int]) -> dict[int, float]:
        """When each device was heard last, by its id; those not heard are left out."""
        last: dict[int, float] = {}
        for address, at in self._heard.items():
            device = known.get(address)
            if device is not None:
                last[device] = max(at, last.get(device, at))
        return last

    def _at_home(self, address: str, now: float) -> bool:
        if now - self._networks_at >= CHECK_SECONDS:
            self._networks, self._networks_at = home_networks(self._allowed()), now
        try:
            return is_at_home(address, self._networks)
        except ValueError:
            return False  # a record of what has no address
