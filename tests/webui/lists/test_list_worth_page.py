# SPDX-License-Identifier: GPL-3.0-or-later
"""What one list is worth: what it alone stops, what it shares; found out when asked for."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from waiting import until

from webui.lists import list_worth_page

pytestmark = [pytest.mark.web, pytest.mark.database]
ALONE = r"it alone stopped [\d,]+ quer(y|ies) that nothing else stops"


def test_a_list_says_what_it_alone_stops(visitor: Any) -> None:
    answer = visitor.tap("/blocklists/worth", id="pack:xiaomi").text
    assert re.search(ALONE, answer) and "hx-get" not in answer
    assert "<html" not in answer


def test_what_takes_long_is_asked_for_until_it_is_known(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_worth_page, "WAIT_SECONDS", 0.0)
    answers = [visitor.tap("/blocklists/worth", id="pack:xiaomi").text]

    def is_known() -> bool:
        waits = re.search(r'hx-get="([^"]+)"', answers[-1])
        if waits is not None:
            answers.append(visitor.get(html.unescape(waits[1]), headers={"HX-Request": "true"}).text)
        return waits is None

    until(is_known)
    assert re.search(ALONE, answers[-1])


def test_a_list_that_is_off_stops_nothing(visitor: Any) -> None:
    visitor.form("/blocklists/level", id="pack:roku", level="off")
    answer = visitor.tap("/blocklists/worth", id="pack:roku").text
    assert "off for everybody" in answer or "judged" in answer


def test_without_scripts_the_page_of_all_answers(visitor: Any) -> None:
    assert visitor.form("/blocklists/worth", id="pack:xiaomi").headers["location"] == "/evidence/worth"
    assert visitor.get("/blocklists/worth/job?job=none&id=x").status_code == 404
