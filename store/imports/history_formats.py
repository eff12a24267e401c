# SPDX-License-Identifier: GPL-3.0-or-later
"""Which other blocker wrote a file, and reading it whole into an import that waits to be taken in."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from store.base.file_faults import look_at, words
from store.base.sentences import say, sentence_of
from store.imports import adguard_history, dnsmasq_history, jsonl_history, pihole_history
from store.imports.history_row import BadLines, Progress, opened
from store.imports.import_file import ImportDraft, Limits, Refused
from store.log.values import AHEAD_US, EARLIEST_US

LOOK_LINES = 200  # at the beginning of a file, of which one must be the format's
LOOK_BYTES = 65_536
_SQLITE = b"SQLite format 3\0"
_DAY_US = 86_400_000_000


class Format(StrEnum):
    PIHOLE = "pihole"
    ADGUARD = "adguard"
    DNSMASQ = "dnsmasq"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Reader:
    """How a format is read, and whose log it is."""

    source: str
    read: Callable[[Path, ImportDraft, Progress], BadLines | None]


READERS: Mapping[Format, Reader] = {
    Format.PIHOLE: Reader(pihole_history.SOURCE, pihole_history.read),
    Format.ADGUARD: Reader(adguard_history.SOURCE, adguard_history.read),
    Format.DNSMASQ: Reader(dnsmasq_history.SOURCE, dnsmasq_history.read),
    Format.JSONL: Reader(jsonl_history.SOURCE, jsonl_history.read),
}


def detect(path: Path) -> Format:
    """Whose format a file has. Raises Refused."""
    if fault := look_at(path):
        raise Refused(say("It cannot be read ({why}).", why=words(fault)))
    with opened(path) as file:
        begin = file.read(LOOK_BYTES)
    if not begin:
        raise Refused(say("It is empty."))
    if begin.startswith(_SQLITE):
        return Format.PIHOLE
    for line in begin.split(b"\n")[:LOOK_LINES]:
        if b"dnsmasq" in line and not line.lstrip().startswith(b"{"):
            return Format.DNSMASQ
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(entry, dict) and "QH" in entry:
            return Format.ADGUARD
        if isinstance(entry, dict) and {"name", "client"} <= entry.keys():
            return Format.JSONL
    raise Refused(say(
        "It is none of pihole-FTL.db, querylog.json, dnsmasq's log or our own JSON lines; --format says which it is."
    ))


def limits(now_us: int, keep_days: int, from_us: int | None = None) -> Limits:
    """Which times are taken: none that would be deleted at once, and none that are yet to come."""
    return Limits(max(EARLIEST_US, now_us - keep_days * _DAY_US, from_us or 0), now_us + AHEAD_US)


def draft_of(folder: Path, path: Path, kind: Format, within: Limits) -> ImportDraft:
    """An empty draft for a file. Raises Refused."""
    try:
        return ImportDraft(folder, READERS[kind].source, path.name, within)
    except (OSError, sqlite3.Error) as error:
        why = sentence_of(error)
        raise Refused(say("Nothing can be written in {folder} ({error}).", folder=folder, error=why)) from None


def read(path: Path, kind: Format, draft: ImportDraft, progress: Progress) -> BadLines:
    """Read a file whole. Returns the lines that were left out. Raises Refused; then nothing of it is anywhere."""
    try:
        bad = READERS[kind].read(path, draft, progress) or BadLines()
    except sqlite3.Error as error:  # of the draft: a full disk
        raise Refused(say("What was read of it cannot be kept ({error}).", error=sentence_of(error))) from error
    if not draft.rows and not draft.too_old and not draft.to_come:
        raise Refused(say("There is no query in it."))
    return bad
