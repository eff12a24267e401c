# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a name is blocked or not: every rule that spoke for it, with its list, its line, and that line itself.

The index knows names only by their hash, so what it says is looked up in the text before it is told as a fact.
"""

import contextlib
import mmap
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import idna

from blocklists import files, formats, packs, rule, services
from blocklists.index import Index, Match, Slot
from blocklists.options import Options
from blocklists.own import own_text
from blocklists.packs import PackName
from blocklists.parse import MAX_LINE
from blocklists.patterns import PatternSet
from blocklists.rule import Kind
from blocklists.special import Special
from store.policy import Rule


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list's last good copy; `number` counts from one."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """One rule that holds for a name.

    Of the home's own rules `own` is set and `blocklist` is ""; of a vendor pack `level` and `entry`; of a list `line`.
    `slot` is the list's bit in a mask, -1 for an own rule. `confirmed` False: the list's text does not hold this
    name, so either its hash collides with another's or the copy was changed by hand.
    """

    allow: bool
    rule: str
    blocklist: str
    title: str
    slot: int
    confirmed: bool
    level: str | None = None
    line: Line | None = None
    entry: PackName | None = None
    own: Rule | None = None
    special: Special | None = None


def speakers(name: str, index: Index, state: Path, rules: Iterable[Rule] = ()) -> list[Spoken]:
    """Return every rule that holds for `name`: those of `rules`, then those of all lists in the index, on or off.

    Within each, the most specific first. Takes a fraction of a second for each list that speaks.
    """
    own = [_own(rule_) for rule_ in rules if _holds(rule_, name)]
    own.sort(key=lambda spoken: (-len(spoken.own.name) if spoken.own else 0, spoken.own and spoken.own.subdomains))
    special = [_special(said, index.slots[slot], slot, state) for slot, said in index.specials.spoke(name)]
    return own + special + [_listed(match, index.slots[match.slot], state) for match in index.spoke(name)]


def find_line(path: Path, match: Match, slot: Slot) -> Line | None:
    """Return the first line of the list at `path` that gives the rule of `match`, or None. Raise OSError."""
    kinds = {kind for kind in Kind if (kind.allowing if slot.allow else kind) == match.kind}
    read = formats.reader(slot.format, Options.of(slot.options))
    text = _mapped(path)
    if text is None:
        return None
    # First where the name is written out; then, since a name may be written otherwise, every line.
    for candidates in (_mentions(text, match.name), _starts(text)):
        for start in candidates:
            line = _line_at(text, start)
            found = read(line.strip()) if len(line) <= MAX_LINE else ()
            if any(kind in kinds and name == match.name for kind, name in found):
                return Line(_newlines(text, start) + 1, line.strip())
    return None


def find_text(path: Path, rule_text: str) -> Line | None:
    """Return the first line of the list at `path` that is, or begins with, this special rule; raise OSError."""
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


def _holds(own: Rule, name: str) -> bool:
    if own.form == "regex":
        return bool(PatternSet([own.name]).match(name)) != own.inverted
    return own.name == name or (own.subdomains and name.endswith(f".{own.name}"))


def _own(own: Rule) -> Spoken:
    return Spoken(own.kind == "allow", own_text(own), "", "Your own rule", -1, confirmed=True, own=own)


def _special(said: Special, slot: Slot, number: int, state: Path) -> Spoken:
    line = None
    with contextlib.suppress(OSError):
        line = find_text(files.text_path(state, slot.blocklist_id), said.text)
    return Spoken(
        said.allow, said.text, slot.blocklist_id, slot.title, number, line is not None, line=line, special=said
    )


def _listed(match: Match, slot: Slot, state: Path) -> Spoken:
    text = rule.listed_text(match.kind, match.name, allow_list=slot.allow)
    line, entry = None, None
    if slot.level:
        entry = _entry(match.name, slot)
    elif slot.blocklist_id in services.OF_LIST:
        found = services.line_of(match.kind, match.name)
        line = Line(*found) if found else None
    else:
        try:
            line = find_line(files.text_path(state, slot.blocklist_id), match, slot)
        except OSError:
            line = None  # the copy is gone: then nothing confirms the rule
    confirmed = line is not None or entry is not None
    return Spoken(match.allow, text, slot.blocklist_id, slot.title, match.slot, confirmed, slot.level, line, entry)


def _entry(name: str, slot: Slot) -> PackName | None:
    held = (entry for pack in packs.load() if pack.blocklist_id == slot.blocklist_id for entry in pack.names)
    return next((entry for entry in held if entry.name == name), None)


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
