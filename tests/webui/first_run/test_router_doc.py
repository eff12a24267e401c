# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/router.md tells the same steps as the pages."""

from __future__ import annotations

from store.base.router_guides import ROUTERS
from webui.first_run.router_doc import FILE, renewed, section


def test_the_document_is_as_the_data_are() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert renewed(text) == text, "python -m webui.first_run.router_doc"
    assert section().count("### ") == len(ROUTERS)
