# SPDX-License-Identifier: GPL-3.0-or-later
"""The page before is one of ours, and comes as the same browser would get it."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import Request

from webui.frame.asked_again import page_before

pytestmark = pytest.mark.web


@pytest.mark.parametrize(
    ("referer", "path"),
    [
        ("http://telltale/names", "/names"), ("http://telltale/devices?a=1", "/devices?a=1"), ("", ""),
        ("http://evil.example/names", ""), ("http://telltale//evil.example/", ""), ("javascript:alert(1)", ""),
        ("http://telltale", ""), ("http://telltale/\\evil.example", ""), ("http://[telltale/", ""),
    ],
)  # fmt: skip
def test_the_way_back_leads_here_alone(referer: str, path: str) -> None:
    headers = [(b"host", b"telltale"), (b"referer", referer.encode())]
    assert page_before(Request({"type": "http", "headers": headers})) == path


@pytest.mark.parametrize("before", ["/api/v1/devices", "/queries.csv", "/nothing", "/static/app.css", "/changes/undo"])
def test_what_is_no_page_is_not_drawn_again(visitor: Any, before: str) -> None:
    visitor.headers["Referer"] = f"http://telltale{before}"
    refused = visitor.form("/groups/add", name="")
    assert refused.status_code == 422 and "Go home" in refused.text


@pytest.mark.parametrize("before", ["/queries.csv", "/nothing", "/devices/999"])
def test_that_it_is_no_page_is_no_fault_of_ours(visitor: Any, before: str, caplog: pytest.LogCaptureFixture) -> None:
    visitor.headers["Referer"] = f"http://telltale{before}"
    visitor.form("/groups/add", name="")
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_a_page_whose_address_is_written_in_percents_is_drawn_again(visitor: Any) -> None:
    """A group's name is in no address, but a browser may write any of its characters so."""
    visitor.headers["Referer"] = "http://telltale/%64evices"
    refused = visitor.form("/groups/add", name="Kids" * 200)
    assert refused.status_code == 422 and "KidsKids" in refused.text and 'id="told-0"' in refused.text


def test_it_is_the_page_of_who_is_logged_in_only(visitor: Any) -> None:
    visitor.headers["Referer"] = "http://telltale/devices"
    visitor.csrf = "old"
    refused = visitor.form("/groups/add", name="Kids")
    assert refused.status_code == 403 and 'value="Kids"' in refused.text and 'id="told-0"' in refused.text
    visitor.cookies.clear()
    assert visitor.form("/groups/add", name="Kids").headers["location"] == "/login"
