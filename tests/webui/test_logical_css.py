# SPDX-License-Identifier: GPL-3.0-or-later
"""Styles say start and end, not left and right, so that a page that runs from right to left is mirrored by itself."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "webui" / "static"
SIDES = re.compile(
    r"(?:^|[\s;{])((?:margin|padding|border|scroll-margin)-(?:left|right)|left|right|text-align: (?:left|right)|float)"
    r"(?=[:;-]|$)", re.M
)  # fmt: skip
COMMENT = re.compile(r"/\*.*?\*/", re.S)


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_no_side_is_named(path: Path) -> None:
    assert not SIDES.findall(COMMENT.sub("", path.read_text("utf-8"))), "write margin-inline-start, text-align: start …"


def test_a_side_is_found() -> None:
    sides = ["left", "margin-right", "text-align: left"]
    assert SIDES.findall("a { left: 0; margin-right: 1rem; text-align: left; }") == sides
    assert not SIDES.findall("a { inset-inline-start: 0; background-position: center left 1rem; text-align: start }")
