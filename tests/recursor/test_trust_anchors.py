# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest

from recursor import trust_anchors
from recursor.trust_anchors import ROOT_DS, WrongAnchors


def test_the_roots_own_are_put_where_there_are_none(tmp_path: Path) -> None:
    path = tmp_path / "root.key"
    trust_anchors.keep(path)
    assert path.read_text() == ROOT_DS and path.stat().st_mode & 0o777 == 0o600
    path.write_text(". 86400 IN DNSKEY 257 3 8 AwEAAaz/ ;;state=2\n")
    trust_anchors.keep(path)
    assert "state=2" in path.read_text(), "what unbound has learnt stays"


@pytest.mark.parametrize("text", ["", "; nothing\n", "www.example. A 192.0.2.1\n", ". IN DS\n"])
def test_a_file_without_an_anchor_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "anchors"
    path.write_text(text)
    with pytest.raises(WrongAnchors, match="holds no DS"):
        trust_anchors.check(path)


def test_a_file_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(WrongAnchors, match="cannot be read"):
        trust_anchors.check(tmp_path / "gone")
