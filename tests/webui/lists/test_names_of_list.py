# SPDX-License-Identifier: GPL-3.0-or-later
"""A list that was fetched: its lines by a word, and whether it speaks for a name, which its index tells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from blocklists.index import list_files
from blocklists.index.index import Index
from store.config import lists
from webui.lists.names_of_list import look

pytestmark = [pytest.mark.web, pytest.mark.database]


def fetched(home: Any) -> str:
    slots = Index.open(list_files.index_path(home.state)).slots
    return next(
        slot.blocklist_id for slot in slots
        if slot.level is None and list_files.text_path(home.state, slot.blocklist_id).exists()
    )  # fmt: skip


def test_a_name_is_answered_by_the_index_and_by_the_lines(looker: Any) -> None:
    view = lists.blocklist(looker.engine(), fetched(looker.home))
    first = look(looker.home.state, view, "")
    assert first.found is not None and first.found.lines and first.covers is None
    rule = first.found.lines[0].rules[0]
    name = rule.strip("@|^")
    hit = look(looker.home.state, view, name)
    assert hit.covers and hit.found is not None and first.found.lines[0] in hit.found.lines
    miss = look(looker.home.state, view, "not.in.any.list.example")
    assert miss.covers == () and miss.found is not None and miss.found.lines == ()
    assert look(looker.home.state, view, "..").covers is None
    assert "This list speaks for" in looker.get(f"/blocklists/{view.id}?q={name}").text
    assert "says nothing of" in looker.get(f"/blocklists/{view.id}?q=no.x.example").text


def test_without_a_copy_there_is_nothing(looker: Any) -> None:
    view = replace(lists.blocklist(looker.engine(), "oisd-nsfw"), id="gone")
    assert look(looker.home.state, view, "x").found is None
