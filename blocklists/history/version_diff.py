# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed in a list since its last version, by the hashes of both; and whether a new one may be trusted.

A version that lost more than half of its rules, or that ends in the middle of a line, is held back: the last good copy
stays until a person accepts the new one, or the publisher mends it.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from xxhash import xxh3_64_intdigest

from blocklists.formats.parse import parse
from blocklists.formats.unpack import pieces
from blocklists.index.shard import PARTS, Facts, Shard
from blocklists.rules.rule import Kind
from store.base.file_faults import open_file
from store.base.sentences import say

MAX_SAMPLES = 10  # names of each that are kept, to be shown
# A list of fewer rules may well be rewritten by hand.
FEW_RULES = 20
# Hashes that go into one set, of some 300 KiB, without more ado.
WHOLE = 4096


@dataclass(frozen=True, slots=True)
class Changes:
    """Counts of rules that are new and that are gone, and some of their names."""

    added: int
    removed: int
    some_added: tuple[str, ...] = ()
    some_removed: tuple[str, ...] = ()

    def values(self) -> dict[str, Any]:
        return asdict(self)


def between(old: Shard, old_text: Path, new: Shard, new_text: Path, seed: int) -> Changes:
    """Compare two versions of a list; raise OSError or `Refused` when a text cannot be read."""
    added = array("Q", (hashed for _, hashed in missing(new, old)))
    removed = array("Q", (hashed for _, hashed in missing(old, new)))
    return Changes(
        len(added),
        len(removed),
        _some(added, new_text, new.facts.format, seed),
        _some(removed, old_text, old.facts.format, seed),
    )


def suspicion(rules: int | None, last: bytes, facts: Facts, end: bytes) -> str | None:
    """Return why a new version is held back, or None.

    `rules` is what the last one had, `last` and `end` the last bytes of either.
    """
    if rules is None or rules < FEW_RULES:
        return None
    if facts.rules * 2 < rules:
        return say("it has {now:,} rules, and had {before:,}: less than half", now=facts.rules, before=rules)
    if facts.rules < rules and last.endswith(b"\n") and not end.endswith(b"\n"):
        return say(
            "it ends in the middle of a line, with {now:,} rules of {before:,}: it seems to be cut off",
            now=facts.rules, before=rules,
        )  # fmt: skip
    return None


def ending(path: Path) -> bytes:
    """The last byte of a file; nothing for one that is not there."""
    try:
        with open_file(path) as file:
            file.seek(max(0, path.stat().st_size - 1))
            return file.read(1)
    except OSError:
        return b""


def missing(here: Shard, there: Shard) -> Iterable[tuple[Kind, int]]:
    """Yield the hashes of `here` that are not in `there`, in parts, so that no set holds a whole long list."""
    for kind in Kind:
        ours, theirs = here.hashes[kind], there.hashes[kind]
        parts = PARTS if max(len(ours), len(theirs)) > WHOLE else 1
        size = (1 << 64) // parts
        for low in range(0, 1 << 64, size):
            high = low + size
            yield from ((kind, hashed) for hashed in set(_part(ours, low, high)).difference(_part(theirs, low, high)))


def _part(hashes: "memoryview[int] | array[int]", low: int, high: int) -> "memoryview[int] | array[int]":
    start = bisect_left(hashes, low)
    return hashes[start : bisect_left(hashes, high, start)]


def _some(wanted: "array[int]", text: Path, format: str, seed: int) -> tuple[str, ...]:  # noqa: A002
    """Return names of the text whose hashes are wanted: the first ones of the file."""
    if not wanted:
        return ()
    hashes, names = set(wanted[: 100 * MAX_SAMPLES]), dict[str, None]()
    for _, name in parse(pieces(text), format):
        if xxh3_64_intdigest(name.encode(), seed) in hashes:
            names[name] = None
            if len(names) >= min(MAX_SAMPLES, len(hashes)):
                break
    return tuple(names)
