# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest

from blocklists.index import CorruptIndex, Index


def test_an_empty_index_speaks_for_nothing() -> None:
    index = Index.empty()
    assert index.match("ads.example.com", index.mask([("any", None)])) is None
    assert index.spoke("ads.example.com") == []
    assert len(index) == 0


def test_a_missing_index_says_so(tmp_path: Path) -> None:
    with pytest.raises(CorruptIndex, match="there is none yet"):
        Index.open(tmp_path / "current.idx")


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 500])
def test_a_strange_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "current.idx"
    path.write_bytes(content)
    with pytest.raises(CorruptIndex, match="list update"):
        Index.open(path)
