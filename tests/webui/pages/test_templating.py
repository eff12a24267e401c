# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates: always escaped, nothing inline that the Content-Security-Policy would refuse, errors as pages."""

import re
from pathlib import Path
from typing import Any

import pytest

from webui.frame import navigation, setting_areas
from webui.pages import templating

TEMPLATES = sorted(path for folder in templating.TEMPLATES for path in folder.glob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_nothing_inline_and_nothing_unescaped(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\son\w+=", text), "an inline handler"
    assert "style=" not in text, "an inline style"
    assert "<style" not in text
    assert not re.search(r"<script(?! src=)", text), "an inline script"
    assert "| safe" not in text
    assert "autoescape" not in text
    assert not re.search(r"""(src|href|action)=["']https?:""", text), "something from elsewhere"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_template_parses(path: Path) -> None:
    templating.environment().get_template(path.name)


def test_every_form_that_changes_something_carries_the_token() -> None:
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        for form in re.findall(r'<form[^>]*method="post".*?</form>', text, re.S):
            call = "{{ token() }}" if path.name == "_parts.html" else "ui.token()"  # there the macro is at home
            own = 'name="csrf" value="{{ form_token }}"'  # of a device's own page, which has no session
            free = path.name in ("login_page.html", "setup_page.html")
            assert call in form or own in form or free, f"{path.name}: {form[:80]}"


@pytest.mark.parametrize("path", ["/", "/devices", "/devices/1", "/blocklists", "/queries", "/explain", "/settings"])
def test_the_token_in_every_form_is_the_one_of_the_session(looker: Any, path: str) -> None:
    fields = re.findall(r'name="csrf" value="([^"]*)"', looker.get(path).text)
    assert fields
    assert set(fields) == {looker.csrf}


def test_static_files_carry_a_mark_and_icons_exist() -> None:
    assert re.fullmatch(r"/static/app\.css\?v=[0-9a-f]{8}", templating.static("app.css"))
    sprite = (templating.HERE / "static/vendor/lucide-1.62.0.svg").read_text(encoding="utf-8")
    used = {name for path in TEMPLATES for name in re.findall(r'icon\("([\w-]+)"', path.read_text(encoding="utf-8"))}
    for name in used | {named.icon for named in (*navigation.PAGES, *navigation.BAR, *setting_areas.AREAS)}:
        assert f'id="{name}"' in sprite


def test_an_error_is_a_page_for_people(looker: Any) -> None:
    response = looker.get("/<script>alert(1)</script>")
    assert response.status_code == 404
    assert "<script>alert" not in response.text
    assert "Go home" in response.text and "Log out" in response.text and "Search for it" in response.text


def test_whoever_mistyped_something_finds_the_form_again(visitor: Any) -> None:
    visitor.headers["Referer"] = "http://telltale/names?x=1"
    refused = visitor.form("/names/records/add", name="a.lan", type="A", value="x")
    assert refused.status_code == 422 and "is no IPv4 address" in refused.text
    assert "<h1>Local names</h1>" in refused.text and 'value="a.lan"' in refused.text
    visitor.headers["Referer"] = "http://telltale/devices"  # which has no such form
    refused = visitor.form("/names/records/add", name="a.lan", type="A", value="x")
    assert "Nothing was changed" in refused.text and 'href="/devices"' in refused.text


def test_a_page_knows_where_it_stands(looker: Any) -> None:
    page = looker.get("/devices/1").text
    # Beside the page, and in the bar of a phone.
    assert re.findall(r'href="([^"]*)" aria-current="page"', page) == ["/devices", "/devices"]


def test_what_is_wrong_is_on_every_page(looker: Any) -> None:
    """No DNS runs in this test, and the page says so."""
    for path in ("/", "/devices", "/blocklists", "/queries", "/explain", "/settings"):
        assert "DNS does not answer." in looker.get(path).text
