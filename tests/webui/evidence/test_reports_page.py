# SPDX-License-Identifier: GPL-3.0-or-later
"""Choosing a report, and getting it; a device's and a company's page lead there."""

import html
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest

from evidence.report import report_jobs, sealed

pytestmark = pytest.mark.web


def test_a_device_that_was_come_from_is_chosen(visitor: Any) -> None:
    page = visitor.get("/evidence/reports?device=2").text
    assert '<option value="2" selected>' in page and page.count("<form") >= 2
    assert "/evidence/reports?device=1" in html.unescape(visitor.get("/devices/1").text)
    page = visitor.get("/evidence/reports", params={"company": 'A "B" <c>'}).text
    assert 'value="A &#34;B&#34; &lt;c&gt;"' in page


def test_what_it_would_be_about_is_shown_first(looker: Any) -> None:
    for query, where in (("device=1", "device_id = 1"), ("company=xiaomi", "company = 'Xiaomi'")):
        page = html.unescape(looker.get(f"/evidence/reports?{query}&range=7d").text)
        preview = page.partition('id="preview"')[2].partition("</section>")[0]
        [(tracking,)] = looker.home.lookups("count(*)", f"{where} AND kind = 'tracking'")
        assert f"{tracking:,} look-ups for tracking" in preview, query
        addresses = re.findall(r'href="(/evidence/reports/file[^"]+)"', preview)
        assert len(addresses) == 3 and {"range=7d"} == {part for each in addresses for part in each.split("&")[1:2]}
    assert "knows nothing of it" in looker.get("/evidence/reports?company=Nobody").text
    assert 'id="preview"' not in looker.get("/evidence/reports").text


@pytest.mark.process  # the report is made by a process of its own
def test_the_file_is_made_and_goes_again(visitor: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spare = tmp_path / "spare"
    spare.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spare))
    answer = visitor.get("/evidence/reports/file", params={"device": "1", "range": "24h", "format": "html"})
    assert answer.status_code == 200 and sealed.is_whole(answer.content)
    monkeypatch.setattr(report_jobs, "start", None)  # what is not there is refused before any process begins
    assert visitor.get("/evidence/reports/file", params={"device": "999"}).status_code == 422
    assert visitor.get("/evidence/reports/file", params={"company": "Nobody Ltd"}).status_code == 422
    assert list(spare.iterdir()) == []


def test_without_anything_chosen_it_is_told(visitor: Any) -> None:
    answer = visitor.get("/evidence/reports/file", params={"range": "nonsense"})
    assert answer.status_code == 422 and "about a device or about a company" in answer.text
