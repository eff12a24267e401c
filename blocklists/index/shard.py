# SPDX-License-Identifier: GPL-3.0-or-later
"""One list compiled: the sorted hashes of its names by kind, and the counts that its page shows.

A shard lies beside the text it was made from and is valid for that text, format, parser and seed alone. Adding one list
therefore parses that one; the others are merged from their shards.

    one line of JSON (the facts and the complex rules, padded with spaces to a multiple of eight bytes)
    | hashes of each Kind in turn | xxh64
"""

import hashlib
import json
import mmap
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import repeat
from pathlib import Path
from typing import Self

from xxhash import xxh3_64_intdigest, xxh64, xxh64_digest

from blocklists.formats.bulk import Run
from blocklists.formats.parse import PARSER_VERSION, Parsed, parse
from blocklists.formats.unpack import pieces
from blocklists.index import list_files, rule_kinds
from blocklists.index.index_file import CHECKSUM_BYTES, padded
from blocklists.rules import complex_rule
from blocklists.rules.complex_rule import ComplexRule, Network
from blocklists.rules.list_options import USUAL, Options
from blocklists.rules.rule import ADDRESSES, NAMES, Kind, kind_text
from blocklists.safety import apply
from blocklists.safety.essential import EssentialNames
from store.base.file_faults import open_file
from store.config.list_status import ListFacts

# Names are sorted in this many parts by the first byte of their hash, so that no sort holds a whole list as objects.
PARTS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts(ListFacts):
    """What is known of a list's text, and what the shard was made from.

    `key`: of the text, how it was read and by which parser; `prefixes`: the (version, length) of its networks. Of the
    rules that were left out `guarded` holds at most `apply.MAX_GUARDED`; `skipped` counts all.
    """

    key: str
    format: str
    sha256: str
    prefixes: list[list[int]] = field(default_factory=list)


class Shard:
    """The compiled hashes of one list, and its complex rules. `hashes[kind]` is sorted and without repeats."""

    def __init__(
        self,
        facts: Facts,
        hashes: "Mapping[Kind, memoryview[int] | array[int]]",
        complex_rules: Sequence[ComplexRule] = (),
    ) -> None:
        self.facts = facts
        self.hashes = hashes
        self.complex_rules = complex_rules

    @classmethod
    def of_rules(
        cls,
        rules: Iterable[tuple[Kind, str]],
        seed: int,
        *,
        format: str = "pack",  # noqa: A002
        complex_rules: Sequence[ComplexRule] = (),
    ) -> Self:
        """Compile rules that stand in memory, such as a level of a vendor pack."""
        sorter = _Sorter(seed)
        count = sorter.take((kind, (name,)) for kind, name in rules)
        hashes = sorter.finish()
        block_names, allow_names = _names(hashes)
        facts = Facts(
            key="", format=format, sha256="", rules=count, block_names=block_names, allow_names=allow_names,
            kinds=rule_kinds.counts({kind: len(column) for kind, column in hashes.items()}, complex_rules),
        )  # fmt: skip
        return cls(facts, hashes, complex_rules)

    @classmethod
    def of_text(
        cls,
        path: Path,
        format: str | None,  # noqa: A002
        seed: int,
        options: Options = USUAL,
        guard: EssentialNames | None = None,
    ) -> Self:
        """Parse and compile the list at `path`, without what `guard` keeps out; raise `unpack.Refused` or OSError."""
        digest, size = hashlib.sha256(), 0

        def watched() -> Iterable[bytes]:
            nonlocal size
            for piece in pieces(path):
                digest.update(piece)
                size += len(piece)
                yield piece

        parsed, sorter, guarded = parse(watched(), format, options), _Sorter(seed), dict[str, str]()
        sorter.take(apply.kept(parsed, guard, guarded) if guard else parsed.runs())
        sha256 = digest.hexdigest()
        return cls._of(parsed, sorter, size, sha256, _key(sha256, format, seed, options, guard), guarded, guard)

    @classmethod
    def _of(
        cls,
        parsed: Parsed,
        sorter: "_Sorter",
        size: int,
        sha256: str,
        key: str,
        guarded: dict[str, str],
        guard: EssentialNames | None,
    ) -> Self:
        complex_rules = apply.kept_complex_rules(parsed, guard, guarded) if guard else parsed.complex_rules
        networks = apply.kept_networks(parsed, guard, guarded) if guard else parsed.networks
        sorter.take((ADDRESSES[network.allow], (network.text,)) for network in networks)
        hashes = sorter.finish()
        block_names, allow_names = _names(hashes)
        facts = Facts(
            key=key, format=parsed.format, sha256=sha256, prefixes=_prefixes(networks), bytes=size, lines=parsed.lines,
            rules=parsed.rules, block_names=block_names, allow_names=allow_names, skipped=dict(parsed.skipped),
            guarded=guarded,
            kinds=rule_kinds.counts({kind: len(column) for kind, column in hashes.items()}, complex_rules),
        )  # fmt: skip
        return cls(facts, hashes, complex_rules)

    @classmethod
    def open(
        cls,
        path: Path,
        text: Path,
        format: str | None,  # noqa: A002
        seed: int,
        options: Options = USUAL,
        guard: EssentialNames | None = None,
    ) -> Self | None:
        """Map the shard at `path` if it is whole and belongs to `text` as it is now; None otherwise."""
        try:
            with open_file(text) as file:
                key = _key(hashlib.file_digest(file, "sha256").hexdigest(), format, seed, options, guard)
            with open_file(path) as file:
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
        return cls(Facts(**stored["facts"]), hashes, [complex_rule.of_row(row) for row in stored["specials"]])

    def without(self, guard: EssentialNames, seed: int) -> "tuple[Shard, dict[str, str]]":
        """Return the shard less what `guard`, one of few names, keeps out; and what that is, with why."""
        hashes, left_out = dict(self.hashes), guard.of_complex_rules(self.complex_rules)
        for kind, name, why in guard.candidates(self.facts.prefixes):
            hashed = xxh3_64_intdigest(name.encode(), seed)
            column = hashes[kind]
            at = bisect_left(column, hashed)
            if at < len(column) and column[at] == hashed:
                kept = array("Q", column[:at])
                kept.extend(column[at + 1 :])
                hashes[kind] = kept
                left_out[kind_text(kind, name)] = why
        complex_rules = [rule for rule in self.complex_rules if rule.text not in left_out]
        return (Shard(self.facts, hashes, complex_rules) if left_out else self), left_out

    def save(self, path: Path) -> None:
        """Write the shard whole; raise OSError."""
        counts = [len(self.hashes[kind]) for kind in Kind]
        complex_rules = [rule.row() for rule in self.complex_rules]
        head = json.dumps({"facts": asdict(self.facts), "counts": counts, "specials": complex_rules}).encode()
        checksum = xxh64()
        with list_files.replacing(path) as file:
            for part in (head.ljust(padded(len(head) + 1) - 1) + b"\n", *(self.hashes[kind] for kind in Kind)):
                checksum.update(memoryview(part).cast("B"))
                file.write(part)
            file.write(checksum.digest())


