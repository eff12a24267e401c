# SPDX-License-Identifier: GPL-3.0-or-later
"""HEAD answers as GET does, without the body: pages, calls, files, refusals, and live views, which then end."""

import threading
from typing import Any

import pytest
from one_day import of_one_minute
from waiting import HANG_SECONDS

PATHS = (
    "/", "/devices", "/changes", "/backup", "/backup/download", "/settings", "/health", "/nothing", "/api/docs",
    "/api/openapi.json", "/api/v1/health", "/api/v1/rules", "/api/v1/groups", "/api/v1/groups/99", "/api/v1/session",
    "/api/v1/backup", "/static/app.css", "/static/logo.svg", "/static/nothing",
)  # fmt: skip
SAME = ("content-type", "content-security-policy", "cache-control", "location", "content-disposition")


@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_the_body(looker: Any, path: str) -> None:
    got, head = of_one_minute(lambda: (looker.get(path), looker.head(path)))
    assert head.status_code == got.status_code and head.content == b""
    assert {name: head.headers.get(name) for name in SAME} == {name: got.headers.get(name) for name in SAME}
    if path not in ("/", "/devices", "/changes", "/settings", "/api/v1/health", "/health"):  # which tell of now
        assert head.headers["content-length"] == got.headers["content-length"]  # as it is sent, compressed


def test_a_live_view_ends_with_its_headers(looker: Any) -> None:
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(looker.head("/api/v1/queries/live")))
    asking.start()
    asking.join(HANG_SECONDS)
    assert answers and answers[0].status_code == 200 and "event-stream" in answers[0].headers["content-type"]
    assert looker.app.state.ui.listeners == 0


def test_strangers_and_what_only_takes_are_refused_as_for_get(stranger: Any) -> None:
    assert stranger.head("/devices").headers["location"] == stranger.get("/devices").headers["location"]
    assert stranger.head("/api/v1/rules").status_code == 401
    assert stranger.head("/health").status_code in (200, 503)


def test_where_there_is_no_get_there_is_no_head(looker: Any) -> None:
    refused = looker.head("/backup/preview")
    assert refused.status_code == 405 and refused.headers["allow"] == "POST"
    other = looker.put("/api/v1/rules", headers={"X-CSRF-Token": looker.csrf})
    assert other.status_code == 405 and "HEAD" in other.headers["allow"].split(", ")
