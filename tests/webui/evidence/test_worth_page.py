# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of what lists are worth."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytestmark = [pytest.mark.process, pytest.mark.web]


@pytest.mark.usefixtures("real_questions")
def test_it_is_found_out_when_it_is_asked_for(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "<table" not in visitor.get("/evidence/worth").text
    monkeypatch.setattr("webui.evidence.worth_page.WAIT_SECONDS", 600.0)
    page = visitor.post("/evidence/worth", data={"csrf": visitor.csrf, "range": "24h"}).text
    assert "<html" in page and "lose nothing" in page and "HaGeZi" in page


def test_what_takes_long_shows_how_far_it_is(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.evidence.worth_page.WAIT_SECONDS", 0.0)
    form, script = {"csrf": visitor.csrf, "range": "24h"}, {"HX-Request": "true"}
    number = re.search(r"job\?id=([0-9a-f]+)", visitor.post("/evidence/worth", data=form, headers=script).text)
    assert number
    visitor.app.state.ui.questions.find(number[1]).wait()
    assert "lose nothing" in visitor.get(f"/evidence/worth/job?id={number[1]}").text
