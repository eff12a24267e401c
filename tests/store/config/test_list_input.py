# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.config import list_input
from store.config.edit import EditError


@pytest.mark.parametrize(
    ("source", "title", "number"),
    [
        ("https://example.net/lists/ads.txt", "example.net ads.txt", "added:example-net-ads-txt"),
        ("https://example.net/", "example.net", "added:example-net"),
        ("/home/me/My list.txt", "My list.txt", "added:my-list-txt"),
        ("/", "/", "added:list"),
        ("/liste-für-ö.txt", "liste-für-ö.txt", "added:liste-f-r-txt"),
    ],
)
def test_a_list_without_a_title_gets_one_and_an_id(source: str, title: str, number: str) -> None:
    assert list_input.title_of(list_input.check_source(f" {source}\n")) == title
    assert list_input.new_id(title, set()) == number
    assert list_input.new_id(title, {number, f"{number}-2"}) == f"{number}-3"


@pytest.mark.parametrize(
    "source",
    ["", "lists/ads.txt", "ftp://example.org/x", "https://", "http://exa mple.org/", "javascript:alert(1)",
     "https://[::1/x", "https://example.org:0/", "https://example.org/\x00", "/" + "x" * 3000],
)  # fmt: skip
def test_a_source_that_cannot_be_fetched_is_refused(source: str) -> None:
    with pytest.raises(EditError):
        list_input.check_source(source)


@pytest.mark.parametrize(("given_", "kept"), [(None, None), ("", None), ("auto", None), ("hosts", "hosts")])
def test_formats(given_: str | None, kept: str | None) -> None:
    assert list_input.check_format(given_) == kept
    with pytest.raises(EditError, match="dnsmasq"):
        list_input.check_format("csv")


@given(st.text())
def test_any_text_is_taken_or_refused(text: str) -> None:
    for check in (list_input.check_source, list_input.check_title, list_input.check_format):
        with contextlib.suppress(EditError):
            check(text)
    with contextlib.suppress(EditError):
        assert list_input.title_of(list_input.check_source(text))
