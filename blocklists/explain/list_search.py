# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of a list's last good copy that hold a word, or that follow a place: read in blocks, never the whole of it.

A list may have two million lines. A search reads it from the disk's cache at gigabytes a second, stops at as many lines
as a page shows, and says where it stopped; so does one that reads for long without finding anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from blocklists.formats.mixed_lines import MixedReader
from blocklists.formats.parse import MAX_LINE
from blocklists.index.index import Slot
from blocklists.rules.list_options import Options
from blocklists.rules.rule import Kind, kind_text
from store.base.file_faults import open_file

BLOCK = 1 << 20
MAX_READ = 64 << 20  # bytes of one look: some three million names, within a fraction of a second


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line that gives rules; `number` counts from one, `rules` are as people write them."""

    number: int
    text: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """`next`: where the following look begins, as (byte, lines before it); None at the end of the list."""

    lines: tuple[FoundLine, ...]
    next: tuple[int, int] | None


def search(path: Path, slot: Slot, wanted: str, begin: tuple[int, int] = (0, 0), limit: int = 50) -> Found:
    """The first `limit` lines from `begin` on that give a rule and hold `wanted` (any where that is empty).

    Letters of ASCII are alike in upper and lower case. Raises OSError.
    """
    read, lines = MixedReader(slot.format, Options.of(slot.options)), list[FoundLine]()
    at, before = begin
    for start, line_number, raw in _lines(path, wanted.lower().encode(), at, before):
        if start - at > MAX_READ or (raw is not None and len(lines) >= limit):
            return Found(tuple(lines), (start, line_number - 1))
        if raw is None:
            continue
        text = raw.decode("utf-8", "replace").removeprefix("\ufeff").strip()
        rules = _rules(read, text) if text and len(text) <= MAX_LINE else ()
        if rules:
            lines.append(FoundLine(line_number, text, rules))
    return Found(tuple(lines), None)


def _rules(read: MixedReader, text: str) -> tuple[str, ...]:
    """What a line is read as; a rule of its own kind stands as its text."""
    return tuple(
        kind_text(item, name) if isinstance(item, Kind) else item.text
        for item, name in read(text)
        if item is not None
    )


def _lines(path: Path, wanted: bytes, at: int, before: int) -> Iterator[tuple[int, int, bytes | None]]:
    """(byte where it begins, its number, the line) of each line that holds `wanted`; None at each block's end."""
    with open_file(path) as file:
        file.seek(at)
        rest, number = b"", before
        while True:
            block = file.read(BLOCK)
            whole, newline, tail = (rest + block).rpartition(b"\n") if block else (rest, b"", b"")
            yield from _of_block(whole, wanted, at, number)
            if not block:
                return
            number += whole.count(b"\n") + len(newline)
            at += len(whole) + len(newline)
            rest = tail[: BLOCK + 1] if newline else tail
            yield at, number + 1, None
            if not newline and len(rest) > BLOCK:  # no text has such a line: it is passed over
                at, rest = at + len(rest), b""


def _of_block(whole: bytes, wanted: bytes, at: int, number: int) -> Iterator[tuple[int, int, bytes]]:
    low, place, counted, line_number = whole.lower(), 0, 0, number + 1
    while whole and (place := low.find(wanted, place)) >= 0:
        start = whole.rfind(b"\n", 0, place) + 1
        end = whole.find(b"\n", place)
        end = len(whole) if end < 0 else end
        line_number += whole.count(b"\n", counted, start)
        counted = start
        yield at + start, line_number, whole[start:end]
        place = end + 1
        if place > len(whole):
            return
