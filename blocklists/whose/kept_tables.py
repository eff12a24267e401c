# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables as a file of the state directory: laid once for each version of the program, and then read.

To lay them takes most of a second and ten MiB, to read them milliseconds and half of one; every process that asks whose
a name is does so. Lost or damaged, the file is made again.
"""

from __future__ import annotations

import json
import logging
from array import array
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from sys import byteorder

from xxhash import xxh3_64_intdigest

from blocklists.index import list_files
from blocklists.whose import name_tables
from blocklists.whose.name_tables import Tables
from blocklists.whose.packed_names import PackedNames, StatementLines
from store.names.purpose import Purpose

FILE_NAME = "whose.tables"
MAX_FILE = 16 << 20
_MAGIC = b"telltale whose 1\n"
_PARTS = ("lines", "suffixes", "suffixes_at", "exact", "exact_at")

_log = logging.getLogger(__name__)


def load(state: Path | None) -> Tables:
    """What the program's files say; from the state directory where that has it. Raises as `name_tables.load` does."""
    if state is None or (mark := _mark()) is None:
        return packed(name_tables.load())
    if (kept := _read(state, mark)) is None:
        kept = packed(name_tables.load())
        _keep(state, kept, mark)
    return kept


def is_kept(state: Path) -> bool:
    """Whether `load` would read and not lay them."""
    return (mark := _mark()) is not None and _read(state, mark) is not None


def packed(tables: Tables) -> Tables:
    """The same, small."""
    suffixes, exact = tables.suffixes, tables.exact
    if isinstance(suffixes, PackedNames) or isinstance(exact, PackedNames):
        return tables
    statements = list(dict.fromkeys([*suffixes.values(), *exact.values()]))
    lines, places = StatementLines.of(statements), {statement: place for place, statement in enumerate(statements)}
    small = [PackedNames.of(table, lines, places) for table in (suffixes, exact)]
    return Tables(small[0], small[1], tables.countries, tables.words, tables.digest)


def _mark() -> str | None:
    """Another whenever the program's files are; None where it does not lie in files."""
    try:
        stats = [(path.name, info.st_size, info.st_mtime_ns) for path in _sources() for info in (path.stat(),)]
    except OSError:
        return None
    return f"{xxh3_64_intdigest(repr(sorted(stats)).encode()):016x} {byteorder}" if stats else None


def _sources() -> Iterator[Path]:
    """All that says something of names, or how it is laid."""
    root = Path(str(files("blocklists")))
    for folder, pattern in (("whose", "*.py"), ("vendors", "*.t*"), ("companiesdb", "*.tsv"), (".", "*.t[sx][vt]")):
        yield from (root / folder).glob(pattern)
    yield Path(str(files("publicsuffixlist") / "public_suffix_list.dat"))


def _read(state: Path, mark: str) -> Tables | None:
    """None where there is none, or one of other files, or a damaged one."""
    try:
        with (state / FILE_NAME).open("rb") as file:
            data = file.read(MAX_FILE)
        if not data.startswith(_MAGIC) or data[-8:] != _sum(data[:-8]):
            return None
        begin = data.index(b"\n", len(_MAGIC)) + 1
        head = json.loads(data[len(_MAGIC) : begin])
        if head["mark"] != mark:
            return None
        parts = dict[str, bytes]()
        for part in _PARTS:
            parts[part] = data[begin : begin + head["sizes"][part]]
            begin += head["sizes"][part]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    lines = StatementLines(parts["lines"])
    suffixes, exact = (
        PackedNames(array("Q", parts[name]), array("H", parts[f"{name}_at"]), lines) for name in ("suffixes", "exact")
    )
    words = {company: {word: Purpose(its[word]) for word in its} for company, its in head["words"].items()}
    return Tables(suffixes, exact, head["countries"], words, head["digest"])


def _keep(state: Path, tables: Tables, mark: str) -> None:
    """Write it for whoever asks next; where nothing can be written, each lays the tables for itself."""
    suffixes, exact = tables.suffixes, tables.exact
    assert isinstance(suffixes, PackedNames)
    assert isinstance(exact, PackedNames)
    data = dict(zip(_PARTS, (suffixes.lines.text, *suffixes.parts(), *exact.parts()), strict=True))
    head = {
        "mark": mark, "sizes": {part: len(its) for part, its in data.items()}, "countries": tables.countries,
        "words": tables.words, "digest": tables.digest,
    }  # fmt: skip
    whole = b"".join((_MAGIC, json.dumps(head).encode(), b"\n", *data.values()))
    try:
        with list_files.draft(state, FILE_NAME) as (file, temporary):
            file.write(whole + _sum(whole))
            list_files.publish(file, temporary, state / FILE_NAME)
    except OSError as error:
        _log.warning("What is known of names cannot be kept in %s (%s)", state / FILE_NAME, error.strerror)


def _sum(data: bytes) -> bytes:
    return xxh3_64_intdigest(data).to_bytes(8, "little")
