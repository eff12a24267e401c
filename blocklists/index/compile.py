# SPDX-License-Identifier: GPL-3.0-or-later
"""Merge the shards of all installed lists into one index file. `index` describes the file and reads it."""

import json
import os
import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import reduce
from operator import or_
from pathlib import Path

from xxhash import xxh64

from blocklists.index import list_files
from blocklists.index.index import MAX_SLOTS, Index, Slot
from blocklists.index.index_file import HEADER, ID_CODES, MAGIC, VERSION, CorruptIndex, padded
from blocklists.index.shard import PARTS, Shard
from blocklists.rules.complex_rule import ComplexRule
from blocklists.rules.list_options import USUAL, Options
from blocklists.rules.rule import Kind
from store.base.file_faults import SET_ASIDE, look_at, set_aside
from store.base.sentences import say

# A bucket of the fan-out holds this many bits' worth of names on average; more buckets would cost more than they save.
NAMES_PER_BUCKET_BITS = 4
MAX_FAN_BITS = 20
# Newer kernels keep what is written at one go as one piece, and a look at any byte of it maps it all.
_PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Part:
    """One slot of the index to be: a list, or one level of a vendor pack."""

    blocklist_id: str
    level: str | None
    title: str
    allow: bool
    shard: Shard
    options: Options = USUAL


