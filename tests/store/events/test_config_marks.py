# SPDX-License-Identifier: GPL-3.0-or-later
"""An edit is told whoever makes it, and what is none is not."""

import os
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from store.base import db
from store.events import config_marks
from store.events.config_marks import STEP_SECONDS, ConfigMarks

pytestmark = pytest.mark.database


def age(state: Path, seconds: float) -> None:
    """As if what was written last had been, so long ago."""
    for path in state.iterdir():
        info = path.stat()
        os.utime(path, (info.st_atime, info.st_mtime - seconds))


@pytest.fixture
def marks(state: Path) -> ConfigMarks:
    """That has looked, long after the last edit."""
    age(state, 10 * STEP_SECONDS)
    made = ConfigMarks(state)
    assert made.changed() and not made.changed()
    return made


def test_an_edit_is_told_once_it_was_long_ago(state: Path, marks: ConfigMarks) -> None:
    with closing(db.connect(state / "config.db")) as con:
        con.execute("UPDATE meta SET value = value + 1 WHERE key = 'policy_version'")
        age(state, 5 * STEP_SECONDS)
        assert marks.changed() and not marks.changed()


def test_one_that_was_just_made_may_hide_another_and_is_told_twice(
    state: Path, marks: ConfigMarks, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = state / "telltale.toml"
    written.write_text("")
    assert not marks.changed()
    written.write_text("# so\n")
    now = written.stat().st_mtime
    monkeypatch.setattr(config_marks, "time", SimpleNamespace(time=lambda: now))
    assert marks.changed()
    written.write_text("# no\n")
    os.utime(written, (now, now))
    assert marks.changed()


def test_who_only_reads_leaves_no_mark(state: Path, marks: ConfigMarks) -> None:
    with closing(db.connect(state / "config.db", read_only=True)) as con:
        con.execute("SELECT * FROM meta").fetchall()
        assert not marks.changed()
    assert not marks.changed()


def test_a_file_that_is_replaced_or_gone_is_told(state: Path, marks: ConfigMarks) -> None:
    (state / "config.db").rename(state / "aside")
    assert marks.changed()
    (state / "aside").rename(state / "config.db")
    assert marks.changed()


def test_the_mark_of_the_file_alone_is_another_with_each_writing(state: Path, marks: ConfigMarks) -> None:
    seen = {config_marks.written(state)}
    with closing(db.connect(state / "config.db")) as con:
        con.execute("UPDATE meta SET value = value + 1 WHERE key = 'policy_version'")
    assert config_marks.written(state) in seen
    for text in ("wall = 'watch'", "wall = 'enforce'"):
        (state / "telltale.toml").write_text(text)
        seen.add(config_marks.written(state))
    assert len(seen) == 3
