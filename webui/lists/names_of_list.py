# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of a list that is fetched: whether it holds one, by its index; and the lines that hold a word."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from blocklists.explain import list_search
from blocklists.explain.list_search import Found
from blocklists.index import list_files
from blocklists.index.index import Slot
from blocklists.rules import rule
from store.config.choices import ListFormat
from store.config.lists import BlocklistView
from store.names import rule_names
from webui.lists.index_now import index_now


@dataclass(frozen=True, slots=True)
class Looked:
    """`covers`: rules of the list that hold for the very name that was typed; None where no name was.

    `found` None: the list was not fetched yet, or its copy cannot be read.
    """

    found: Found | None
    covers: tuple[str, ...] | None


def look(state: Path, view: BlocklistView, wanted: str, begin: tuple[int, int] = (0, 0)) -> Looked:
    """Search a list for a word, from a place of its text on."""
    wanted = wanted.strip()
    slots = index_now(state).slots
    slot = next((slot for slot in slots if slot.blocklist_id == view.id), None)
    if slot is None:  # compiled while it was off for all, or not yet
        slot = Slot(view.id, None, view.allow, view.title, 0, 0, view.format or ListFormat.DOMAINS)
    try:
        lines = list_search.search(list_files.text_path(state, view.id), slot, wanted, begin)
    except OSError:
        return Looked(None, None)
    return Looked(lines, _covers(state, view.id, wanted) if "." in wanted and begin == (0, 0) else None)


def _covers(state: Path, blocklist_id: str, wanted: str) -> tuple[str, ...] | None:
    try:
        name = rule_names.normalise(wanted)
    except ValueError:
        return None
    index = index_now(state)
    plain = [
        rule.listed_text(match.kind, match.name, allow_list=index.slots[match.slot].allow)
        for match in index.matching(name) if index.slots[match.slot].blocklist_id == blocklist_id
    ]  # fmt: skip
    others = [
        each.text for slot, each in index.complex_rules.matching(name)
        if index.slots[slot].blocklist_id == blocklist_id
    ]  # fmt: skip
    return tuple(dict.fromkeys([*plain, *others]))
