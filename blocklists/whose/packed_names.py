# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tables say of names, packed: some thirty bytes a name, where a dict of statements takes four hundred.

    names  ─► hashes, sorted ─┐
                              ├─ the same place ─► which statement ─► its line of text, read when it is asked for
    statements ───────────────┘

Two names of the tables never share a hash, which is seen to; that a name of the home shares one with a name of the
tables is as likely as one in 10^15.
"""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from xxhash import xxh3_64_intdigest

from blocklists.whose.statement import Heed, Statement
from store.names.purpose import Purpose

_LINE_END = re.compile(b"\n")
READ_AT_ONCE = 1024  # statements in memory, some 200 bytes each; a home's names are of a few hundred
MARKS_A_NAME = 16  # bits; with them one of sixteen suffixes that the tables do not know is looked for in vain


class PackedNames:
    """Name → statement, as far as a dict's face is needed. Immutable."""

    def __init__(self, hashes: array[int], which: array[int], lines: StatementLines) -> None:
        self._hashes, self._which, self.lines = hashes, which, lines
        self._marks, self._shift = _marks(hashes)

    @classmethod
    def of(cls, table: Mapping[str, Statement], lines: StatementLines, places: Mapping[Statement, int]) -> PackedNames:
        """The same as `table`. Raises ValueError where two names share a hash."""
        pairs = sorted((xxh3_64_intdigest(name.encode()), places[statement]) for name, statement in table.items())
        hashes = array("Q", [number for number, _ in pairs])
        if len(set(hashes)) != len(hashes):
            raise ValueError("two names share a hash")
        return cls(hashes, array("H", [place for _, place in pairs]), lines)

    def get(self, name: str) -> Statement | None:
        """What is said of the name, None where nothing is."""
        return self._said(xxh3_64_intdigest(name.encode()))

    def longest(self, name: str) -> tuple[str, Statement] | None:
        """The longest suffix of a name of which something is said, and what that is; the name is one itself."""
        encoded, at = name.encode(), 0
        marks, shift = self._marks, self._shift
        while True:
            wanted = xxh3_64_intdigest(encoded[at:])
            mark = wanted >> shift
            if marks[mark >> 3] >> (mark & 7) & 1 and (statement := self._said(wanted)) is not None:
                return encoded[at:].decode(), statement
            at = encoded.find(b".", at) + 1
            if not at:
                return None

    def _said(self, wanted: int) -> Statement | None:
        hashes = self._hashes
        place = bisect_left(hashes, wanted)
        if place == len(hashes) or hashes[place] != wanted:
            return None
        return self.lines.read(self._which[place])

    def __getitem__(self, name: str) -> Statement:
        statement = self.get(name)
        if statement is None:
            raise KeyError(name)
        return statement

    def __len__(self) -> int:
        return len(self._hashes)

    def values(self) -> Iterator[Statement]:
        """Each statement that holds for a name, once."""
        return map(self.lines.parse, sorted(set(self._which)))

    def parts(self) -> tuple[bytes, bytes]:
        """As they are stored: hashes, and places of statements."""
        return self._hashes.tobytes(), self._which.tobytes()


class StatementLines:
    """Statements as lines of JSON in one text. Immutable."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self._ends = array("I", [match.start() for match in _LINE_END.finditer(text)])
        self.read = lru_cache(READ_AT_ONCE)(self.parse)

    @classmethod
    def of(cls, statements: Iterable[Statement]) -> StatementLines:
        """In this order."""
        return cls("".join(f"{_line(statement)}\n" for statement in statements).encode())

    def parse(self, place: int) -> Statement:
        """The statement at that place."""
        begin = self._ends[place - 1] + 1 if place else 0
        source, company, product, purpose, heed, hosted, doubtful = json.loads(self.text[begin : self._ends[place]])
        return Statement(source, company, product, Purpose(purpose), Heed(heed), bool(hosted), bool(doubtful))


def _marks(hashes: array[int]) -> tuple[bytes, int]:
    """A bit for each beginning that a hash can have, set where one has it; and by how much a hash is shifted for it."""
    bits = max(3, (MARKS_A_NAME * len(hashes)).bit_length())
    marks, shift = bytearray(1 << bits - 3), 64 - bits
    for number in hashes:
        mark = number >> shift
        marks[mark >> 3] |= 1 << (mark & 7)
    return bytes(marks), shift


def _line(statement: Statement) -> str:
    its = statement
    return json.dumps(
        [its.source, its.company, its.product, its.purpose, its.heed, int(its.hosted), int(its.doubtful)],
        separators=(",", ":"),
    )
