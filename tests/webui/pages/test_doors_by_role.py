# SPDX-License-Identifier: GPL-3.0-or-later
"""No door that would be shut: of a home that is lived in, each link, form and button of each page that a viewer, or who
sees their own devices alone, is shown leads where they may go. What each address needs is asked of its route.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lived_in_home import moved
from page_addresses import all_pages, is_page, links_in
from people import NAMES, browser, populate
from web_app import web_app_of

from store.config.choices import Role
from webui.http import permissions
from webui.http.route_needs import find

pytestmark = [pytest.mark.web, pytest.mark.process]  # one page asks the machine for its addresses

# What is shut already: a form whose fields are switched off, and what says of itself that it is.
SHUT_FORM = re.compile(r'<form\b[^>]*><fieldset class="may-not".*?</form>', re.DOTALL)
TAG = re.compile(r"<(\w+)\b([^>]*)>")
DOOR = re.compile(r'\b(href|action|formaction|hx-get|hx-post|hx-put|hx-patch|hx-delete|data-zoom|data-post)="(/[^"]*)"')
SHUT = re.compile(r'aria-disabled="true"|\sdisabled(?:[\s=>]|$)')
LED_ON = {Role.OWN: {("GET", "/")}}  # from there they are led to their own page
METHOD = re.compile(r'\bmethod="(\w+)"')
WORDS = ("backup", "token", "user", "password", "settings", "pause", "device", "xiaomi", "report", "log", "api")


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory, _lived: Any) -> Iterator[dict[str, TestClient]]:
    home = moved(_lived, tmp_path_factory.mktemp("doors"))
    numbers = populate(home.state)
    with web_app_of(home.state, home.run) as app:
        yield {role: browser(app, home.state, number) for role, number in numbers.items()}


def doors(page: str) -> Iterator[tuple[str, str]]:
    """Method and path of all that can be pressed."""
    for name, attributes in TAG.findall(SHUT_FORM.sub("", page)):
        if name in ("link", "script", "meta", "img", "use") or SHUT.search(attributes):
            continue
        for kind, address in DOOR.findall(attributes):
            yield _method(kind, attributes), unescape(address).partition("?")[0].partition("#")[0]


def _method(kind: str, attributes: str) -> str:
    if kind in ("href", "data-zoom"):
        return "GET"
    if kind.startswith("hx-"):
        return kind.removeprefix("hx-").upper()
    method = METHOD.search(attributes)
    return method[1].upper() if method else "POST" if kind != "action" else "GET"


def shut(client: TestClient, role: str, page: str) -> set[tuple[str, str]]:
    needs = {(method, path): find(method, path) for method, path in doors(page)}
    return {door for door, need in needs.items() if need is not None and not permissions.may(need, "session", role)}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OWN])
def test_nothing_that_is_shown_leads_where_one_may_not_go(clients: dict[str, TestClient], role: Role) -> None:
    client, wrong = clients[role], dict[str, set[tuple[str, str]]]()

    def opened(path: str) -> bytes:
        answer = client.get(path)
        faults = shut(client, role, answer.text) - LED_ON.get(role, set())
        if is_page(answer.content) and faults:
            wrong[path] = faults
        return answer.content if answer.status_code == 200 else b""

    app: Any = client.app
    seen = all_pages(app, opened, links_in)
    assert not wrong
    assert len(seen) > (50 if role is Role.VIEWER else 3), NAMES[role]


def test_nor_does_what_the_search_offers(clients: dict[str, TestClient]) -> None:
    viewer, admin = clients[Role.VIEWER], clients[Role.ADMIN]
    for word in WORDS:
        for address in (f"/search?q={word}", f"/search/hits?q={word}"):
            text = viewer.get(address).text
            assert not shut(viewer, Role.VIEWER, text) and "aria-disabled" not in text.partition("<main")[2], address
        groups = viewer.get(f"/api/v1/search?q={word}&limit=50").json()["groups"]
        for hit in (hit for group in groups for hit in group["hits"]):
            assert viewer.get(hit["href"]).status_code != 403, hit
    every = (group["hits"] for group in admin.get("/api/v1/search?q=backup").json()["groups"])
    assert "/backup" in {hit["href"] for hits in every for hit in hits}
