# SPDX-License-Identifier: GPL-3.0-or-later
"""What the records of an hour or a day add up to: sections of counts, and how they are packed into bytes. Pure.

    moments     minute of the hour (in a day: its hour) and verdict
    kinds       list, verdict and origin
    durations   µs to two significant digits, see `rounded`
    clients     client and verdict                         for the whole house only
    names       name and verdict

and by what is known of names, in tables of their own (`Known`):

    companies   company with its kind (0: nothing known) and verdict
    lookups     the same → look-ups that begin there, of the client whose query begins them (store.sums.lookups)
    tracking    moments, of queries for names that track
    trackers    client and verdict → look-ups that track, for the whole house only

Each maps such a number (see store.sums.packed) to how many records have it. Of the house's names come two extracts:
`leaders`, the most asked in all and by verdict, and `presence`, a bit for each name id.
"""

import heapq
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from itertools import accumulate, chain
from operator import itemgetter, sub

from store.sums import packed

Section = dict[int, int]

LEADERS = 256  # of each kind; enough that a page's "top" need look at no others, unless all names are asked alike
RANKINGS = 6  # over all verdicts, then for each of the five; what failed has none
MAX_PLAIN = 80  # bytes that would hardly become fewer, and take longer to deflate than to count
_DEFLATED = 0x78  # how zlib begins; what is plain begins with a width
_MEM_LEVEL = 4  # of zlib: hash tables that fit some hundred bytes; to clear larger ones takes longer than to deflate
_WIDTHS = (("B", 0xFF), ("H", 0xFFFF), ("I", 0xFFFF_FFFF), ("Q", 0xFFFF_FFFF_FFFF_FFFF))

_BYTES = ord("B")
_count = itemgetter(1)
_SIZES = {ord(code): array(code).itemsize for code, _ in _WIDTHS}
_HEADS = {some + others: (some + others).encode() for some, _ in _WIDTHS for others, _ in _WIDTHS}


@dataclass(slots=True)
class Counts:
    """The sums of one client, or of the house, over one block."""

    total_us: int = 0
    moments: Section = field(default_factory=dict)
    kinds: Section = field(default_factory=dict)
    durations: Section = field(default_factory=dict)
    clients: Section = field(default_factory=dict)
    names: Section = field(default_factory=dict)

    def add(self, other: "Counts") -> None:
        """Take the sums of another in."""
        self.total_us += other.total_us
        for section, more in zip(self._sections(), other._sections(), strict=True):
            if more:
                add(section, more.items())

    def _sections(self) -> tuple[Section, ...]:
        return self.moments, self.kinds, self.durations, self.clients, self.names


@dataclass(slots=True)
class Known:
    """The same by what is known of names."""

    companies: Section = field(default_factory=dict)
    lookups: Section = field(default_factory=dict)
    tracking: Section = field(default_factory=dict)
    trackers: Section = field(default_factory=dict)

    def add(self, other: "Known") -> None:
        """Take the sums of another in."""
        for section, more in zip(self.sections(), other.sections(), strict=True):
            if more:
                add(section, more.items())

    def sections(self) -> tuple[Section, ...]:
        """In the order of KNOWN."""
        return self.companies, self.lookups, self.tracking, self.trackers


KNOWN = ("companies", "lookups", "tracking", "trackers")


def rounded(duration_us: int) -> int:
    """A duration cut to two significant digits: 7, 83, 1200. What medians are made of, since rows are too many."""
    unit = 1
    while duration_us >= 100 * unit:
        unit *= 10
    return duration_us - duration_us % unit


def add(total: Section, pairs: Iterable[tuple[int, int]]) -> None:
    """Add counts to a section."""
    get = total.get
    for key, count in pairs:
        total[key] = get(key, 0) + count


def pack(section: Section) -> bytes:
    """Small: the steps between the keys, then the counts, deflated where they are many; b"" for an empty section."""
    if not section:
        return b""
    keys = sorted(section)
    steps = _narrow([keys[0], *map(sub, keys[1:], keys)])
    counts = _narrow(list(map(section.__getitem__, keys)))
    plain = _HEADS[steps.typecode + counts.typecode] + steps.tobytes() + counts.tobytes()
    if len(plain) <= MAX_PLAIN:
        return plain
    deflate = zlib.compressobj(memLevel=_MEM_LEVEL)
    return deflate.compress(plain) + deflate.flush()


