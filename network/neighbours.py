# SPDX-License-Identifier: GPL-3.0-or-later
"""Which MAC address an address of the home has: the kernel's neighbour table, read by `ip`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

from network.address_sets import Address, BadElement, address, mac

LOOK_SECONDS = 2.0  # between two looks: each starts a process
AGAIN_SECONDS = 60.0  # when everybody asked for is known
IP_SECONDS = 5
MAX_NEIGHBOURS = 8192  # the kernel itself keeps fewer


class Neighbours:
    """Looks again, now and then, when an address is asked for that it does not know."""

    def __init__(self, look: Callable[[], list[dict[str, Any]]] | None = None) -> None:
        self._look = look or _ip_neighbours
        self._known: dict[Address, str] = {}
        self._looked = float("-inf")

    def mac_of(self, client: Address, now: float) -> str | None:
        """The MAC address, None while the kernel does not know it. `now`: seconds of time.monotonic()."""
        since = now - self._looked
        if since > AGAIN_SECONDS or (client not in self._known and since > LOOK_SECONDS):
            self._looked = now
            self._known = dict(_pairs(self._look())[:MAX_NEIGHBOURS])
        return self._known.get(client)

    def known(self, client: Address) -> str | None:
        """What the last look told, without another: that takes some ten milliseconds."""
        return self._known.get(client)


def reachable(look: Callable[[], list[dict[str, Any]]] | None = None) -> set[str]:
    """MAC addresses that the kernel has spoken with in the last half minute or so; empty where that cannot be read."""
    up = [entry for entry in (look or _ip_neighbours)() if _UP & set(entry.get("state", ()))]
    return {found for _, found in _pairs(up)[:MAX_NEIGHBOURS]}


_UP = {"REACHABLE", "DELAY", "PROBE"}


def _pairs(entries: list[dict[str, Any]]) -> list[tuple[Address, str]]:
    found = []
    for entry in entries:
        if {"FAILED", "INCOMPLETE"} & set(entry.get("state", ())):
            continue
        try:
            found.append((address(str(entry["dst"])), mac(str(entry["lladdr"]))))
        except (KeyError, BadElement):
            continue  # an entry without an answer, or another kind of link
    return found


def _ip_neighbours() -> list[dict[str, Any]]:
    try:
        done = subprocess.run(["ip", "-j", "neigh"], capture_output=True, timeout=IP_SECONDS, check=True)
        said = json.loads(done.stdout or b"[]")
    except (OSError, subprocess.SubprocessError, ValueError):
        return []
    return [entry for entry in said if isinstance(entry, dict)]
