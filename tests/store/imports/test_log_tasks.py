# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks are done in their order, one that is damaged is put aside, and a draft that was given up goes."""

import os
from pathlib import Path

import pytest
from imported import NOW_US, read, rows, take_in, writer
from pihole_log import PiHoleRow, write_v6

from store.imports import log_tasks
from store.imports.clearing import Clear
from store.imports.log_tasks import LogTasks

pytestmark = pytest.mark.database

AT = NOW_US / 1e6 - 86_400


def test_tasks_are_done_in_their_order(state: Path, tmp_path: Path) -> None:
    draft, _ = read(state, write_v6(tmp_path / "p.db", [PiHoleRow(AT, "a.example")]))
    log_tasks.ask_to_clear(state, Clear())
    read(state, write_v6(tmp_path / "q.db", [PiHoleRow(AT, "b.example")]))
    assert log_tasks.waits(state, draft.key)
    take_in(state)
    assert not log_tasks.waits(state, draft.key)
    assert [row.name for row in rows(state)] == ["b.example"]


@pytest.mark.parametrize("name", ["1.import", "1.clear"])
def test_one_that_is_damaged_is_put_aside(state: Path, tmp_path: Path, name: str) -> None:
    (folder := state / log_tasks.FOLDER).mkdir()
    (folder / name).write_bytes(b"SQLite format 3\0" + b"x" * 900)
    read(state, write_v6(tmp_path / "p.db", [PiHoleRow(AT, "a.example")]))
    assert take_in(state) == 1
    assert [path.name for path in folder.iterdir()] == ["1.damaged"]


def test_a_draft_that_was_given_up_goes(state: Path) -> None:
    (folder := state / log_tasks.FOLDER).mkdir()
    for name in ("1.draft", "2.draft"):
        (folder / name).touch()
    os.utime(folder / "1.draft", (0, 0))
    log = writer(state)
    assert not log.work(LogTasks(state).step)
    log.close()
    assert [path.name for path in folder.iterdir()] == ["2.draft"]


def test_without_a_folder_there_is_nothing_to_do(state: Path) -> None:
    log = writer(state)
    assert not log.work(LogTasks(state).step)
    log.close()
