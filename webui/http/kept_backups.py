# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups that were sent to a page and wait there for a yes, for some minutes, in memory and packed.

A key is the digest of the text: what is restored is what was looked at, whatever was sent from another tab meanwhile.
"""

from __future__ import annotations

import hashlib
import threading
import time
import zlib
from dataclasses import dataclass, field

MAX_KEPT = 3  # tabs side by side; packed, a large home's backup is a megabyte
KEPT_SECONDS = 900.0  # while somebody reads what would change


@dataclass(frozen=True, slots=True)
class Kept:
    """`name`: of the file, as the browser sent it."""

    name: str
    packed: bytes
    until: float


@dataclass(slots=True)
class KeptBackups:
    """The newest `MAX_KEPT` of them; any thread may call."""

    _kept: dict[str, Kept] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, name: str, text: str) -> str:
        """Its key."""
        raw = text.encode("utf-8", "surrogatepass")
        key, kept = hashlib.sha256(raw).hexdigest(), Kept(name, zlib.compress(raw, 1), time.monotonic() + KEPT_SECONDS)
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = kept
            self._forget()
        return key

    def find(self, key: str) -> tuple[str, str] | None:
        """(name of the file, text); None for what is not kept any more."""
        with self._lock:
            self._forget()
            kept = self._kept.get(key)
        return (kept.name, zlib.decompress(kept.packed).decode("utf-8", "surrogatepass")) if kept else None

    def are_kept(self) -> bool:
        """Whether one waits for its yes."""
        with self._lock:
            self._forget()
            return bool(self._kept)

    def drop(self, key: str) -> None:
        """It is restored."""
        with self._lock:
            self._kept.pop(key, None)

    def _forget(self) -> None:
        now = time.monotonic()
        for key in [key for key, kept in self._kept.items() if kept.until <= now]:
            del self._kept[key]
        while len(self._kept) > MAX_KEPT:
            del self._kept[next(iter(self._kept))]
