# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables as a file of the state directory: laid once for each version of the program, and then read.

To lay them takes most of a second and ten MiB, to read them milliseconds and half of one; every process that asks whose
a name is does so. Lost or damaged, the file is made again.
"""

from __future__ import annotations

import json
import logging
import os
from array import array
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from io import BufferedReader
from pathlib import Path
from sys import byteorder
from typing import Any

from xxhash import xxh3_64, xxh3_64_intdigest

from blocklists.index import list_files
from blocklists.whose import name_tables
from blocklists.whose.name_tables import Tables
from blocklists.whose.packed_names import PackedNames, StatementLines
from store.names.purpose import Purpose

FILE_NAME = "whose.tables"
MAX_FILE = 16 << 20
_MAGIC = b"telltale whose 1\n"
_ROOM = Path(__file__).parents[1]
_DATA = (".tsv", ".txt", ".toml")
_PIECE, _SUM_BYTES = 1 << 16, 8
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
    with suppress(OSError, ValueError), (state / FILE_NAME).open("rb") as file:
        return (mark := _mark()) is not None and _head(file, mark) is not None
    return False


def packed(tables: Tables) -> Tables:
    """The same, small."""
    suffixes, exact = packed_names(tables)
    return Tables(suffixes, exact, tables.countries, tables.words, tables.digest)


def packed_names(tables: Tables) -> tuple[PackedNames, PackedNames]:
    """What is said of names with all below them, and of names alone, small."""
    suffixes, exact = tables.suffixes, tables.exact
    if isinstance(suffixes, PackedNames) and isinstance(exact, PackedNames):
        return suffixes, exact
    statements = list(dict.fromkeys([*suffixes.values(), *exact.values()]))
    lines, places = StatementLines.of(statements), {statement: place for place, statement in enumerate(statements)}
    assert isinstance(suffixes, dict)
    assert isinstance(exact, dict)
    return PackedNames.of(suffixes, lines, places), PackedNames.of(exact, lines, places)


def _mark() -> str | None:
    """Another whenever the program's files are; None where it does not lie in files."""
    try:
        stats = sorted(stat for folder, endings in _sources() for stat in _stats(folder, endings))
    except OSError:
        return None
    return f"{xxh3_64_intdigest(repr(stats).encode()):016x} {byteorder}" if stats else None


def _sources() -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Folders with all that says something of names, or how it is laid, and how the names of those files end."""
    for folder, endings in ("whose", (".py",)), ("vendors", _DATA), ("companiesdb", (".tsv",)), ("", _DATA):
        yield _ROOM / folder, endings
    spec = find_spec("publicsuffixlist")
    for folder in (spec and spec.submodule_search_locations) or ():
        yield Path(folder), ("public_suffix_list.dat",)


def _stats(folder: Path, endings: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
    """Raises OSError."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(endings):
                info = entry.stat()
                yield entry.name, info.st_size, info.st_mtime_ns


def _read(state: Path, mark: str) -> Tables | None:
    """None where there is none, or one of other files, or a damaged one."""
    try:
        with (state / FILE_NAME).open("rb") as file:
            if (head := _head(file, mark)) is None:
                return None
            # Part by part, as what is read whole leaves holes of its size in the heap.
            sizes = head["sizes"]
            lines = StatementLines(file.read(sizes["lines"]))
            suffixes, exact = (
                PackedNames(array("Q", file.read(sizes[name])), array("H", file.read(sizes[f"{name}_at"])), lines)
                for name in ("suffixes", "exact")
            )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    words = {company: {word: Purpose(its[word]) for word in its} for company, its in head["words"].items()}
    return Tables(suffixes, exact, head["countries"], words, head["digest"])


def _head(file: BufferedReader, mark: str) -> Any:
    """What stands before the parts, which are read next; None where they are another version's, or not as written.

    Raises OSError, ValueError.
    """
    if file.readline(len(_MAGIC)) != _MAGIC or not _is_sound(file):
        return None
    file.seek(len(_MAGIC))
    head = json.loads(file.readline())
    return head if head["mark"] == mark else None


def _is_sound(file: BufferedReader) -> bool:
    """Whether it ends with its own sum, read in pieces."""
    left = min(os.fstat(file.fileno()).st_size, MAX_FILE) - _SUM_BYTES
    hashed, piece = xxh3_64(), memoryview(bytearray(_PIECE))
    file.seek(0)
    while left > 0 and (size := file.readinto(piece[:left])):
        hashed.update(piece[:size])
        left -= size
    return left == 0 and hashed.intdigest().to_bytes(_SUM_BYTES, "little") == file.read(_SUM_BYTES + 1)


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
    return xxh3_64_intdigest(data).to_bytes(_SUM_BYTES, "little")