def unpack(data: bytes) -> Iterator[tuple[int, int]]:
    """The pairs of a section, by key."""
    if not data:
        return iter(())
    plain = zlib.decompress(data) if data[0] == _DEFLATED else data
    steps, counts = plain[0], plain[1]
    length = (len(plain) - 2) // (_SIZES[steps] + _SIZES[counts])
    border = 2 + length * _SIZES[steps]
    return zip(accumulate(_numbers(steps, plain[2:border])), _numbers(counts, plain[border:]), strict=True)


def of_keys(data: bytes, wanted: Set[int]) -> Section:
    """Those of these keys that a section has; quicker than to add all of it up where few are wanted."""
    section = dict(unpack(data))
    return {key: section[key] for key in section.keys() & wanted}


def pack_plain(section: Section) -> bytes:
    """Quick to look things up in: the width of a count, the keys in four bytes each, the counts."""
    keys = array("I", sorted(section))
    counts = _narrow([section[key] for key in keys])
    return counts.typecode.encode() + keys.tobytes() + counts.tobytes()


class PlainSection:
    """A section of names that was packed by `pack_plain`."""

    def __init__(self, data: bytes) -> None:
        self.counts = array(data[:1].decode() or "B")
        self.keys = array("I")
        length = (len(data) - 1) // (self.keys.itemsize + self.counts.itemsize)
        border = 1 + length * self.keys.itemsize
        self.keys.frombytes(data[1:border])
        self.counts.frombytes(data[border:])

    def of(self, names: Iterable[int]) -> Iterator[tuple[int, int]]:
        """The pairs of these names alone."""
        keys, counts = self.keys, self.counts
        for first, end in packed.spans(names):
            at = bisect_left(keys, first)
            while at < len(keys) and keys[at] < end:
                yield keys[at], counts[at]
                at += 1

    def pairs(self) -> Iterator[tuple[int, int]]:
        return zip(self.keys, self.counts, strict=True)


def ranked(names: Section) -> bytes:
    """The leaders of each ranking: for each their number and what a name that is not among them has at most."""
    rankings: list[Section] = [{} for _ in range(RANKINGS)]
    for name, verdict, count in packed.unpacked(names.items()):
        rankings[0][name] = rankings[0].get(name, 0) + count
        if 1 + verdict < RANKINGS:
            rankings[1 + verdict][name] = count
    head, body = array("I"), array("I")
    for ranking in rankings:
        best = heapq.nlargest(LEADERS, ranking.items(), key=_count)
        head.extend((len(best), best[-1][1] if len(ranking) > LEADERS else 0))
        body.extend(chain.from_iterable(best))
    return (head + body).tobytes()


def leaders(data: bytes, verdict: int | None) -> tuple[dict[int, int], int]:
    """Name id → count of those who lead, in all or for a verdict, and the most that anybody else can have."""
    numbers = array("I")
    numbers.frombytes(data)
    if not numbers:
        return {}, 0
    ranking = 0 if verdict is None else 1 + verdict
    if ranking >= RANKINGS:
        return {}, _WIDTHS[-1][1]
    at = 2 * RANKINGS + 2 * sum(numbers[0 : 2 * ranking : 2])
    length, rest = numbers[2 * ranking], numbers[2 * ranking + 1]
    return dict(zip(numbers[at : at + 2 * length : 2], numbers[at + 1 : at + 2 * length : 2], strict=True)), rest


def present(names: Section) -> bytes:
    """A bit for each name id that occurs, deflated."""
    return zlib.compress(bytes(packed.bits(set(packed.numbers(names)))))


def presence(data: bytes) -> int:
    """The same as one number: its bits are the name ids."""
    return int.from_bytes(zlib.decompress(data), "little") if data else 0


def _narrow(numbers: list[int]) -> "array[int]":
    highest = max(numbers, default=0)
    if highest <= 0xFF:
        return array("B", numbers)
    return array(next(code for code, limit in _WIDTHS if highest <= limit), numbers)


def _numbers(code: int, data: bytes) -> Iterable[int]:
    """What `_narrow` made, as bytes; those of one byte each need no array."""
    return data if code == _BYTES else array(chr(code), data)
