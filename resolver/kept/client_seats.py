# SPDX-License-Identifier: GPL-3.0-or-later
"""Seats under what clients are known by, within a bound: whoever came first goes first, one for each that comes.

A client whose seat is forgotten is met once more at its next query, for some microseconds. So a crowd of made-up
addresses costs a home little more than its own, and there is no moment at which all are forgotten.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

K = TypeVar("K", str, bytes)
V = TypeVar("V")

CLIENTS_MAX = 20_000  # addresses remembered with their seat, some 400 bytes each; a home has some hundred


class ClientSeats(OrderedDict[K, V]):
    """A dict to whoever reads it; `put` makes room."""

    __slots__ = ()

    def put(self, client: K, seat: V) -> None:
        """Remember it; the oldest one gives way where there are `CLIENTS_MAX`."""
        if len(self) >= CLIENTS_MAX and client not in self:
            self.popitem(last=False)
        self[client] = seat

    def drop(self, start: K) -> None:
        """Forget all whose key begins so."""
        for client in [each for each in self if each.startswith(start)]:
            del self[client]
