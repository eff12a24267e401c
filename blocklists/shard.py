# SPDX-License-Identifier: GPL-3.0-or-later
"""One list compiled: the sorted hashes of its names by kind, and the counts that its page shows.

A shard lies beside the text it was made from and is valid for that text, format, parser and seed alone. Adding one list
therefore parses that one; the others are merged from their shards.

    one line of JSON (the facts, padded with spaces to a multiple of eight bytes) | hashes of each Kind in turn | xxh64
"""

import hashlib
import json
import mmap
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from xxhash import xxh3_64_intdigest, xxh64, xxh64_digest

from blocklists import files
from blocklists.index import CHECKSUM_BYTES, padded
from blocklists.parse import PARSER_VERSION, parse
from blocklists.rule import Kind
from blocklists.unpack import pieces

# Names are sorted in this many parts by the first byte of their hash, so that no sort holds a whole list as objects.
PARTS = 256


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a list's text. `rules` counts lines' rules, the `_names` distinct names; `bytes` the text."""

    key: str
    format: str
    bytes: int
    lines: int
    rules: int
    block_names: int
    allow_names: int
    skipped: dict[str, int]
    sha256: str


class Shard:
    """The compiled hashes of one list. `hashes[kind]` is sorted and without repeats."""

    def __init__(self, facts: Facts, hashes: "Mapping[Kind, memoryview[int] | array[int]]") -> None:
        self.facts = facts
        self.hashes = hashes

    @classmethod
    def of_rules(cls, rules: Iterable[tuple[Kind, str]], seed: int, *, format: str = "pack") -> Self:  # noqa: A002
        """Compile rules that stand in memory, such as a level of a vendor pack."""
        sorter = _Sorter(seed)
        count = sorter.take(rules)
        hashes = sorter.finish()
        return cls(Facts("", format, 0, 0, count, *_names(hashes), {}, ""), hashes)

    @classmethod
    def of_text(cls, path: Path, format: str | None, seed: int) -> Self:  # noqa: A002
        """Parse and compile the list at `path`; raise `unpack.Refused` or OSError."""
        digest, size = hashlib.sha256(), 0

        def watched() -> Iterable[bytes]:
            nonlocal size
            for piece in pieces(path):
                digest.update(piece)
                size += len(piece)
                yield piece

        parsed, sorter = parse(watched(), format), _Sorter(seed)
        sorter.take(parsed)
        hashes = sorter.finish()
        key = _key(digest.hexdigest(), format, seed)
        counts = (parsed.lines, parsed.rules, *_names(hashes))
        return cls(Facts(key, parsed.format, size, *counts, dict(parsed.skipped), digest.hexdigest()), hashes)

    @classmethod
    def open(cls, path: Path, text: Path, format: str | None, seed: int) -> Self | None:  # noqa: A002
        """Map the shard at `path` if it is whole and belongs to `text` as it is now; None otherwise."""
        try:
            with text.open("rb") as file:
                key = _key(hashlib.file_digest(file, "sha256").hexdigest(), format, seed)
            with path.open("rb") as file:
                data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            return cls._read(data, key)
        except (OSError, ValueError, TypeError, KeyError):
            return None  # whatever is wrong with it, it can be made anew

    @classmethod
    def _read(cls, data: memoryview, key: str) -> Self | None:
        if xxh64_digest(data[:-CHECKSUM_BYTES]) != data[-CHECKSUM_BYTES:]:
            return None
        head = bytes(data[: data.obj.find(b"\n") + 1])  # type: ignore[attr-defined]
        stored = json.loads(head)
        if stored["facts"]["key"] != key:
            return None
        hashes, at = {}, len(head)
        for kind, count in zip(Kind, stored["counts"], strict=True):
            hashes[kind] = data[at : at + 8 * count].cast("Q")
            at += 8 * count
        return cls(Facts(**stored["facts"]), hashes)

    def save(self, path: Path) -> None:
        """Write the shard whole; raise OSError."""
        counts = [len(self.hashes[kind]) for kind in Kind]
        head = json.dumps({"facts": asdict(self.facts), "counts": counts}).encode()
        checksum = xxh64()
        with files.replacing(path) as file:
            for part in (head.ljust(padded(len(head) + 1) - 1) + b"\n", *(self.hashes[kind] for kind in Kind)):
                checksum.update(memoryview(part).cast("B"))
                file.write(part)
            file.write(checksum.digest())


class _Sorter:
    """Takes rules in any order, gives sorted hashes by kind; about 9 bytes a rule."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._parts = {kind: [array("Q") for _ in range(PARTS)] for kind in Kind}

    def take(self, rules: Iterable[tuple[Kind, str]]) -> int:
        parts, seed, count = self._parts, self._seed, 0
        for kind, name in rules:
            hashed = xxh3_64_intdigest(name.encode(), seed)
            parts[kind][hashed >> 56].append(hashed)
            count += 1
        return count

    def finish(self) -> "dict[Kind, array[int]]":
        sorted_by_kind = {}
        for kind, parts in self._parts.items():
            hashes = array("Q")
            for part in parts:
                hashes.extend(sorted(set(part)))
            sorted_by_kind[kind] = hashes
            parts.clear()
        return sorted_by_kind


def _names(hashes: "Mapping[Kind, array[int]]") -> tuple[int, int]:
    """Return the counts of distinct names that are blocked and that are allowed."""
    return (
        _union(hashes[Kind.BLOCK_EXACT], hashes[Kind.BLOCK_SUFFIX]),
        _union(hashes[Kind.ALLOW_EXACT], hashes[Kind.ALLOW_SUFFIX]),
    )


def _union(one: "array[int]", other: "array[int]") -> int:
    """Return how many values two sorted arrays hold together, without a set of the longer one."""
    short, long = sorted((one, other), key=len)
    both = sum(1 for value in short if long[min(bisect_left(long, value), len(long) - 1)] == value)
    return len(one) + len(other) - both


def _key(sha256: str, format: str | None, seed: int) -> str:  # noqa: A002
    return f"{sha256} {format or 'detected'} parser {PARSER_VERSION} seed {seed:016x}"
