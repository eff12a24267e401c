# SPDX-License-Identifier: GPL-3.0-or-later
"""Since when a list holds each of its rules: the update that brought it, or the oldest copy that is known to have it.

Beside the list's copy, STATE/lists/<file id>.since: one line of JSON, then for each update the sorted keys of the rules
that it brought and that are still there. What the first copy held has no key: of that no more is known than "by then".
"""

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import time as unix_time
from typing import Self

from xxhash import xxh3_64_intdigest

from blocklists.history.version_diff import missing
from blocklists.index import list_files
from blocklists.index.shard import Shard
from blocklists.rules.rule import Kind
from store.base.file_faults import open_file

MAX_DATED = 250_000  # keys of one list, 2 MB, months of a large one; past it the oldest updates become "by then"
MAX_UPDATES = 1000  # some years of a list that changes every day
_WORD = 2**64 - 1
_SPREAD = 0x9E3779B97F4A7C15  # odd, so that the kinds of one name have different keys


@dataclass(frozen=True, slots=True)
class Since:
    """Unix seconds. `exact`: that update brought the rule; else the list held it by then, and maybe before."""

    time: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Dates:
    """The rules of one list by date: `known` is the time of the oldest copy, `updates` (time, sorted keys) follow it.

    `how`: as what the copies were read; keys of another reading mean nothing.
    """

    how: str
    known: int
    updates: "tuple[tuple[int, Sequence[int]], ...]" = ()

    @classmethod
    def open(cls, path: Path) -> Self | None:
        """Read the file at `path`; None when it is missing or damaged: dates then begin anew."""
        try:
            with open_file(path) as file:
                head, _, data = file.read().partition(b"\n")
            stored = json.loads(head)
            keys, at, updates = array("Q", data), 0, []
            for time, count in stored["updates"]:
                updates.append((int(time), keys[at : at + count]))
                at += count
            return cls(str(stored["how"]), int(stored["known"]), tuple(updates)) if at == len(keys) else None
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def save(self, path: Path) -> None:
        """Write the file whole; raise OSError."""
        counts = [(time, len(keys)) for time, keys in self.updates]
        head = json.dumps({"how": self.how, "known": self.known, "updates": counts}).encode()
        with list_files.replacing(path) as file:
            file.write(head + b"\n")
            for _, keys in self.updates:
                array("Q", keys).tofile(file)

    def of(self, keys: Iterable[int]) -> Since:
        """Since when the list holds the rule that has one of these keys."""
        wanted = list(keys)
        for time, hashes in reversed(self.updates):
            if any(_holds(hashes, key) for key in wanted):
                return Since(time, exact=True)
        return Since(self.known, exact=False)

    def until(self, now: int) -> "Dates":
        """The same without a date that is yet to come, which a clock that was ahead has written."""
        updates = tuple((min(time, now), keys) for time, keys in self.updates)
        return Dates(self.how, min(self.known, now), updates)

    def after(self, old: Shard, new: Shard, seed: int, now: int) -> "Dates":
        """Return the dates once `new` has taken the place of `old`, both read alike."""
        brought = array("Q", islice(_keys(missing(new, old), _texts(new, old), seed), MAX_DATED + 1))
        if len(brought) > MAX_DATED:
            return Dates(self.how, now)
        dated = {key for _, hashes in self.updates for key in hashes}
        gone = dated.intersection(_keys(missing(old, new), _texts(old, new), seed)) if dated else set()
        kept = [(time, array("Q", (key for key in hashes if key not in gone))) for time, hashes in self.updates]
        return Dates(self.how, self.known, (*kept, (now, array("Q", sorted(brought)))))._bounded()

    def _bounded(self) -> "Dates":
        """Forget updates that brought nothing that is still there, and the oldest ones past the bounds."""
        known, updates = self.known, [update for update in self.updates if len(update[1])]
        while updates and (len(updates) > MAX_UPDATES or sum(len(keys) for _, keys in updates) > MAX_DATED):
            known = updates.pop(0)[0]
        return Dates(self.how, known, tuple(updates))


def renewed(path: Path, text: Path, old: Shard | None, new: Shard, seed: int, now: int) -> Dates:
    """Return the dates of a list whose copy at `text` (of the shard `old`) gives way to `new`; not yet saved.

    Without an earlier copy, or one that was read alike, they begin with the new one.
    """
    how = reading(new)
    if old is None:
        return Dates(how, now)
    return _begun(path, text, how).after(old, new, seed, now)


def reread(path: Path, text: Path, shard: Shard) -> None:
    """Begin the dates anew where the copy at `text` is now read otherwise than before; raise OSError."""
    dates = Dates.open(path)
    if dates is not None and dates.how != reading(shard):
        Dates(reading(shard), _last(dates, text)).save(path)


def dates_of(state: Path, blocklist_id: str) -> Dates | None:
    """Return the dates of an installed list; None when there is no copy of it."""
    path, text = list_files.since_path(state, blocklist_id), list_files.text_path(state, blocklist_id)
    try:
        dates = Dates.open(path) or Dates("", int(text.stat().st_mtime))
    except OSError:
        return None
    return dates.until(int(unix_time()))


def name_key(kind: Kind, name: str, seed: int) -> int:
    """The key of a rule that hashes hold."""
    return _key(kind, xxh3_64_intdigest(name.encode(), seed))


def text_key(text: str, seed: int) -> int:
    """The key of a complex rule."""
    return xxh3_64_intdigest(text.encode(errors="replace"), seed)


def reading(shard: Shard) -> str:
    """As what a shard's text was read: format, options, guard, parser."""
    return shard.facts.key.partition(" ")[2]


def _begun(path: Path, text: Path, how: str) -> Dates:
    """The stored dates; where there are none, or of another reading, those of a copy of which only the age is known."""
    dates = Dates.open(path)
    if dates is not None and dates.how == how:
        return dates
    return Dates(how, _last(dates, text))


def _last(dates: Dates | None, text: Path) -> int:
    """Since when the copy at `text` is in place."""
    if dates is not None and dates.updates:
        return dates.updates[-1][0]
    return int(text.stat().st_mtime)


def _key(kind: Kind, hashed: int) -> int:
    return hashed ^ ((kind + 1) * _SPREAD & _WORD)


def _keys(names: Iterable[tuple[Kind, int]], texts: Iterable[str], seed: int) -> Iterable[int]:
    yield from (_key(kind, hashed) for kind, hashed in names)
    yield from (text_key(text, seed) for text in texts)


def _texts(here: Shard, there: Shard) -> set[str]:
    return {rule.text for rule in here.complex_rules} - {rule.text for rule in there.complex_rules}


def _holds(keys: Sequence[int], key: int) -> bool:
    at = bisect_left(keys, key)
    return at < len(keys) and keys[at] == key
