# SPDX-License-Identifier: GPL-3.0-or-later
"""What the appliance asks itself for a test goes the way of all queries, and is no traffic of the home's: no record.

It is known by an address of loopback from which nobody else asks, and by its name; so a program of this machine that
takes the address hides nothing else of what it asks.
"""

from __future__ import annotations

from collections.abc import Callable

from store.log.batches import Columns, Reduce, gather, key_columns, numbered

ADDRESS = "127.84.76.84"
"""Whom a test asks as: an address of this machine that no packet from outside may bear."""
PASSED = "example.com"
"""Asks nothing about anybody: it is reserved for examples (RFC 2606)."""
BLOCKED = ("data.mistat.xiaomi.com", "log-config.samsungacr.com", "vortex.data.microsoft.com", "xp.apple.com")
"""Names that the packs block at safe."""
_NAMES = frozenset({PASSED, *BLOCKED})


def left_out_too(reduce: Reduce | None) -> Reduce:
    """What `reduce` leaves of a batch (None: all), without these; for `LogWriter.follow_privacy`."""

    def without(
        batch: Columns, device_of: Callable[[str], int | None]
    ) -> tuple[Columns, list[int | None]] | None:
        of_home = left_out(batch)
        if not len(of_home):
            return None
        if reduce is not None:
            return reduce(of_home, device_of)
        return of_home, [device_of(address) for address in of_home.clients]

    return without


def left_out(batch: Columns) -> Columns:
    """The batch without its rows of such tests, and without whoever has no row then."""
    if ADDRESS not in batch.clients:
        return batch
    whole = batch.batch()
    rows = [
        (whole.clients[client], whole.keys[key], time_us, duration) for time_us, client, key, duration in whole.rows
        if whole.clients[client] != ADDRESS or whole.keys[key].name not in _NAMES
    ]  # fmt: skip
    clients, keys, times, durations = map(list, zip(*rows, strict=True)) if rows else ([], [], [], [])
    different, key_of = numbered(keys)
    counts = batch.worker, batch.dropped, batch.started_us, batch.sent
    return gather(counts, clients, key_columns(different), key_of, times, durations)
