# SPDX-License-Identifier: GPL-3.0-or-later
"""Random bytes from the kernel, fetched by the page: ids, ports and letters' case must not be guessed (RFC 5452)."""

from __future__ import annotations

import os

PAGE = 4096  # a system call for each few bytes would cost more than the query that they protect


class Entropy:
    """Bytes of os.urandom, each given out once."""

    def __init__(self) -> None:
        self._page, self._at = b"", 0

    def take(self, size: int) -> bytes:
        """`size` bytes, at most `PAGE`."""
        end = self._at + size
        if end > len(self._page):
            self._page, self._at, end = os.urandom(PAGE), 0, size
        taken = self._page[self._at : end]
        self._at = end
        return taken


def mixed_case(name: bytes) -> bytes:
    """A lower-case name in wire form with each letter's case chosen at random (draft-vixie-dnsext-dns0x20)."""
    letters = int.from_bytes(name.translate(_LETTERS), "big")
    mixed = int.from_bytes(name, "big") ^ (letters & int.from_bytes(_entropy.take(len(name)), "big"))
    return mixed.to_bytes(len(name), "big")


_entropy = Entropy()
_LETTERS = bytes(0x20 if chr(byte).islower() and byte < 128 else 0 for byte in range(256))
