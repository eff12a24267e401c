# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that stands alone while the pages are not there."""

import pytest

from appliance.process import waiting_page
from appliance.process.waiting_page import Why
from store.base import languages


@pytest.mark.parametrize("why", list(Why))
@pytest.mark.parametrize("tag", ["", *languages.available()])
def test_it_is_a_whole_answer_that_comes_again_by_itself(why: Why, tag: str) -> None:
    head, _, body = waiting_page.page(why, tag).partition(b"\r\n\r\n")
    lines = head.decode("ascii").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:])
    assert lines[0] == "HTTP/1.1 503 Service Unavailable"
    assert int(headers["content-length"]) == len(body) and int(headers["refresh"]) == int(headers["retry-after"]) > 0
    assert headers["cache-control"] == "no-store" and headers["connection"] == "close"
    text = body.decode()
    assert f'<html lang="{tag or "en"}"' in text and "color-scheme:light dark" in text
    assert not any(word in text for word in ("http:", "https:", "src=", "url(", "<script"))
    assert len(waiting_page.page(why, tag)) < 4096


def test_a_head_has_no_body_and_a_program_a_line() -> None:
    assert waiting_page.page(Why.STARTS, "en", True).endswith(b"\r\n\r\n")
    head, _, body = waiting_page.refusal(Why.FAILS, "").partition(b"\r\n\r\n")
    assert b"text/plain" in head and b"refresh" not in head and body == b"The pages cannot be started.\n"


def test_what_is_no_request_is_told_so() -> None:
    head, _, body = waiting_page.NO_REQUEST.partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}\r\n".encode() in head


def test_a_page_that_fails_says_what_to_do() -> None:
    assert b"<code>telltale doctor</code>" in waiting_page.page(Why.FAILS, "")
    assert b"telltale doctor" in waiting_page.page(Why.ALONE, "")
