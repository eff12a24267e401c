# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the compiled index: name → the lists that hold it.

One file, written whole by `compile`, mapped read-only here and so shared by all workers:

    HEADER | JSON metadata | fan-out | sorted hashes | set ids | sets | xxh64 of all before

Every name of every installed list, on or off, stands in it as a seeded 64-bit hash. Beside each hash stands the id of
a *set*: which lists hold that name, as four masks over slots (block or allow, that name alone or with all below it).
A list is a slot, that is a bit; a vendor pack takes one for each level. A toggle therefore changes an integer, never
this file. The fan-out table narrows a look-up to a handful of hashes before the bisection.
"""

import json
import mmap
import struct
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

from xxhash import xxh3_64_intdigest, xxh64_digest

from blocklists.rule import Kind

MAGIC = b"TTINDEX\0"
VERSION = 2
# Native byte order on purpose: an index is read on the machine that wrote it, and a strange one fails by its version.
# magic, version, metadata bytes, names, sets, bytes a mask, bits of the fan-out, bytes a set id, seed
HEADER = struct.Struct("=8sIIIIIIIxxxxQ")
CHECKSUM_BYTES = 8
# Slots are bits of a mask; past this many a set would cost more than the names it describes.
MAX_SLOTS = 1024
Code = Literal["B", "H", "I", "Q"]
ID_CODES: dict[int, Code] = {1: "B", 2: "H", 4: "I"}
# Level → the levels whose names it takes in.
LEVELS_WITHIN = {"safe": ("safe",), "strict": ("safe", "strict"), "everything": ("safe", "strict", "everything")}


class CorruptIndex(Exception):  # noqa: N818 - a state of the file, named as people say it
    """The index file cannot be used; the sentence says why and what cures it."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The compiled index cannot be used ({reason}). It is compiled anew by the next list update.")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Slot:
    """One bit of the masks: a list, or one level of a vendor pack. Counts are distinct names.

    `format` is how the list's copy was read; for a pack, "pack".
    """

    blocklist_id: str
    level: str | None
    allow: bool
    title: str
    block_names: int
    allow_names: int
    format: str


class Match(NamedTuple):
    """One rule that holds for a name: in which slot, and the name that the rule itself is about."""

    allow: bool
    slot: int
    name: str
    subdomains: bool