class _Sorter:
    """Takes rules in any order, gives sorted hashes by kind; about 9 bytes a rule."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._parts = _Parts()

    def take(self, runs: Iterable[Run]) -> int:
        """Take the rules in; return how many there were."""
        seed, count = repeat(self._seed), 0
        for kind, names in runs:
            parts = self._parts[kind]
            for hashed in map(xxh3_64_intdigest, map(str.encode, names), seed):
                parts[hashed >> 56].append(hashed)
            count += len(names)
        return count

    def finish(self) -> "dict[Kind, array[int]]":
        sorted_by_kind = {}
        for kind in Kind:
            hashes = array("Q")
            for part in self._parts.pop(kind, ()):
                hashes.fromlist(sorted(set(part)))
            sorted_by_kind[kind] = hashes
        return sorted_by_kind


class _Parts(dict[Kind, "list[array[int]]"]):
    def __missing__(self, kind: Kind) -> "list[array[int]]":
        self[kind] = parts = [array("Q") for _ in range(PARTS)]
        return parts


def _names(hashes: "Mapping[Kind, array[int]]") -> tuple[int, int]:
    """Return the counts of distinct names that are blocked and that are allowed."""
    counts = []
    for allow in (False, True):
        columns = sorted((hashes[kind] for kind in NAMES if kind.allow is allow), key=len, reverse=True)
        counts.append(sum(_new(column, columns[:number]) for number, column in enumerate(columns)))
    return counts[0], counts[1]


def _new(column: "array[int]", earlier: "Sequence[array[int]]") -> int:
    """Return how many values of one sorted array stand in none of the longer ones, without a set of any."""
    if not any(len(long) for long in earlier):
        return len(column)
    return sum(1 for value in column if not any(_holds(long, value) for long in earlier))


def _holds(column: "array[int]", value: int) -> bool:
    at = bisect_left(column, value)
    return at < len(column) and column[at] == value


def _prefixes(networks: Iterable[Network]) -> list[list[int]]:
    prefixes = {(6 if ":" in network.text else 4, int(network.text.rpartition("/")[2])) for network in networks}
    return [list(pair) for pair in sorted(prefixes)]


def _key(sha256: str, format: str | None, seed: int, options: Options, guard: EssentialNames | None) -> str:  # noqa: A002
    how = f"{format or 'detected'} {options.given() or ''} {guard.digest if guard else 'unguarded'}"
    return f"{sha256} {how} parser {PARSER_VERSION} seed {seed:016x}"
