# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of evidence are part of the web UI."""

from typing import Any

import pytest

from webui.evidence.evidence_pages import PAGES


@pytest.mark.parametrize("path", ["/evidence"])
def test_each_is_served_to_who_is_logged_in_alone(visitor: Any, path: str) -> None:
    assert all(page.router.routes for page in PAGES)
    assert visitor.get(path).status_code == 200
    visitor.cookies.clear()
    assert visitor.get(path).headers["location"].startswith("/login")
