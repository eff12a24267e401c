# SPDX-License-Identifier: GPL-3.0-or-later
"""Who was heard when: who is new, and whom nobody hears any more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from network.address_sets import is_mac
from network.home_networks import home_networks, home_test

NETWORKS_SECONDS = 60.0  # between two looks at who is at home: a provider may give another prefix
HEARD_MAX = 80_000  # addresses; twice as many as are known, some 100 bytes each


class Sightings:
    """By address, in seconds of time.monotonic(). `allowed`: the networks that the settings add to the home."""

    def __init__(self, allowed: Callable[[], Iterable[str]] = tuple) -> None:
        self._allowed = allowed
        self._is_of_home: Callable[[str], bool] = home_test(())
        self._networks_at = float("-inf")
        self._heard: dict[str, float] = {}

    def hear(self, addresses: Iterable[str], known: Mapping[str, int], now: float) -> set[str]:
        """Note those who ask; returns the new ones of the home.

        A stranger, who was refused, is no device: there are four billion of them.
        """
        new = set[str]()
        for address in addresses:
            if address in known:
                self._heard[address] = now
            elif self._at_home(address, now):
                new.add(address)
        if len(self._heard) > HEARD_MAX:
            self._heard = {address: at for address, at in self._heard.items() if address in known}
        return new

    def heard_since(self, at: float) -> dict[str, float]:
        """Who was heard since then, and when."""
        return {address: heard for address, heard in self._heard.items() if heard >= at}

    def by_device(self, known: Mapping[str, int]) -> dict[int, float]:
        """When each device was heard last, by its id; those not heard are left out."""
        last: dict[int, float] = {}
        for address, at in self._heard.items():
            device = known.get(address)
            if device is not None:
                last[device] = max(at, last.get(device, at))
        return last

    def _at_home(self, address: str, now: float) -> bool:
        if now - self._networks_at >= NETWORKS_SECONDS:
            self._is_of_home, self._networks_at = home_test(home_networks(self._allowed())), now
        try:
            return self._is_of_home(address)
        except ValueError:
            return is_mac(address)  # of whom a trusted router tells no address
