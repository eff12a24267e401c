# SPDX-License-Identifier: GPL-3.0-or-later
"""What a script hears of a form that it sent."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.web
BY_SCRIPT = {"Telltale-Form": "1", "Referer": "http://telltale/groups"}


def test_where_it_leads_is_said_and_the_change_is_offered_there(visitor: Any) -> None:
    data = {"csrf": visitor.csrf, "name": "Kids"}
    sent = visitor.post("/groups/add", data=data, headers=BY_SCRIPT)
    assert sent.status_code == 204 and sent.headers["telltale-goto"].startswith("/") and "location" not in sent.headers
    assert "The group Kids is made." in visitor.get(sent.headers["telltale-goto"].partition("#")[0]).text


def test_what_is_wrong_is_said_by_field_and_no_page_is_drawn_for_it(visitor: Any) -> None:
    refused = visitor.post("/groups/add", data={"csrf": visitor.csrf, "name": "x" * 99}, headers=BY_SCRIPT)
    assert refused.status_code == 422
    assert '<p hidden data-field="name">' in refused.text and "data-problem" in refused.text


def test_a_session_that_is_over_is_no_redirect(visitor: Any) -> None:
    visitor.cookies.clear()
    sent = visitor.post("/groups/add", data={"name": "Kids"}, headers=BY_SCRIPT)
    assert sent.status_code == 401 and sent.text == ""
