# SPDX-License-Identifier: GPL-3.0-or-later
"""The language of a request."""

from typing import Any

import pytest
from brackets import TAG
from brackets import brackets as brackets

from store.base import languages
from webui.http.language import COOKIE


def test_english_without_a_wish(looker: Any) -> None:
    assert '<html lang="en" dir="ltr">' in looker.get("/").text


@pytest.mark.usefixtures("brackets")
def test_the_browser_says_which(looker: Any) -> None:
    page = looker.get("/", headers={"Accept-Language": f"{TAG}, en;q=0.5"}).text
    assert f'<html lang="{TAG}" dir="ltr">' in page
    assert "⟦Skip to the content⟧" in page
    assert "⟦" not in looker.get("/", headers={"Accept-Language": "fr"}).text


@pytest.mark.usefixtures("brackets")
def test_the_answer_says_its_language_and_by_what_it_was_chosen(looker: Any) -> None:
    answer = looker.get("/", headers={"Accept-Language": TAG})
    assert answer.headers["content-language"] == TAG
    assert {"accept-language", "cookie"} <= {word.strip().lower() for word in answer.headers["vary"].split(",")}
    refused = looker.get("/api/v1/devices/999999", headers={"Accept-Language": TAG})
    assert refused.headers["content-language"] == TAG and "⟦" in refused.json()["detail"]


@pytest.mark.usefixtures("brackets")
def test_what_was_chosen_counts_more_than_what_the_browser_asks(looker: Any) -> None:
    chosen = {"Cookie": f"{COOKIE}={TAG}", "Accept-Language": "en"}
    assert "⟦" in looker.get("/language", headers=chosen).text
    for unknown in ("xx", "../de", "", '"'):
        page = looker.get("/language", headers={**chosen, "Cookie": f"{COOKIE}={unknown}"}).text
        assert '<html lang="en"' in page


@pytest.mark.usefixtures("brackets")
def test_the_setting_holds_where_the_browser_asks_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert languages.of_browser("xx", TAG) == TAG == languages.of_browser("", TAG)
    assert languages.of_browser("en", TAG) == "en"
    assert languages.of_browser("xx", "fr") == "en", "which is not there"