@dataclass(frozen=True, slots=True)
class Compiled:
    """An index in memory, ready to be written."""

    slots: tuple[Slot, ...]
    hashes: "array[int]"
    ids: "array[int]"
    sets: tuple[int, ...]
    seed: int
    meta: bytes
    kinds: tuple[Kind, ...]
    complex_rules: bytes

    def write(self, write: Callable[[bytes], object]) -> None:
        """Pass the sections of the file to `write`, in pieces, and last the checksum."""
        checksum = xxh64()
        for section in self._sections():
            data = section + bytes(padded(len(section)) - len(section))
            checksum.update(data)
            for at in range(0, len(data), _PIECE):
                write(data[at : at + _PIECE])
        write(checksum.digest())

    def _sections(self) -> Iterable[bytes]:
        mask_bytes = -(-max(1, len(self.slots)) // 8)
        bits = min(MAX_FAN_BITS, max(0, len(self.hashes).bit_length() - NAMES_PER_BUCKET_BITS))
        counts = (len(self.meta), len(self.hashes), len(self.sets), mask_bytes, bits, self.ids.itemsize)
        yield HEADER.pack(MAGIC, VERSION, *counts, len(self.complex_rules), self.seed)
        yield self.meta
        yield _fan(self.hashes, bits).tobytes()
        yield self.hashes.tobytes()
        yield self.ids.tobytes()
        yield b"".join(_set_bytes(set_bits, self.kinds, len(self.slots), mask_bytes) for set_bits in self.sets)
        yield self.complex_rules


def compile_index(parts: Sequence[Part], seed: int, *, generation: int = 0, inputs: str = "") -> Compiled:
    """Merge `parts` (slot number = position) into an index. `inputs` says what it was made from.

    Raise ValueError past `MAX_SLOTS` parts. Takes about 0.4 µs and 10 bytes a name, and nothing for names held twice.
    """
    if len(parts) > MAX_SLOTS:
        raise ValueError(say(
            "An index holds {most} lists and levels; there are {count}. Remove some lists.",
            most=MAX_SLOTS, count=len(parts),
        ))  # fmt: skip
    slots = tuple(_slot(part) for part in parts)
    hashes, ids, numbers = array("Q"), array("I"), _Numbers()
    columns = _columns(parts)
    for number in range(PARTS):
        merged = _merge(columns, number << 56, number + 1 << 56)
        ordered = sorted(merged)
        hashes.fromlist(ordered)
        ids.extend(map(numbers.__getitem__, map(merged.__getitem__, ordered)))
    code = next(code for size, code in ID_CODES.items() if len(numbers) <= 1 << 8 * size)
    together = reduce(or_, numbers, 0)
    kinds = tuple(kind for kind in Kind if together >> kind * len(parts) & (1 << len(parts)) - 1)
    meta = {
        "kinds": kinds,
        "prefixes": sorted({(version, length) for part in parts for version, length in part.shard.facts.prefixes}),
        "slots": [asdict(slot) for slot in slots],
        "generation": generation,
        "inputs": inputs,
        "created": int(time.time()),
    }
    rows = json.dumps([_complex_rows(part) for part in parts]).encode() if _any_complex(parts) else b""
    return Compiled(slots, hashes, array(code, ids), tuple(numbers), seed, json.dumps(meta).encode(), kinds, rows)


def publish(compiled: Compiled, state: Path) -> Path:
    """Put the index in place for the resolver, whole or not at all; the one before stays as previous.idx."""
    path = list_files.index_path(state)
    with list_files.draft(path.parent, path.name) as (file, temporary):
        compiled.write(file.write)
        file.flush()
        previous = path.with_name("previous.idx")
        for place in (path, previous):
            if (fault := look_at(place)) in SET_ASIDE:
                set_aside(place, fault)
        if path.exists() and _is_sound(path):
            link = temporary.with_suffix(".old.new")
            os.link(path, link)
            link.replace(previous)
        list_files.publish(file, temporary, path)
    return path


def _is_sound(path: Path) -> bool:
    """Only what could be answered from takes the place of the index before it."""
    try:
        Index.open(path)
    except CorruptIndex:
        return False
    return True


class _Numbers(dict[int, int]):
    """Numbers its keys from 0 in the order in which they are first asked for."""

    def __missing__(self, key: int) -> int:
        self[key] = number = len(self)
        return number


def _columns(parts: Sequence[Part]) -> "list[tuple[memoryview[int] | array[int], int]]":
    """Return (sorted hashes, the bit that says so) for each kind of each part, the longest first.

    A set of lists is one integer here: masks of `len(parts)` bits side by side, one for each kind.
    """
    columns = [
        (part.shard.hashes[kind], 1 << (kind.allowing if part.allow else kind) * len(parts) + slot)
        for slot, part in enumerate(parts)
        for kind in Kind
        if len(part.shard.hashes[kind])
    ]
    return sorted(columns, key=lambda column: -len(column[0]))


def _merge(columns: "list[tuple[memoryview[int] | array[int], int]]", low: int, high: int) -> dict[int, int]:
    """Return hash → set of lists, for the hashes from `low` to below `high`."""
    sets: dict[int, int] = {}
    for hashes, bit in columns:
        start = bisect_left(hashes, low)
        here = hashes[start : bisect_left(hashes, high, start)]
        if sets:
            for hashed in here:
                sets[hashed] = sets.get(hashed, 0) | bit
        else:
            sets = dict.fromkeys(here, bit)
    return sets


def _slot(part: Part) -> Slot:
    facts = part.shard.facts
    block, allow = facts.block_names, facts.allow_names
    counts = (0, block + allow) if part.allow else (block, allow)
    return Slot(part.blocklist_id, part.level, part.allow, part.title, *counts, facts.format, part.options.given())


def _fan(hashes: "array[int]", bits: int) -> "array[int]":
    """Return where each of the 2**bits buckets of `hashes` begins, and the end."""
    fan, at = array("I"), 0
    for bucket in range(1 << bits):
        at = bisect_left(hashes, bucket << 64 - bits, at)
        fan.append(at)
    fan.append(len(hashes))
    return fan


def _set_bytes(set_bits: int, kinds: Sequence[Kind], slots: int, mask_bytes: int) -> bytes:
    mask = (1 << slots) - 1
    return b"".join((set_bits >> kind * slots & mask).to_bytes(mask_bytes, "little") for kind in kinds)


def _any_complex(parts: Sequence[Part]) -> bool:
    return any(part.shard.complex_rules for part in parts)


def _complex_rows(part: Part) -> list[list[object]]:
    """The complex rules of one part. In a list that allows, what blocks allows, and frees from `important` too.

    What takes other rules back does so from there as well.
    """
    if not part.allow:
        return [rule.row() for rule in part.shard.complex_rules]
    return [(rule if rule.cancels or rule.unrewrites else _allowing(rule)).row() for rule in part.shard.complex_rules]


def _allowing(rule: ComplexRule) -> ComplexRule:
    return replace(rule, allow=True, important=True, answer="", rewrite=False)
