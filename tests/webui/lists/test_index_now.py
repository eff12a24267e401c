# SPDX-License-Identifier: GPL-3.0-or-later
"""The index that pages ask is the one that DNS answers from, and is opened again when another takes its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from blocklists.index import list_files
from webui.lists.index_now import blocking, index_now

pytestmark = pytest.mark.database


def test_lists_that_block_a_name_are_found(looker: Any) -> None:
    index = index_now(looker.home.state)
    assert blocking(index, "data.mistat.xiaomi.com", ["pack:xiaomi", "hagezi-light"]) >= {"pack:xiaomi"}
    assert blocking(index, "data.mistat.xiaomi.com", []) == set()
    assert index_now(looker.home.state) is index


def test_another_index_is_opened_again(looker: Any, tmp_path: Path) -> None:
    assert len(index_now(tmp_path)) == 0
    path = list_files.index_path(tmp_path)
    path.parent.mkdir()
    path.write_bytes(list_files.index_path(looker.home.state).read_bytes())
    assert len(index_now(tmp_path)) == len(index_now(looker.home.state)) > 0
    path.write_bytes(b"no index")
    assert len(index_now(tmp_path)) == 0
