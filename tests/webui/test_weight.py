# SPDX-License-Identifier: GPL-3.0-or-later
"""What a first visit costs: Home with all that it pulls, as it goes over the wire."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytestmark = pytest.mark.web

MOST = 120_000  # bytes, compressed
OF_A_PAGE = 90_000  # of any other, first of all: its styles and scripts


def weight(visitor: Any, path: str) -> tuple[int, dict[str, int]]:
    """Bytes of the page, and of each file that it names."""
    page = visitor.get(path, headers={"Accept-Encoding": "gzip"})
    files = dict.fromkeys(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text))
    sizes = {file: visitor.get(file, headers={"Accept-Encoding": "gzip"}).num_bytes_downloaded for file in files}
    return page.num_bytes_downloaded, sizes


def test_home_and_all_that_it_pulls_is_light(looker: Any) -> None:
    page, files = weight(looker, "/")
    assert len(files) > 8 and min(files.values()) > 0
    assert page + sum(files.values()) <= MOST, sorted(files.items(), key=lambda item: -item[1])


@pytest.mark.parametrize("path", ["/devices", "/queries", "/blocklists/catalogue", "/groups", "/attention"])
def test_so_are_the_files_of_other_pages(looker: Any, path: str) -> None:
    _, files = weight(looker, path)
    assert sum(files.values()) <= OF_A_PAGE
