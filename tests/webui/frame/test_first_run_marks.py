# SPDX-License-Identifier: GPL-3.0-or-later
"""How far the first run has come."""

from __future__ import annotations

from pathlib import Path

from webui.frame import first_run_marks as marks


def test_there_is_none_where_none_was_begun(tmp_path: Path) -> None:
    marks.note(tmp_path, "block")
    assert not marks.is_open(tmp_path) and marks.done(tmp_path) == frozenset()


def test_steps_are_remembered_until_it_is_over(tmp_path: Path) -> None:
    marks.begin(tmp_path)
    assert marks.is_open(tmp_path)
    marks.note(tmp_path, "block")
    marks.note(tmp_path, "router")
    assert marks.done(tmp_path) == {"block", "router"}
    marks.note(tmp_path, marks.OVER)
    assert not marks.is_open(tmp_path)


def test_odd_files_and_folders_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / marks.FILE).write_bytes(b"\xff\xfe block odd\n" * 500)
    assert marks.done(tmp_path) == {"block"} and marks.is_open(tmp_path)
    marks.begin(tmp_path / "nowhere")
    (tmp_path / "folder" / marks.FILE).mkdir(parents=True)
    assert not marks.is_open(tmp_path / "folder")
