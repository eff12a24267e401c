# SPDX-License-Identifier: GPL-3.0-or-later
"""Which MAC address an address of the home has: the kernel's neighbour table, for IPv4 and IPv6."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from network import iproute
from network.address_sets import BadElement, address, mac
from wire.addresses import Address

READ_SECONDS = 2.0  # between two readings: each starts a process
AGAIN_SECONDS = 60.0  # when everybody asked for is known
MAX_NEIGHBOURS = 8192  # the kernel itself keeps fewer
ARP_TABLE = Path("/proc/net/arp")

_UP = {"REACHABLE", "DELAY", "PROBE"}
_NO_ANSWER = {"FAILED", "INCOMPLETE"}
_NO_MAC = "00:00:00:00:00:00"


def table() -> dict[Address, str]:
    """The MAC address of each address that the kernel has met on its links; empty where that cannot be read."""
    rows = iproute.rows("neigh")
    return macs(rows) if rows else read_arp()


def mac_on(client: Address, link: str, rows: Callable[..., list[dict[str, Any]]] = iproute.rows) -> str | None:
    """The MAC address of a link-local address on this link alone: on another, another machine may have the same."""
    return macs(rows("neigh", "show", "dev", link)).get(client)


def reachable(rows: Callable[[], list[dict[str, Any]]] = lambda: iproute.rows("neigh")) -> set[str]:
    """MAC addresses that the kernel has spoken with in the last half minute or so; empty where that cannot be read."""
    return set(macs(row for row in rows() if _UP & _states(row)).values())


def macs(rows: Iterable[Mapping[str, Any]]) -> dict[Address, str]:
    """The table as `ip -j neigh` prints it; entries without an answer, and other kinds of links, are left out."""
    by_address: dict[Address, str] = {}
    for row in rows:
        if len(by_address) >= MAX_NEIGHBOURS:
            break
        if not _NO_ANSWER & _states(row):
            _add(by_address, row.get("dst"), row.get("lladdr"))
    return by_address


def read_arp(path: Path = ARP_TABLE) -> dict[Address, str]:
    """The same from the kernel's own table, of IPv4 only, where iproute2 is missing."""
    try:
        lines = path.read_text("ascii").splitlines()[1 : MAX_NEIGHBOURS + 1]
    except (OSError, ValueError):
        return {}
    by_address: dict[Address, str] = {}
    for columns in map(str.split, lines):
        if len(columns) >= 4 and columns[3] != _NO_MAC:
            _add(by_address, columns[0], columns[3])
    return by_address


class Neighbours:
    """The table as it was read last; read again, now and then, when somebody is asked for who is not in it."""

    def __init__(
        self, read: Callable[[], Mapping[Address, str]] = table, read_seconds: float = READ_SECONDS
    ) -> None:
        """`read_seconds`: between two readings for the sake of somebody unknown."""
        self._read, self._read_seconds = read, read_seconds
        self._macs: Mapping[Address, str] = {}
        self._read_at = float("-inf")

    def mac_of(self, client: Address, now: float, *, fresh: bool = False) -> str | None:
        """The MAC address, None while the kernel does not know it. `now`: seconds of time.monotonic().

        `fresh`: it may have changed, so what was read a while ago does not do.
        """
        age = now - self._read_at
        if age > AGAIN_SECONDS or ((fresh or client not in self._macs) and age > self._read_seconds):
            self._read_at = now
            self._macs = self._read()
        return self._macs.get(client)

    def known(self, client: Address) -> str | None:
        """What the last reading told, without another: that takes some ten milliseconds."""
        return self._macs.get(client)


def _states(row: Mapping[str, Any]) -> set[str]:
    states = row.get("state")
    return {state for state in states if isinstance(state, str)} if isinstance(states, list) else set()


def _add(by_address: dict[Address, str], client: object, link: object) -> None:
    try:
        by_address[address(str(client))] = mac(str(link))
    except BadElement:
        return
