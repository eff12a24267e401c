# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of a pack as its page shows them: searched, in pages, with what each is for and may break. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from blocklists.packs.pack_sources import PackSource, sources
from blocklists.packs.vendor_packs import Pack, PackName
from store.base.sentences import recall, say
from store.config.choices import PackLevel
from webui.views.labels import label

PER_PAGE = 25
BREAKAGE: Mapping[str, str] = {
    "none": say("nothing that anybody notices"),
    "low": say("something small"),
    "high": say("something that people use"),
}


@dataclass(frozen=True, slots=True)
class NameRow:
    """`held`: it is blocked at the level that holds now. `below`: with all names under it."""

    name: str
    below: bool
    level: str
    held: bool
    purpose: str
    breaks: str
    risky: bool
    note: str
    sources: tuple[PackSource, ...]


@dataclass(frozen=True, slots=True)
class NamesPage:
    """`found`: how many fit in all, of `there`; `page` counts from one; `last` is the number of the last page."""

    rows: tuple[NameRow, ...]
    found: int
    there: int
    page: int
    last: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Of one name with all below it: how often it was asked for, and how many of that were stopped."""

    queries: int = 0
    blocked: int = 0


def names_page(pack: Pack, state: str, wanted: str, level: str, page: int) -> NamesPage:
    """`state`: the level that holds, or off; `wanted`: words that a row holds; `level`: of it alone, "" for all."""
    in_force = PackLevel(state).within if state in tuple(PackLevel) else ()
    words = wanted.lower().split()
    fitting = [name for name in pack.names if level in ("", name.level) and _fits(name, words)]
    last = max(1, -(-len(fitting) // PER_PAGE))
    page = min(max(1, page), last)
    rows = tuple(_row(name, name.level in in_force) for name in fitting[(page - 1) * PER_PAGE : page * PER_PAGE])
    return NamesPage(rows, len(fitting), len(pack.names), page, last)


def asked(rows: Iterable[NameRow], counts: Iterable[tuple[str, int, int]]) -> dict[str, Asked]:
    """`counts`: (name, queries, blocked) of what was asked for; each counts for the narrowest row that holds it."""
    by_name = {row.name: row for row in rows}
    sums: dict[str, Asked] = {}
    for name, queries, blocked in counts:
        row = _row_of(name, by_name)
        if row:
            before = sums.get(row, Asked())
            sums[row] = Asked(before.queries + queries, before.blocked + blocked)
    return sums


def _row_of(name: str, by_name: Mapping[str, NameRow]) -> str:
    if name in by_name:
        return name
    above = name.partition(".")[2]
    while above:
        if above in by_name and by_name[above].below:
            return above
        above = above.partition(".")[2]
    return ""


def _fits(name: PackName, words: Sequence[str]) -> bool:
    if not words:
        return True
    text = " ".join((name.name, name.note.lower(), label(name.purpose).lower(), name.company.lower()))
    return all(word in text for word in words)


def _row(name: PackName, now: bool) -> NameRow:
    known = sources()
    return NameRow(
        name.name, name.scope == "suffix", name.level, now, "" if name.purpose == "unknown" else label(name.purpose),
        BREAKAGE[name.breakage], name.breakage != "none", recall(name.note),
        tuple(known.get(source, PackSource(source, source, "")) for source in name.sources),
    )  # fmt: skip
