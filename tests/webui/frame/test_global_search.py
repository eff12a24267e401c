# SPDX-License-Identifier: GPL-3.0-or-later
"""A few letters find what people mean, the best fit first; what is typed and what is found are text."""

from typing import Any

import pytest
from lived_in_home import HOSTILE

from webui.frame import global_search


def found(looker: Any, text: str) -> dict[str, Any]:
    answer = looker.get("/api/v1/search", params={"q": text})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def titles(body: dict[str, Any], kind: str) -> list[str]:
    return [hit["title"] for group in body["groups"] if group["kind"] == kind for hit in group["hits"]]


def test_devices_by_name_address_and_maker(looker: Any) -> None:
    assert titles(found(looker, "redmi"), "devices") == ["Redmi Note 13"]
    assert titles(found(looker, "tv living"), "devices") == ["Living room TV"]
    assert titles(found(looker, "192.168.1.21"), "devices") == ["Redmi Note 13"]
    assert "Kitchen speaker" in titles(found(looker, "amazon"), "devices")


def test_companies_lists_settings_and_names(looker: Any) -> None:
    body = found(looker, "xiaomi")
    assert titles(body, "companies") == ["Xiaomi"]
    assert "Xiaomi, Redmi and POCO" in titles(body, "blocklists")
    assert "data.mistat.xiaomi.com" in titles(body, "names")
    assert titles(found(looker, "sinkhole ipv4"), "settings")[0] == "Sinkhole IPv4 address"
    assert "TikTok" in titles(found(looker, "tiktok"), "services")


@pytest.mark.parametrize(
    ("words", "href"),
    [("gravity", "/blocklists"), ("whitelist", "/blocklists/rules"), ("teleporter", "/backup"),
     ("password", "/accounts#password"), ("pause", "/pause"), ("log", "/queries")],
)  # fmt: skip
def test_words_from_elsewhere_lead_to_pages(looker: Any, words: str, href: str) -> None:
    assert href in [hit["href"] for group in found(looker, words)["groups"] for hit in group["hits"]]


def test_what_fits_best_comes_first(looker: Any) -> None:
    assert found(looker, "devices")["groups"][0]["kind"] == "pages"
    assert found(looker, "redmi")["groups"][0]["kind"] == "devices"


@pytest.mark.parametrize(
    ("text", "name"),
    [("Example.ORG.", "example.org"), ("bücher.example", "xn--bcher-kva.example"), ("redmi", ""), ("192.168.1.1", ""),
     ("https://example.org/x", ""), ("a b.example", ""), ("x" * 400, ""), ("", "")],
)  # fmt: skip
def test_what_is_a_name_can_be_explained(text: str, name: str) -> None:
    assert global_search.as_name(text) == name


def test_hostile_names_are_found_as_text(looker: Any) -> None:
    for name in HOSTILE:
        page = looker.get("/search/hits", params={"q": name[:20]}).text
        assert "<script" not in page and "onmouseover='" not in page.replace("&#39;", "")
    body = found(looker, "<script>")
    assert titles(body, "names") == ["<script>alert(1)</script>.example"]


def test_every_word_must_fit_and_nothing_is_a_pattern(looker: Any) -> None:
    assert found(looker, "redmi nonsense")["groups"] == []
    for text in ("%", "_", "\x00", "'", "\u202e", "😀" * 100):
        found(looker, text)
    assert found(looker, "   ")["groups"] == []


def test_every_page_of_the_search_is_there(looker: Any) -> None:
    from webui.frame.search_places import PLACES

    for place in PLACES:
        path, _, part = place.href.partition("#")
        answer = looker.get(path)
        assert answer.status_code == 200, place.href
        assert not part or f'id="{part}"' in answer.text, place.href


def test_every_setting_leads_to_its_field(looker: Any) -> None:
    from webui.views.settings_view import TITLES

    for key, title in TITLES.items():
        hits = [hit for group in found(looker, title)["groups"] if group["kind"] == "settings" for hit in group["hits"]]
        href = next(hit["href"] for hit in hits if hit["href"].endswith(f"#set-{key}"))
        assert f'id="set-{key}"' in looker.get(href.partition("#")[0]).text
