# SPDX-License-Identifier: GPL-3.0-or-later
"""What was asked first, with whose it is, as news is looked for in it: all of it, or rows of some sites at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from zlib import crc32

from blocklists.rules.public_suffixes import PublicSuffixes
from blocklists.whose.facts import Facts
from evidence.findings.news import First
from store.names.purpose import Kind

MAX_PARTS = 250  # a byte tells which one, and that it is none


class FirstRows:
    """Of one span of time, in as many parts; each site is in one. May be read again and again."""

    def __init__(
        self, con: sqlite3.Connection, span: tuple[int, int], facts: Facts, is_public: Callable[[str], bool],
        parts: int = 1,
    ) -> None:  # fmt: skip
        """`span`: µs since 1970, from ≤ time < to; only public names are told."""
        self._con, self._span, self._facts, self._is_public = con, span, facts, is_public
        self._parts = min(parts, MAX_PARTS)
        self._sites = PublicSuffixes()
        self._part_of = bytearray()  # of each row, once all were read

    def read(self, part: int | None = None) -> Iterator[First]:
        """Of a part, after all (None) were read to their end. By name: each is looked up once, and its words are there
        once, however many devices asked for it. Raises sqlite3.Error.
        """
        if part is None:
            self._part_of.clear()
        name, site, whose, part_of = "\n", "", self._facts.of(""), MAX_PARTS  # which is no name
        for place, (device, word, first_us) in enumerate(self._con.execute(_FIRSTS, self._span)):
            if part is not None and self._part_of[place] != part:
                continue
            if word != name and self._is_public(word):
                name, site, whose = word, self._sites.registrable(word), self._facts.of(word)
                part_of = crc32(site.encode("utf-8", "surrogatepass")) % self._parts
            if part is None:
                self._part_of.append(part_of if word == name else MAX_PARTS)
            if word == name:
                yield First(device, name, site, whose.company, whose.kind is Kind.TRACKING, first_us)


_FIRSTS = """SELECT f.device_id, n.name, f.first_us FROM first_asked f JOIN names n ON n.id = f.name_id
             WHERE f.first_us >= ? AND f.first_us < ? ORDER BY f.name_id"""
