# SPDX-License-Identifier: GPL-3.0-or-later
"""No form stands within a form, on no page: a browser would take the inner one away, and its button with it."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from full_home import _full as _full
from full_home import everywhere
from full_home import full_looker as full_looker

from webui.pages.templating import TEMPLATES

pytestmark = pytest.mark.process  # pages ask the system for its addresses
# Parts that htmx puts into a form: they have none.
INTO_FORMS = ("_whatif.html", "_rule_test.html")


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.nested: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form":
            action = str(dict(attrs).get("action"))
            self.nested += [f"{action} within {self.open[-1]}"] if self.open else []
            self.open.append(action)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open.pop()


def nested(page: str) -> list[str]:
    forms = _Forms()
    forms.feed(page)
    return forms.nested


def test_a_form_in_a_form_is_seen() -> None:
    assert nested('<form action="/a"><p><form action="/b"></form></form><form action="/c"></form>') == ["/b within /a"]


def test_no_page_has_a_form_in_a_form(full_looker: Any) -> None:
    pages = {path: full_looker.get(path).text for path in everywhere()}
    assert {path: found for path, page in pages.items() if (found := nested(page))} == {}


@pytest.mark.parametrize("part", INTO_FORMS)
def test_what_goes_into_a_form_has_none(part: str) -> None:
    (path,) = [folder / part for folder in TEMPLATES if (folder / part).exists()]
    assert "<form" not in Path(path).read_text(encoding="utf-8")
