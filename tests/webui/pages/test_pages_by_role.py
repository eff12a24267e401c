# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page, as people see it who may not do all: no control works that would be refused, nothing leads nowhere."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from page_addresses import is_page, plain_addresses
from people import browser, populate
from web_app import web_app_of

from store.config.choices import Role

pytestmark = [pytest.mark.web, pytest.mark.process]  # one page asks the machine for its addresses

FORM = re.compile(r"<form\b([^>]*)>(.{0,40})", re.DOTALL)
CALL = re.compile(r"<(?:a|button|input|select)\b[^>]*\bhx-(?:post|put|patch|delete)=[^>]*>")
# What is everybody's own to change.
ONES_OWN = re.compile(r'action="/(?:logout|language|accounts/|my/)')
OF_THOSE_WITH_OWN_DEVICES = {"/accounts", "/language", "/my", "/my/tests", "/offline"}


@pytest.fixture
def clients(bare_home: Any) -> Iterator[dict[str, TestClient]]:
    numbers = populate(bare_home.state)
    with web_app_of(bare_home.state, bare_home.run) as app:
        yield {role: browser(app, bare_home.state, number) for role, number in numbers.items()}


def works(page: str) -> list[str]:
    """Controls that change something, and are not switched off."""
    posts = [(attributes, inside) for attributes, inside in FORM.findall(page) if 'method="post"' in attributes]
    forms = [attributes for attributes, inside in posts if "may-not" not in inside and not ONES_OWN.search(attributes)]
    return forms + [call for call in CALL.findall(page) if "disabled" not in call]


def test_a_viewer_sees_every_page_and_none_offers_what_is_refused(clients: dict[str, TestClient]) -> None:
    viewer, seen, refused = clients[Role.VIEWER], 0, []
    for path in plain_addresses(viewer.app, more=()):  # type: ignore[arg-type]
        answer = viewer.get(path)
        if answer.status_code == 403:
            refused.append(path)
            assert "An admin can do this." in unescape(answer.text)
        elif is_page(answer.content):
            seen += 1
            assert works(answer.text) == [], path
            assert path in ("/offline", "/api/docs") or "What is switched off, an admin can do." in answer.text, path
    assert seen > 40 and set(refused) <= {"/accounts/tokens", "/backup"}, refused


def test_whoever_sees_their_own_devices_alone_is_offered_nothing_else(clients: dict[str, TestClient]) -> None:
    own, seen, links = clients[Role.OWN], set[str](), set[str]()
    for path in plain_addresses(own.app, more=()):  # type: ignore[arg-type]
        answer = own.get(path)
        assert answer.status_code in (200, 303, 403, 422), path
        if not is_page(answer.content):
            continue
        if answer.status_code == 200:
            seen.add(path)
            assert works(answer.text) == [], path
        links.update(re.findall(r'<a\b[^>]*\bhref="(/[^"]*)"', answer.text))
        for nowhere in ('id="find"', 'id="bell"', 'action="/pause"', "search.js", "bell.js"):
            assert nowhere not in answer.text, path
    assert {link for link in links if own.get(unescape(link)).status_code != 200} <= {"/"}, "that one leads to /my"
    assert seen == OF_THOSE_WITH_OWN_DEVICES