class Index:
    """A compiled index. Immutable; safe to share between threads."""

    def __init__(self, data: memoryview) -> None:
        """Read an index from `data`; raise `CorruptIndex` unless it is whole and of this version."""
        header, meta = _verify(data)
        _, _, meta_bytes, names, sets, self._mask_bytes, fan_bits, id_bytes, self._seed = header
        self.slots: tuple[Slot, ...] = tuple(Slot(**slot) for slot in meta["slots"])
        self.generation: int = meta["generation"]
        self.created: int = meta["created"]
        self.inputs: str = meta["inputs"]
        self._shift = 64 - fan_bits
        self._set_bytes = self._mask_bytes * len(Kind)
        at = HEADER.size + padded(meta_bytes)
        self._fan, at = _section(data, at, "I", (1 << fan_bits) + 1)
        self._hashes, at = _section(data, at, "Q", names)
        self._ids, at = _section(data, at, ID_CODES[id_bytes], names)
        self._sets, _ = _section(data, at, "B", sets * self._set_bytes)
        self._bits = {(slot.blocklist_id, slot.level): 1 << number for number, slot in enumerate(self.slots)}

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map the file at `path` and check it; raise `CorruptIndex` when it is missing or damaged."""
        try:
            with path.open("rb") as file:
                return cls(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))
        except FileNotFoundError:
            raise CorruptIndex("there is none yet") from None
        except (OSError, ValueError) as error:
            raise CorruptIndex(str(error)) from error

    @classmethod
    def empty(cls) -> Self:
        """Return an index that holds no list: DNS is answered from it when nothing better is there."""
        meta = json.dumps({"slots": [], "generation": 0, "created": 0, "inputs": ""}).encode()
        header = HEADER.pack(MAGIC, VERSION, len(meta), 0, 0, 1, 0, 1, 0)
        body = header + meta.ljust(padded(len(meta)), b"\0") + bytes(padded(8))
        return cls(memoryview(body + xxh64_digest(body)))

    def __len__(self) -> int:
        return len(self._hashes)

    def mask(self, active: Iterable[tuple[str, str | None]]) -> int:
        """Return the mask of the lists in `active`, pairs of blocklist id and level; unknown lists add nothing."""
        mask = 0
        for blocklist_id, level in active:
            for within in LEVELS_WITHIN.get(level, ()) if level else (None,):
                mask |= self._bits.get((blocklist_id, within), 0)
        return mask

    def count(self, blocklist_id: str) -> int:
        """Return how many distinct names of this list stand in the index, over all its levels."""
        return sum(slot.block_names + slot.allow_names for slot in self.slots if slot.blocklist_id == blocklist_id)

    def match(self, name: str, mask: int) -> Match | None:
        """Return the rule of the lists in `mask` that decides `name`: allow over block, then the more specific one.

        `name` is lower-case without a trailing dot. None: no list speaks for it.
        """
        whole = name.encode(errors="replace")
        blocking: Match | None = None
        for start, held in self._walk(whole) if mask else ():
            match = self._first(held, mask, whole[start:].decode(), exact=start == 0)
            if match and match.allow:
                return match  # the walk goes from the most specific name up
            blocking = blocking or match
        return blocking

    def spoke(self, name: str) -> list[Match]:
        """Return every rule of every list, on or off, that holds for `name`.

        The most specific first; at one name allow before block, then in the order of the slots.
        """
        whole = name.encode(errors="replace")
        found = [
            (start, not kind.allow, slot, kind.subdomains)
            for start, held in self._walk(whole)
            for kind, slots in zip(Kind, self._masks(held), strict=True)
            if kind.subdomains or start == 0
            for slot in range(len(self.slots))
            if slots >> slot & 1
        ]
        return [Match(not block, slot, whole[at:].decode(), below) for at, block, slot, below in sorted(found)]

    def _walk(self, name: bytes) -> list[tuple[int, int]]:
        """Return (offset, set number from one) of `name` and those names above it that stand in the index."""
        # One flat loop over locals: every query that no memo answers comes through here, label by label.
        fan, hashes, shift, seed = self._fan, self._hashes, self._shift, self._seed
        found: list[tuple[int, int]] = []
        start = 0
        while True:
            hashed = xxh3_64_intdigest(name[start:], seed)
            bucket = hashed >> shift
            end = fan[bucket + 1]
            at = bisect_left(hashes, hashed, fan[bucket], end)
            if at < end and hashes[at] == hashed:
                found.append((start, self._ids[at] + 1))
            start = name.find(b".", start) + 1
            if not start:
                return found

    def _masks(self, held: int) -> tuple[int, ...]:
        """Return the four masks of set number `held`, by kind."""
        end = held * self._set_bytes
        row = self._sets[end - self._set_bytes : end]
        size = self._mask_bytes
        return tuple(int.from_bytes(row[at : at + size], "little") for at in range(0, len(row), size))

    def _first(self, held: int, mask: int, name: str, *, exact: bool) -> Match | None:
        """Return what this set says under `mask`, allow before block, named by its first slot that says so.

        Vendor packs come first in the slots: where a pack and a large list hold the same name, the pack is named.
        """
        block_exact, block_suffix, allow_exact, allow_suffix = self._masks(held)
        for allow, alone, below in ((True, allow_exact, allow_suffix), (False, block_exact, block_suffix)):
            slots = (alone | below if exact else below) & mask
            if slots:
                first = slots & -slots
                return Match(allow, first.bit_length() - 1, name, not (exact and alone & first))
        return None


def open_newest(state: Path) -> tuple[Index, str | None]:
    """Return the best index there is, and a sentence when it is not the current one.

    A damaged current.idx is answered for by previous.idx; where both fail, no list speaks.
    """
    try:
        return Index.open(state / "index" / "current.idx"), None
    except CorruptIndex as error:
        sentence = str(error)
    try:
        return Index.open(state / "index" / "previous.idx"), f"{sentence} Until then the one before it is used."
    except CorruptIndex:
        return Index.empty(), f"{sentence} Until then no list blocks anything."


def padded(size: int) -> int:
    """Return `size` rounded up to the eight bytes on which every section of the file begins."""
    return -(-size // 8) * 8


def _section(data: memoryview, at: int, code: Code, count: int) -> "tuple[memoryview[int], int]":
    """Return `count` items of type `code` from offset `at`, and the offset of the next section."""
    size = struct.calcsize(code) * count
    return data[at : at + size].cast(code), at + padded(size)


def _verify(data: memoryview) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return header and metadata of a sound file; raise `CorruptIndex` otherwise. Reads the file once."""
    if len(data) < HEADER.size + CHECKSUM_BYTES:
        raise CorruptIndex("it is cut off")
    header = HEADER.unpack_from(data)
    if header[0] != MAGIC:
        raise CorruptIndex("it is not an index file")
    if header[1] != VERSION:
        raise CorruptIndex(f"it has format {header[1]}, this version of Telltale reads {VERSION}")
    if xxh64_digest(data[:-CHECKSUM_BYTES]) != data[-CHECKSUM_BYTES:]:
        raise CorruptIndex("its checksum does not match: it is damaged or cut off")
    return header, json.loads(bytes(data[HEADER.size : HEADER.size + header[2]]))
