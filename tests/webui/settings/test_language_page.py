# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on which a browser's language is chosen."""

from __future__ import annotations

from typing import Any

import pytest
from brackets import TAG
from brackets import brackets as brackets

from webui.http.language import COOKIE

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("brackets")]


def test_each_language_stands_there_by_its_own_name(looker: Any) -> None:
    page = looker.get("/language").text
    assert '<bdi lang="en">English</bdi>' in page and f'<bdi lang="{TAG}">' in page
    other = looker.get("/my", headers={"Accept-Language": TAG}).text
    assert 'href="/language?back=/my"' in other, "every page leads there"


def test_choosing_one_sets_a_cookie_and_goes_back(looker: Any) -> None:
    answer = looker.post("/language", data={"language": TAG, "back": "/my?x=1"}, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] == "/my?x=1"
    cookie = answer.headers["set-cookie"].lower()
    assert f"{COOKIE}={TAG};" in cookie and "httponly" in cookie and "samesite=lax" in cookie


def test_as_the_browser_asks_takes_the_cookie_away(looker: Any) -> None:
    answer = looker.post("/language", data={"language": ""}, follow_redirects=False)
    assert f'{COOKIE}=""' in answer.headers["set-cookie"] and answer.headers["location"] == "/"


@pytest.mark.parametrize("language", ["xx", "EN", "../de", "x" * 21])
def test_what_is_no_language_is_refused(looker: Any, language: str) -> None:
    assert looker.post("/language", data={"language": language}, follow_redirects=False).status_code == 422


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_it_leads_nowhere_else(looker: Any, back: str) -> None:
    answer = looker.post("/language", data={"language": "en", "back": back}, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_another_site_cannot_choose(looker: Any) -> None:
    answer = looker.post("/language", data={"language": "en"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403 and "set-cookie" not in answer.headers
