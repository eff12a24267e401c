# SPDX-License-Identifier: GPL-3.0-or-later
"""What was tried out in a home folder comes along once, and never half."""

from __future__ import annotations

import fcntl
import os
import pwd
from pathlib import Path

import pytest

from appliance.errors import Complaint
from appliance.service import moved_state
from store.base import db
from store.config import edit, session

pytestmark = pytest.mark.database


def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    entry = pwd.struct_passwd(("ada", "x", 1000, 1000, "", str(tmp_path), "/bin/sh"))
    monkeypatch.setattr(moved_state.pwd, "getpwnam", lambda name: entry)  # type: ignore[attr-defined]
    folder = tmp_path / ".local/state/telltale"
    folder.mkdir(parents=True)
    return folder


def test_what_somebody_tried_is_found_by_who_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, state = home(tmp_path, monkeypatch), tmp_path / "state"
    state.mkdir()
    assert moved_state.tried_out({"SUDO_USER": "ada"}, state) is None, "nothing was set up there"
    (folder / "config.db").touch()
    assert moved_state.tried_out({}, state) is None
    assert moved_state.tried_out({"SUDO_USER": "ada"}, state) == folder
    (state / "config.db").touch()
    assert moved_state.tried_out({"SUDO_USER": "ada"}, state) is None, "the service has its own"


def test_one_that_runs_is_not_copied(tmp_path: Path) -> None:
    moved_state.refuse_running(tmp_path)
    number = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        with pytest.raises(Complaint, match="end it first"):
            moved_state.refuse_running(tmp_path)
    finally:
        os.close(number)


def test_it_is_copied_but_for_what_lives_for_a_moment(tmp_path: Path) -> None:
    for name in ("config.db", "lists/one", "run/status", "uploads/x"):
        (tmp_path / "tried" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tried" / name).write_text(name)
    (tmp_path / "state").mkdir()
    moved_state.copy(tmp_path / "tried", tmp_path / "state")
    names = {str(path.relative_to(tmp_path / "state")) for path in (tmp_path / "state").rglob("*") if path.is_file()}
    assert names == {"config.db", "lists/one"}


def test_what_is_on_there_needs_its_powers(tmp_path: Path) -> None:
    assert moved_state.wants(tmp_path) == (False, False)
    db.open_config(tmp_path)
    assert moved_state.wants(tmp_path) == (False, False)
    edit.put_settings(session.engine(tmp_path), {"wall": "watch"})
    assert moved_state.wants(tmp_path) == (True, False)
    (tmp_path / "config.db").write_bytes(b"no database")
    assert moved_state.wants(tmp_path) == (False, False)
