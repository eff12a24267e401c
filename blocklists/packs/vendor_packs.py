# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor packs that come with the program: which names devices report to, and what blocking each breaks.

vendors/packs.toml holds one table a pack; vendors/<id>.tsv its names, eight tab-separated columns a line. Where each
name comes from stands in vendors/SOURCES.md. A pack is a blocklist like any other, under the id `pack:<id>`.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from sys import intern

from store.config.choices import PackLevel

SCOPES = ("exact", "suffix")
PURPOSES = ("ads", "analytics", "cloud", "config", "crash", "push", "unknown", "update")
BREAKAGES = ("none", "low", "high")

PREFIX = "pack:"  # of a blocklist's id that is a pack

_COLUMNS = 8


class PackError(ValueError):
    """A pack's file holds what it must not. The message names file, line and reason."""


@dataclass(frozen=True, slots=True)
class PackName:
    """One name of a pack: lower case, no trailing dot. `company` may be empty: then it is the pack's."""

    name: str
    scope: str  # "exact": this name alone; "suffix": with all below it
    level: str  # the lowest level at which it is blocked
    purpose: str
    breakage: str
    company: str
    sources: tuple[str, ...]  # ids of vendors/SOURCES.md, never empty
    note: str


@dataclass(frozen=True, slots=True)
class Pack:
    """One company's names, sorted, with the registrable domains (`zones`) that it owns."""

    id: str
    title: str
    company: str
    about: str
    zones: tuple[str, ...]
    names: tuple[PackName, ...]

    @property
    def blocklist_id(self) -> str:
        return f"{PREFIX}{self.id}"


def load() -> tuple[Pack, ...]:
    """Read every pack, ordered by id. Raises PackError."""
    return tuple(each())


def each() -> Iterator[Pack]:
    """Read one pack after the other, ordered by id; who keeps none spares memory. Raises PackError."""
    folder, heads = _heads()
    for pack_id in sorted(heads):
        yield _pack(folder, pack_id, heads[pack_id])


@lru_cache(maxsize=4)  # some 300 KB each; who explains a name for each device asks for the same one again
def of_list(blocklist_id: str) -> Pack | None:
    """Read the pack that is this blocklist, and no other; None where there is none. Raises PackError."""
    folder, heads = _heads()
    pack_id = blocklist_id.removeprefix(PREFIX)
    known = blocklist_id.startswith(PREFIX) and pack_id in heads
    return _pack(folder, pack_id, heads[pack_id]) if known else None


def names_at(pack: Pack, level: str) -> list[PackName]:
    """Return the names that `pack` blocks at `level`, in its order: those of that level and of all below it."""
    try:
        blocked = PackLevel(level).within
    except ValueError:
        known = ", ".join(PackLevel)
        raise PackError(f"pack {pack.id} has no level {level!r}; the levels are {known}") from None
    return [name for name in pack.names if name.level in blocked]


def parse(text: str, file: str) -> tuple[PackName, ...]:
    """Parse the names of one .tsv; `file` is for the message of the PackError that a bad line raises."""
    names = tuple(_rows(text, file))
    for i in range(1, len(names)):
        if names[i - 1].name >= names[i].name:
            what = "twice" if names[i - 1].name == names[i].name else "out of order"
            raise PackError(f"{file}: {names[i].name} stands there {what}; sort the lines by name, one line a name")
    return names


def _heads() -> tuple[Path, dict[str, dict[str, object]]]:
    """The folder of the packs, and what packs.toml says of each."""
    folder = Path(__file__).parents[1] / "vendors"
    return folder, tomllib.loads((folder / "packs.toml").read_text(encoding="utf-8"))


def _pack(folder: Path, pack_id: str, head: dict[str, object]) -> Pack:
    title, company, about, zones = (head.get(key) for key in ("title", "company", "about", "zones"))
    texts = (title, company, about)
    if not all(isinstance(text, str) and text for text in texts) or not isinstance(zones, list):
        raise PackError(f"packs.toml: [{pack_id}] needs title, company, about as text and zones as a list")
    file = f"{pack_id}.tsv"
    try:
        names = parse((folder / file).read_text(encoding="utf-8"), file)
    except OSError as error:
        raise PackError(f"{file}: cannot be read ({error.strerror}); packs.toml names the pack {pack_id}") from error
    return Pack(pack_id, str(title), str(company), str(about), tuple(map(str, zones)), names)


def _rows(text: str, file: str) -> Iterator[PackName]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        reason = _fault(cells)
        if reason:
            raise PackError(f"{file}, line {number}: {reason}")
        name, sources, note = cells[0], cells[6], cells[7]
        scope, level, purpose, breakage, company = map(intern, cells[1:6])  # few words, each in hundreds of rows
        yield PackName(name, scope, level, purpose, breakage, company, tuple(sources.split(",")), note)


def _fault(cells: list[str]) -> str:
    """Say what is wrong with one line, or return the empty string."""
    if len(cells) != _COLUMNS:
        return f"{len(cells)} columns instead of {_COLUMNS}"
    name, scope, level, purpose, breakage, _, sources, _ = cells
    if not name or name != name.lower().strip(". ") or "." not in name:
        return f"{name!r} is no name in lower case without a dot at its ends"
    for cell, known in ((scope, SCOPES), (level, tuple(PackLevel)), (purpose, PURPOSES), (breakage, BREAKAGES)):
        if cell not in known:
            return f"{cell!r} is none of {', '.join(known)}"
    return "" if all(sources.split(",")) else "no source, or an empty one"
