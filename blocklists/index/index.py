# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the compiled index: name → the lists that hold it.

One file, written whole by `compile`, mapped read-only here and so shared by all workers:

    HEADER | JSON metadata | fan-out | sorted hashes | set ids | sets | complex rules as JSON | xxh64 of all before

Every name of every installed list, on or off, stands in it as a seeded 64-bit hash. Beside each hash stands the id of
a *set*: which lists hold that name, as one mask over slots for each kind of rule that occurs. Networks stand among
the names, as text. What no hash can hold (patterns, conditions, answers) follows as complex rules, slot by slot.
A list is a slot, that is a bit; a vendor pack takes one for each level. A toggle therefore changes an integer, never
this file. The fan-out table narrows a look-up to a handful of hashes before the bisection.
"""

import json
import mmap
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from xxhash import xxh3_64_intdigest, xxh64_digest

from blocklists.index.beside import Beside, BesideList
from blocklists.index.complex_rules import ComplexRules
from blocklists.index.index_file import (
    CHECKSUM_BYTES,
    HEADER,
    ID_CODES,
    MAGIC,
    VERSION,
    padded,
    read_through,
    section,
    verify,
)
from blocklists.index.index_file import CorruptIndex as CorruptIndex
from blocklists.index.precedence import TIERS, match_of, tiers
from blocklists.index.precedence import Match as Match
from blocklists.rules import complex_rule
from blocklists.rules.rule import Kind
from store.base.file_faults import Fault, fault_of, open_file
from store.base.sentences import say
from store.config.choices import PackLevel
from wire.addresses import Address

# Slots are bits of a mask; past this many a set would cost more than the names it describes.
MAX_SLOTS = 1024
# Parents remembered in which, and above which, nothing is listed: most names asked have siblings. Some 100 bytes each.
MAX_SILENT = 8192
# Level → the levels whose names it takes in.
LEVELS_WITHIN: dict[str, tuple[str, ...]] = {level: level.within for level in PackLevel}


NOTHING_BESIDE = Beside.none()


@dataclass(frozen=True, slots=True)
class Slot:
    """One bit of the masks: a list, or one level of a vendor pack. Counts are distinct names.

    `format` and `options` are how the list's copy was read; for a pack, "pack".
    """

    blocklist_id: str
    level: str | None
    allow: bool
    title: str
    block_names: int
    allow_names: int
    format: str
    options: dict[str, Any] = field(default_factory=dict)


class Index:
    """A compiled index. Immutable but for what it remembers of names asked; safe to share between threads."""

    def __init__(self, data: memoryview, beside: Beside = NOTHING_BESIDE, checksum: bytes | None = None) -> None:
        """Read an index from `data`; raise `CorruptIndex` unless it is whole and of this version.

        The lists of `beside` count as further slots; `checksum`: of `data`, see `verify`.
        """
        header, meta = verify(data, checksum)
        _, _, meta_bytes, names, sets, self._mask_bytes, fan_bits, id_bytes, complex_bytes, self.seed = header
        compiled = tuple(Slot(**slot) for slot in meta["slots"])
        self.slots: tuple[Slot, ...] = (*compiled, *map(_slot_beside, beside.lists))
        self.compiled = len(compiled)  # slots that the file itself holds, the first ones
        self._beside, self._whole = beside, (1 << self.compiled) - 1
        self.generation: int = meta["generation"]
        self.created: int = meta["created"]
        self.inputs: str = meta["inputs"]
        self._checksum = bytes(data[-CHECKSUM_BYTES:])
        self._shift = 64 - fan_bits
        self._kinds = tuple(map(Kind, meta["kinds"]))
        self._set_bytes = self._mask_bytes * len(self._kinds)
        self._tiers = tiers(self._kinds, 8 * self._mask_bytes)
        self.prefixes = tuple((version, length) for version, length in meta["prefixes"])
        at = HEADER.size + padded(meta_bytes)
        self._fan, at = section(data, at, "I", (1 << fan_bits) + 1)
        self._hashes, at = section(data, at, "Q", names)
        self._ids, at = section(data, at, ID_CODES[id_bytes], names)
        self._sets, at = section(data, at, "B", sets * self._set_bytes)
        stored = json.loads(bytes(data[at : at + complex_bytes]) or b"[]")
        allowing = sum(1 << number for number, slot in enumerate(self.slots) if slot.allow)
        self.complex_rules = ComplexRules([[complex_rule.of_row(row) for row in rows] for rows in stored], allowing)
        self._silent: set[bytes] = set()
        self._bits = {(slot.blocklist_id, slot.level): 1 << number for number, slot in enumerate(self.slots)}

    @classmethod
    def open(cls, path: Path, beside: Beside = NOTHING_BESIDE) -> Self:
        """Map the file at `path` and check it; raise `CorruptIndex` when it is missing or damaged."""
        try:
            with open_file(path) as file:
                checksum = read_through(file)
                return cls(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)), beside, checksum)
        except FileNotFoundError as error:
            fault = Fault.LOOP if path.is_symlink() else fault_of(error)
            raise CorruptIndex(say("there is none yet"), fault) from None
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise CorruptIndex(str(error), fault_of(error)) from error

    @classmethod
    def empty(cls) -> Self:
        """Return an index that holds no list: DNS is answered from it when nothing better is there."""
        meta = json.dumps(
            {"slots": [], "generation": 0, "created": 0, "inputs": "", "kinds": [], "prefixes": []}
        ).encode()
        header = HEADER.pack(MAGIC, VERSION, len(meta), 0, 0, 1, 0, 1, 0, 0)
        body = header + meta.ljust(padded(len(meta)), b"\0") + bytes(padded(8))
        return cls(memoryview(body + xxh64_digest(body)))

    def __len__(self) -> int:
        return len(self._hashes)

    def holds_the_same(self, other: "Index") -> bool:
        """Whether both were read from the same bytes, beside the same lists: masks and rules mean the same in both."""
        return self._checksum == other._checksum and self._beside is other._beside

    @property
    def judges_addresses(self) -> bool:
        """Whether any list speaks of the addresses in answers."""
        return bool(self.prefixes) or self.complex_rules.addressed != 0

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

    def forget_silent(self) -> None:
        """Remember no more which domains nothing is said of: one look each finds it out again."""
        self._silent.clear()

    def match(self, name: str, mask: int) -> Match | None:
        """Return the rule of the lists in `mask` that decides `name`, of those that hashes hold.

        By tier (`TIERS`), then the more specific one. `name` is lower-case without a trailing dot. None: no list
        speaks for it.
        """
        if mask > self._whole:
            return self._match_beside(name, mask)
        whole = name.encode(errors="replace")
        best, decided = len(TIERS), None
        for start, set_number in self._walk(whole) if mask else ():
            match = self._first(set_number, mask, whole[start:].decode(), start == 0, best)
            if match:  # the walk goes from the most specific name up, so only a better tier wins
                best, decided = match
                if not best:
                    break
        return decided

    def _match_beside(self, name: str, mask: int) -> Match | None:
        """The same where a list beside the index is on: of two in one tier the more specific, then that list."""
        compiled = self.match(name, mask & self._whole)
        match = self._beside.match(name, mask >> self.compiled, self.compiled)
        if match is None or (compiled and _rank(compiled) < _rank(match)):
            return compiled
        return match

    def match_address(self, address: Address, mask: int) -> Match | None:
        """Return the network of the lists in `mask` that decides an address in an answer: allow, then the narrower."""
        blocking: Match | None = None
        for version, length in reversed(self.prefixes) if mask else ():
            if version != address.version:
                continue
            free = address.max_prefixlen - length
            text = f"{type(address)(int(address) >> free << free)}/{length}"
            set_number = self._held(text.encode())
            masks = self._masks(set_number) if set_number else {}
            if slots := masks.get(Kind.ALLOW_ADDRESS, 0) & mask:
                return Match(True, (slots & -slots).bit_length() - 1, text, False)
            if (slots := masks.get(Kind.BLOCK_ADDRESS, 0) & mask) and blocking is None:
                blocking = Match(False, (slots & -slots).bit_length() - 1, text, False)
        return blocking

    def matching(self, name: str) -> list[Match]:
        """Return every rule of every list, on or off, that holds for `name`: those beside the index, then its own.

        Of each the most specific first; at one name allow before block, then in the order of the slots.
        """
        whole = name.encode(errors="replace")
        matches = [
            (start, not kind.important, not kind.allow, slot, kind)
            for start, set_number in self._walk(whole)
            for kind, slots in self._masks(set_number).items()
            if (kind.scope != "below" if start == 0 else kind.subdomains)
            for slot in range(self.compiled)
            if slots >> slot & 1
        ]
        compiled = [match_of(kind, slot, whole[at:].decode()) for at, _, _, slot, kind in sorted(matches)]
        return self._beside.matching(name, self.compiled) + compiled

    def _walk(self, name: bytes) -> list[tuple[int, int]]:
        """Return (offset, set number from one) of `name` and those names above it that stand in the index."""
        # One flat loop over locals: every query that no memo answers comes through here, label by label.
        fan, hashes, shift, seed = self._fan, self._hashes, self._shift, self.seed
        sets: list[tuple[int, int]] = []
        parent = name.partition(b".")[2]
        silent = parent in self._silent
        start = 0
        while True:
            hashed = xxh3_64_intdigest(name[start:], seed)
            bucket = hashed >> shift
            end = fan[bucket + 1]
            at = bisect_left(hashes, hashed, fan[bucket], end)
            if at < end and hashes[at] == hashed:
                sets.append((start, self._ids[at] + 1))
            start = name.find(b".", start) + 1
            if silent or not start:
                break
        if parent and not silent and not (sets and sets[-1][0]):
            if len(self._silent) >= MAX_SILENT:
                self._silent.clear()
            self._silent.add(parent)
        return sets

    def _held(self, name: bytes) -> int:
        """Return the set number, from one, of just this name; 0 when it is not in the index."""
        return next((set_number for start, set_number in self._walk(name) if start == 0), 0)

    def _row(self, set_number: int) -> int:
        """Return this set as one integer: the masks of `self._kinds` side by side."""
        end = set_number * self._set_bytes
        return int.from_bytes(self._sets[end - self._set_bytes : end], "little")

    def _masks(self, set_number: int) -> dict[Kind, int]:
        row, width = self._row(set_number), 8 * self._mask_bytes
        whole = (1 << width) - 1
        return {kind: row >> at * width & whole for at, kind in enumerate(self._kinds)}

    def _first(self, set_number: int, mask: int, name: str, exact: bool, best: int) -> tuple[int, Match] | None:
        """Return what this set says under `mask` in a tier before `best`, named by its first slot that says so.

        Vendor packs come first in the slots: where a pack and a large list hold the same name, the pack is named.
        """
        row = self._row(set_number)
        gone = self.complex_rules.gone(name, mask) if self.complex_rules.cancelled else ()
        for tier, itself, under in self._tiers:
            if tier >= best:
                return None
            columns = itself if exact else under
            slots = 0
            for kind, shift in columns:
                slots |= row >> shift & (mask & self.complex_rules.allowing if kind in gone else mask)
            if slots:
                first = slots & -slots
                for kind, shift in columns:
                    if row >> shift & first and (kind not in gone or first & self.complex_rules.allowing):
                        return tier, match_of(kind, first.bit_length() - 1, name)
        return None


def _slot_beside(listed: BesideList) -> Slot:
    return Slot(listed.blocklist_id, None, False, listed.title, len(listed.rules), 0, "service")


def _rank(match: Match) -> tuple[int, int]:
    """What comes first is less: the tier, then the more specific."""
    return TIERS.index((match.important, match.allow)), -len(match.name)
