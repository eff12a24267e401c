# SPDX-License-Identifier: GPL-3.0-or-later
"""What a list update goes by is one number, which another list, source, toggle or setting of lists makes another."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from blocklists.update.concern import concern
from store.base import db
from store.config import edit, list_status, lists
from store.config.settings import Settings

pytestmark = pytest.mark.database

NOTHING_OF_LISTS = replace(Settings(), wall="watch", language="de")


def test_edits_about_lists_alone_make_it_another(tmp_path: Path) -> None:
    state = tmp_path
    db.open_config(state)
    e, settings = edit.engine(state), Settings()
    seen = [concern(state, settings)]

    def is_another() -> bool:
        seen.append(concern(state, settings))
        assert seen[-1] is not None
        return seen[-1] not in seen[:-1]

    assert not is_another()
    edit.add_rule(e, "block", "one.example")
    assert not is_another() and concern(state, NOTHING_OF_LISTS) == seen[0]
    added = lists.add_blocklist(e, "https://lists.example/a.txt?key=1")
    assert is_another()
    lists.update_blocklist(e, added, source="https://lists.example/a.txt?key=2")
    assert is_another(), "also where it is told to nobody"
    with closing(db.connect(state / "config.db")) as con:
        list_status.note(con, added, lambda status: replace(status, accepted="1"))
    assert is_another()
    assert concern(state, replace(settings, update_hours=7)) not in seen
    assert concern(state, replace(settings, upstreams=("192.0.2.53",))) not in seen


def test_nothing_is_told_of_what_cannot_be_read(tmp_path: Path) -> None:
    assert concern(tmp_path, Settings()) is None
    (tmp_path / "config.db").write_bytes(b"no database, and longer than a header of one would be" * 4)
    assert concern(tmp_path, Settings()) is None
