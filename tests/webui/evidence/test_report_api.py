# SPDX-License-Identifier: GPL-3.0-or-later
"""GET of a report: the file, under a policy of its own, and a plain word where there is none."""

from typing import Any

import pytest

from evidence.report import report_check, sealed
from webui.route_table import PREFIX

pytestmark = pytest.mark.web

CALL = f"{PREFIX}/evidence/report"


@pytest.mark.process
def test_the_report_of_a_device_as_a_page(visitor: Any) -> None:
    answer = visitor.get(CALL, params={"device": 1})
    assert answer.status_code == 200 and answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('inline; filename="telltale-')
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    checked = report_check.check(answer.content, visitor.home.state)
    assert checked.fits and checked.compared, checked


@pytest.mark.process
def test_the_report_of_a_company_as_data(visitor: Any) -> None:
    answer = visitor.get(CALL, params={"company": "Xiaomi", "format": "json"})
    assert answer.headers["content-disposition"].startswith('attachment; filename="telltale-xiaomi-')
    values = answer.json()
    assert values["subject"]["company"] == "Xiaomi" and sealed.is_whole(answer.content)
    assert len(values["rows"]) == values["numbers"]["total"]["queries"] > 0


@pytest.mark.process
@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({}, 422, "about a device or about a company"),
        ({"device": 1, "company": "Xiaomi"}, 422, "about a device or about a company"),
        ({"device": 999}, 422, "no query of a device 999"),
        ({"company": "Nobody"}, 422, "no name of a company"),
        ({"device": 1, "from": "now", "to": "-1h"}, 422, "from must be earlier"),
        ({"device": 1, "format": "pdf"}, 422, "format"),
        ({"device": 0}, 422, "device"),
    ],
)
def test_what_cannot_be_is_told(visitor: Any, asked: dict[str, Any], status: int, words: str) -> None:
    answer = visitor.get(CALL, params=asked)
    assert answer.status_code == status and words in answer.text
