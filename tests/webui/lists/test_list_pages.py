# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page of this wing is served."""

from __future__ import annotations

from pathlib import Path

import webui.lists
from webui.lists.list_pages import PAGES


def test_every_page_file_is_in_the_list() -> None:
    files = {path.stem for path in Path(webui.lists.__path__[0]).glob("*_page.py")}
    assert {page.__name__.rpartition(".")[2] for page in PAGES} == files
