# SPDX-License-Identifier: GPL-3.0-or-later
"""What one list is worth: what it alone stops, what it shares; found out when asked for."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytestmark = [pytest.mark.web, pytest.mark.database]


def test_a_list_says_what_it_alone_stops(visitor: Any) -> None:
    answer = visitor.tap("/blocklists/worth", id="pack:xiaomi").text
    for _ in range(600):
        waits = re.search(r'hx-get="([^"]+)"', answer)
        if waits is None:
            break
        answer = visitor.get(waits[1].replace("&amp;", "&"), headers={"HX-Request": "true"}).text
    assert re.search(r"it alone stopped [\d,]+ quer(y|ies) that nothing else stops", answer)
    assert "<html" not in answer


def test_a_list_that_is_off_stops_nothing(visitor: Any) -> None:
    visitor.form("/blocklists/level", id="pack:roku", level="off")
    answer = visitor.tap("/blocklists/worth", id="pack:roku").text
    assert "off for everybody" in answer or "judged" in answer


def test_without_scripts_the_page_of_all_answers(visitor: Any) -> None:
    assert visitor.form("/blocklists/worth", id="pack:xiaomi").headers["location"] == "/evidence/worth"
    assert visitor.get("/blocklists/worth/job?job=none&id=x").status_code == 404
