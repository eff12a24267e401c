# SPDX-License-Identifier: GPL-3.0-or-later
"""The compiled index as DNS answers from it now, for pages that ask it about single names.

It is mapped, so its names cost this process no memory of its own; it is opened again once another takes its place.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

from blocklists.index import list_files
from blocklists.index.index import Index
from blocklists.index.index_file import CorruptIndex

_lock = threading.Lock()
_kept: dict[Path, tuple[tuple[int, ...], Index]] = {}  # of one state directory, as a process has


def index_now(state: Path) -> Index:
    """The index; an empty one while there is none, or none that is whole."""
    with _lock:
        mark = list_files.index_mark(state)
        kept = _kept.get(state)
        if kept is not None and kept[0] == mark:
            return kept[1]
        _kept.clear()
        if mark is None:
            return Index.empty()
        try:
            index = Index.open(list_files.index_path(state))
        except CorruptIndex:
            return Index.empty()
        _kept[state] = (mark, index)
        return index


def blocking(index: Index, name: str, among: Iterable[str]) -> set[str]:
    """Which of the lists named `among` block a name by a rule that hashes hold, whatever else lets it through."""
    wanted = frozenset(among)
    return {
        slot.blocklist_id
        for match in index.matching(name)
        if not match.allow and (slot := index.slots[match.slot]).blocklist_id in wanted
    }
