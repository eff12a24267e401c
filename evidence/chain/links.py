# SPDX-License-Identifier: GPL-3.0-or-later
"""A link of the chain, how its head is made, and how a day's sums are packed. Pure.

    head = SHA-256( head before, line feed, [day,"reason",rows,first_us,last_us,noted,closed_us,"sha256","sums_hash"] )

as JSON without spaces, both in ASCII; the first link's head before is 64 zeros. Whoever changes a link changes all
heads after it, and a head that was kept elsewhere (each report carries one) no longer fits.
"""

import hashlib
import json
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from evidence.chain.day_digest import Chunk, DayDigest

FIRST_HEAD = "0" * 64
_CHUNK = struct.Struct(">QI4Q")  # from_us, rows, S_0 … S_3
MAX_SUMS = 16 * 1024 * 1024  # bytes, unpacked, of one day: 280 M rows


class Reason(StrEnum):
    """Why a day has a link: it was over; rows of it came later; a person cleared rows of it."""

    CLOSED = "closed"
    LATE = "late"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Link:
    """Times in µs since 1970; `day` since 1970 in UTC; sums: None once the day's rows are no longer kept."""

    seq: int
    day: int
    reason: str
    rows: int
    first_us: int
    last_us: int
    noted: int
    closed_us: int
    sha256: str
    sums_hash: str
    head: str
    sums: bytes | None

    def made_with(self, before: str) -> str:
        """The head that this link has to have after the one before it."""
        values = (self.day, self.reason, self.rows, self.first_us, self.last_us, self.noted, self.closed_us)
        text = json.dumps([*values, self.sha256, self.sums_hash], separators=(",", ":"))
        return hashlib.sha256(f"{before}\n{text}".encode("ascii")).hexdigest()


def link(before: Link | None, digest: DayDigest, reason: Reason, noted: int, closed_us: int) -> Link:
    """The link after `before`, None for the first one."""
    sums = packed(digest.chunks)
    values = (str(reason), digest.rows, digest.first_us, digest.last_us, noted, closed_us)
    seq, head = (before.seq + 1, before.head) if before else (1, FIRST_HEAD)
    hashes = (digest.sha256.hex(), hashlib.sha256(sums).hexdigest())
    bare = Link(seq, digest.day, *values, *hashes, "", sums)
    return Link(seq, digest.day, *values, *hashes, bare.made_with(head), sums)


def packed(chunks: Iterable[Chunk]) -> bytes:
    return zlib.compress(b"".join(_CHUNK.pack(chunk.from_us, chunk.rows, *chunk.sums) for chunk in chunks), 1)


def unpacked(sums: bytes) -> list[Chunk]:
    """Raises ValueError where those are no sums."""
    try:
        reader = zlib.decompressobj()
        plain = reader.decompress(sums, MAX_SUMS)
        if reader.unconsumed_tail:
            raise ValueError("more sums than a day can have")
        return [Chunk(from_us, rows, (a, b, c, d)) for from_us, rows, a, b, c, d in _CHUNK.iter_unpack(plain)]
    except (zlib.error, struct.error) as error:
        raise ValueError(str(error)) from error
