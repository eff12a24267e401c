# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on which a name is looked up and corrected."""

from typing import Any


def test_a_name_is_looked_up(visitor: Any) -> None:
    page = visitor.get("/evidence/names?name=logs.netflix.com").text
    assert "Netflix" in page and "tracking" in page and "(US)" in page
    assert visitor.get("/evidence/names").status_code == 200
    assert "<b>x" not in visitor.get("/evidence/names?name=%3Cb%3Ex%3C/b%3E").text


def test_a_name_is_corrected_and_not_any_more(visitor: Any) -> None:
    sent = visitor.form("/evidence/names/correct", name="page.example", company="<i>Acme</i>", purpose="ads")
    assert sent.headers["location"] == "/evidence/names?name=page.example"
    page = visitor.get("/evidence/names?name=x.page.example").text
    assert "&lt;i&gt;Acme&lt;/i&gt;" in page and "<i>Acme" not in page and "correction" in page
    assert visitor.form("/evidence/names/uncorrect", name="page.example").headers["location"] == "/evidence/names"
    assert "page.example</a>" not in visitor.get("/evidence/names").text
    assert "at least one" in visitor.form("/evidence/names/correct", name="page.example").text
