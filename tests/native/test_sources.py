# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of hot files is true, and what they lean on is found."""

from pathlib import Path

from source_files import HOUSE

from native.sources import hot_files, leaned_on


def test_the_list_names_files_that_are_there_once_each() -> None:
    paths = hot_files(HOUSE)
    assert len(paths) == len(set(paths))
    assert not [path for path in paths if not (HOUSE / path).is_file()]
    assert not [path for path in paths if path.endswith("__init__.py")], "a room's story is no work"


def test_what_is_imported_at_any_depth_counts(tmp_path: Path) -> None:
    (tmp_path / "room" / "wing").mkdir(parents=True)
    (tmp_path / "room/hot.py").write_text("import sys\nfrom room.wing import middle\n")
    (tmp_path / "room/wing/middle.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from room.types import Word\n"
    )
    (tmp_path / "room/types.py").write_text("import room.hot\nWord = int\n")
    (tmp_path / "room/other.py").write_text("import room.hot\n")
    assert leaned_on(tmp_path, ["room/hot.py"]) == {"room/hot.py", "room/wing/middle.py", "room/types.py"}
