# SPDX-License-Identifier: GPL-3.0-or-later
"""Lease and hosts files, read when they have changed. What is missing, unreadable or no lease file is passed over."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path

from network.lease_lines import Lease, parse

# Of a file, its end: servers append, so the newest stands there. 10⁵ leases of Kea's are some 12 MB.
BYTES_MAX = 16 << 20
OWN_FILE = "dhcp.leases"  # in the state directory: the leases of our own DHCP
LEASES_MAX = 20_000  # addresses held, some 300 bytes each; of a file with more than its share, those that stand last

log = logging.getLogger(__name__)

_Mark = tuple[int, ...]


class LeaseFiles:
    """What the files say; `look` reads those that are others than at the last look. Not for several threads, but for
    `changed`."""

    def __init__(self) -> None:
        self.leases: Mapping[str, Lease] = {}
        self._marks: dict[str, _Mark] = {}
        self._unreadable: set[str] = set()

    def look(self, paths: Iterable[str]) -> bool:
        """Whether anything was read anew; `leases` is then another mapping: address → its lease, the last one of each.

        A hosts file's line gives a name to an address whose lease has none.
        """
        marks = _marks(paths)
        if marks == self._marks:
            return False
        self._marks = marks
        files = [self._leases_in(path) for path in marks]
        leases: dict[str, Lease] = {}
        for file, most in zip(files, _shares([len(file) for file in files], LEASES_MAX), strict=True):
            for key, lease in islice(file.items(), len(file) - most, None):
                leases.pop(key, None)
                leases[key] = lease
        self.leases = leases
        return True

    def changed(self, paths: Iterable[str]) -> bool:
        """Whether `look` would read anything; some microseconds a file."""
        return _marks(paths) != self._marks

    def of(self, address: str, now_s: float) -> Lease | None:
        """The lease of an address that holds now."""
        lease = self.leases.get(address)
        return lease if lease is not None and lease.holds(now_s) else None

    def hosts_name(self, address: str) -> str | None:
        """What a hosts file calls an address."""
        lease = self.leases.get(f"{address} hosts")
        return lease.name if lease is not None else None

    def _leases_in(self, path: str) -> dict[str, Lease]:
        """The leases of a file in its order, of each address the last one."""
        leases: dict[str, Lease] = {}
        for lease in self._read(path):
            key = f"{lease.address} hosts" if lease.fixed else lease.address
            leases.pop(key, None)
            leases[key] = lease
        return leases

    def _read(self, path: str) -> Iterable[Lease]:
        try:
            with Path(path).open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                head = file.readline(4096)  # Kea's names the columns
                if size > BYTES_MAX:
                    file.seek(size - BYTES_MAX)
                    file.readline()
                data = head + file.read(BYTES_MAX)
        except OSError as error:
            if path not in self._unreadable:
                self._unreadable.add(path)
                log.warning("%s cannot be read (%s): nothing is known of its leases", path, error.strerror)
            return ()
        self._unreadable.discard(path)
        return parse(data.decode("utf-8", "replace").split("\n"))


def _shares(sizes: Sequence[int], room: int) -> list[int]:
    """How much of each is taken where all together have no room: small ones whole, so that a huge one hides none."""
    shares = [0] * len(sizes)
    left = len(sizes)
    for size, index in sorted((size, index) for index, size in enumerate(sizes)):
        shares[index] = min(size, room // left)
        room, left = room - shares[index], left - 1
    return shares


def _marks(paths: Iterable[str]) -> dict[str, _Mark]:
    """Of those that are there."""
    return {path: mark for path in paths if (mark := _mark(path))}


def _mark(path: str) -> _Mark:
    """What changes when a file does; empty for what is no file."""
    try:
        info = Path(path).stat()
    except OSError:
        return ()
    return (info.st_ino, info.st_size, info.st_mtime_ns) if stat.S_ISREG(info.st_mode) else ()
