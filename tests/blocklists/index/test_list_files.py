# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklists.index import list_files


@given(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=300))
def test_every_id_has_a_file_name_of_its_own(one: str, other: str) -> None:
    name = list_files.file_id(one)
    assert "/" not in name and "\0" not in name and not name.startswith(".") and len(name.encode()) < 200
    assert (name == list_files.file_id(other)) == (one == other)


def test_the_seed_is_made_once(tmp_path: Path) -> None:
    seed = list_files.seed(tmp_path)
    assert list_files.seed(tmp_path) == seed != list_files.seed(tmp_path / "another")


def test_a_file_that_could_not_be_written_whole_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), list_files.replacing(path) as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_cleaning_keeps_what_is_installed(tmp_path: Path) -> None:
    kept, gone = list_files.text_path(tmp_path, "kept"), list_files.text_path(tmp_path, "added:gone")
    kept.parent.mkdir()
    for path in (kept, gone, kept.with_suffix(".shard"), kept.with_name(".kept.txt.abc.new"), kept.with_name("mine")):
        path.touch()
    list_files.clean(tmp_path, {"kept"})
    assert sorted(path.name for path in kept.parent.iterdir()) == ["kept.shard", "kept.txt", "mine"]
