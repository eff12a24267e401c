# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that wait: few at once, gone after an hour, kept under their title once taken."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from store.config.session import EditError
from webui.lists import waiting_lists
from webui.lists.waiting_lists import KEPT_SECONDS, MAX_WAITING, WaitingList


def made(state: Path, title: str = "") -> WaitingList:
    waiting = WaitingList(waiting_lists.new_token(), "", "file.txt", title, "", False)
    waiting_lists.begin(state, waiting, ()).write_text("a.example\n")
    return waiting


def test_it_is_found_and_forgotten(tmp_path: Path) -> None:
    waiting = made(tmp_path)
    assert waiting_lists.find(tmp_path, waiting.token) == waiting and waiting.shown() == "file.txt"
    assert waiting_lists.find(tmp_path, "../x") is None and waiting_lists.find(tmp_path, "0" * 32) is None
    waiting_lists.drop(tmp_path, waiting.token)
    assert waiting_lists.find(tmp_path, waiting.token) is None
    assert list((tmp_path / waiting_lists.FOLDER).iterdir()) == []


def test_few_wait_at_once_and_not_for_long(tmp_path: Path) -> None:
    first, *_ = [made(tmp_path) for _ in range(MAX_WAITING)]
    with pytest.raises(EditError, match="looked at already"):
        made(tmp_path)
    old = time.time() - KEPT_SECONDS - 9
    for ending in ("json", "txt"):
        os.utime(tmp_path / waiting_lists.FOLDER / f"waiting-{first.token}.{ending}", (old, old))
    made(tmp_path)
    assert waiting_lists.find(tmp_path, first.token) is None


def test_what_was_taken_stays_while_it_is_used(tmp_path: Path) -> None:
    path = waiting_lists.take(tmp_path, made(tmp_path, "My ../list"))
    assert path.parent == tmp_path / waiting_lists.FOLDER and path.name.startswith("my-list-")
    os.utime(path, (1, 1))
    waiting_lists.clean(tmp_path, {str(path)})
    assert path.read_text() == "a.example\n"
    waiting_lists.clean(tmp_path, ())
    assert not path.exists()
