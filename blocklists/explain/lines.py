# SPDX-License-Identifier: GPL-3.0-or-later
"""The line of a list's last good copy that gives a rule, looked up in the text: hashes alone prove nothing."""

import contextlib
import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import idna

from blocklists.formats.mixed_lines import MixedReader
from blocklists.formats.parse import MAX_LINE
from blocklists.index.index import Match, Slot
from blocklists.rules.list_options import Options
from blocklists.rules.rule import Kind


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list's last good copy; `number` counts from one."""

    number: int
    text: str


def find_line(path: Path, match: Match, slot: Slot) -> Line | None:
    """Return the first line of the list at `path` that gives the rule of `match`, or None. Raise OSError."""
    kinds = kinds_in(slot, match)
    read = MixedReader(slot.format, Options.of(slot.options))
    text = _mapped(path)
    if text is None:
        return None
    # First where the name is written out; then, since a name may be written otherwise, every line.
    for candidates in (_mentions(text, match.name), _starts(text)):
        for start in candidates:
            line = _line_at(text, start)
            rules = read(line.strip()) if len(line) <= MAX_LINE else ()
            if any(kind in kinds and name == match.name for kind, name in rules):
                return Line(_newlines(text, start) + 1, line.strip())
    return None


def kinds_in(slot: Slot, match: Match) -> set[Kind]:
    """The kinds that the rule may have in the list itself: one that allows makes others of them in the index."""
    return {kind for kind in Kind if (kind.allowing if slot.allow else kind) == match.kind}


def find_text(path: Path, rule_text: str) -> Line | None:
    """Return the first line of the list at `path` that is, or begins with, this complex rule; raise OSError."""
    text = _mapped(path)
    wanted = rule_text.encode()
    at = text.find(wanted) if text else -1
    while text and at >= 0:
        start = text.rfind(b"\n", 0, at) + 1
        line = _line_at(text, start)
        if line.strip().startswith(rule_text):
            return Line(_newlines(text, start) + 1, line.strip())
        at = text.find(wanted, at + 1)
    return None


def _mapped(path: Path) -> mmap.mmap | None:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else None


def _mentions(text: mmap.mmap, name: str) -> Iterator[int]:
    """Yield where each line begins that holds `name`, in A-labels or in its own script, in any case."""
    spellings = [name]
    if "xn--" in name:
        with contextlib.suppress(idna.IDNAError, UnicodeError):
            spellings.append(idna.decode(name))
    pattern = re.compile(b"|".join(re.escape(spelling.encode()) for spelling in spellings), re.IGNORECASE)
    before = -1
    for mention in pattern.finditer(text):
        start = text.rfind(b"\n", 0, mention.start()) + 1
        if start != before:
            yield start
        before = start


def _starts(text: mmap.mmap) -> Iterator[int]:
    start = 0
    while start < len(text):
        yield start
        end = text.find(b"\n", start)
        start = end + 1 if end >= 0 else len(text)


def _line_at(text: mmap.mmap, start: int) -> str:
    """Return the line that begins at `start`, cut where it is longer than any that is read."""
    end = text.find(b"\n", start, start + MAX_LINE + 2)
    return text[start : end if end >= 0 else start + MAX_LINE + 1].decode("utf-8", "replace").removeprefix("\ufeff")


def _newlines(text: mmap.mmap, end: int) -> int:
    step = 1 << 20
    return sum(text[at : min(at + step, end)].count(b"\n") for at in range(0, end, step))
