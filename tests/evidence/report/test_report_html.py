# SPDX-License-Identifier: GPL-3.0-or-later
"""The file that anybody opens: all of it from its own values, names as text, nothing from outside, no script."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from phone_report import HOSTILE, as_html

from evidence.report import report_html, sealed
from evidence.report.html_tables import MAX_NAMES

pytestmark = pytest.mark.database
VOID = {"meta", "br", "link", "img", "input", "hr", "rect", "path"}


class _Reader(HTMLParser):
    """Tags with their attributes, and the text that people see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.text += data


def read(html: bytes) -> _Reader:
    reader = _Reader()
    reader.feed(html.decode())
    assert not reader.open
    return reader


def test_it_needs_nothing_else(html: bytes) -> None:
    page = read(html)
    assert [attrs for tag, attrs in page.tags if tag == "script"] == [{"type": "application/json", "id": "report"}]
    for tag, attrs in page.tags:
        assert tag not in {"img", "link", "iframe", "object", "form", "base"}
        assert not [name for name in attrs if name.startswith("on") or name in {"src", "style"}]
        assert (attrs.get("href") or "#").startswith("#")
    policy = next(attrs["content"] or "" for _, attrs in page.tags if attrs.get("http-equiv"))
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert not re.search(rb"url\(|@import", html)


def test_hostile_names_are_text(html: bytes) -> None:
    page = read(html)
    assert HOSTILE[0] in page.text and HOSTILE[3] in page.text and HOSTILE[4] in page.text and HOSTILE[2] in page.text
    assert "\u202e" not in page.text and "\\u{202e}gro.elpmaxe" in page.text
    assert b"<img" not in html and html.count(b"</script>") == 1


def test_its_data_are_its_values(html: bytes, values: dict[str, Any]) -> None:
    assert sealed.opened(html).values == values
    assert as_html(json.loads(json.dumps(values))) == html


def test_what_a_reader_sees(html: bytes, company: dict[str, Any]) -> None:
    text = read(html).text
    for words in ("Who Redmi Note 12 reports to", "Companies that are told about you", "At a beat",
                  "at least every 15 minutes", "data.mistat.intl.xiaomi.com", "What this report cannot show",
                  "Head of the chain after link 4", "Lists in force", "Xiaomi (CN)", "How to check it"):  # fmt: skip
        assert words in text, words
    assert "What this home reports to Xiaomi" in read(as_html(company)).text


def test_numbers_lead_to_the_statements_that_count_them(html: bytes) -> None:
    page = read(html)
    targets = {(attrs.get("href") or "")[1:] for tag, attrs in page.tags if tag == "a"}
    assert targets == {f"sql-{key}" for key in ("total", "kinds", "companies", "names", "hours", "lists", "leaks")}
    assert targets <= {attrs.get("id") for _, attrs in page.tags}


def test_a_device_that_is_asked_of_too_many_names_stays_readable(values: dict[str, Any]) -> None:
    row = next(row for row in values["numbers"]["names"] if row["kind"] == "tracking")
    values["numbers"]["names"] += [{**row, "name": f"n{number}.example"} for number in range(5_000)]
    values["numbers"]["kinds"][0]["names"] += 5_000
    text = read(as_html(values)).text
    assert text.count(".example") < MAX_NAMES["tracking"] + 20 and "… and 4,8" in text.replace("… and 4,9", "… and 4,8")


def test_a_report_of_nothing(values: dict[str, Any]) -> None:
    for key in ("companies", "names", "hours", "lists", "devices"):
        values["numbers"][key] = []
    values["beats"] = []
    assert "Appendix" in read(as_html(values)).text


def test_code_that_draws_has_a_digest() -> None:
    assert re.fullmatch("[0-9a-f]{16}", report_html.drawn_by())
