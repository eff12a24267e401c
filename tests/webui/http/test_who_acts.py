# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a change is: the token's, the browser's or the device's; and each response names the change that it made."""

import asyncio
from copy import copy
from typing import Any

import pytest
from starlette.requests import Request

from store.history import acting
from store.history.acting import Acting, Origin
from webui.http import who_acts


def _request(cookie: str = "") -> Request:
    headers = [(b"cookie", f"telltale-change={cookie}".encode("latin-1"))] if cookie else []
    return Request({"type": "http", "client": ("192.168.1.9", 5), "headers": headers, "state": {}})


@pytest.mark.parametrize(
    ("token", "logged_in", "origin", "who"),
    [
        ("phone", True, Origin.TOKEN, "the token phone"), (None, True, Origin.BROWSER, "a browser on 192.168.1.9"),
        (None, False, Origin.DEVICE, "192.168.1.9"),
    ],
)  # fmt: skip
def test_who_it_is(token: str | None, logged_in: bool, origin: Origin, who: str) -> None:
    request = _request()
    with acting.as_(acting.current()):
        who_acts.begin(request, token, logged_in)
        by = acting.current()
    assert (by.origin, by.who, request.state.acting is by) == (origin, who, True)


@pytest.mark.parametrize(("cookie", "number"), [("12", 12), ("", None), ("-1", None), ("9" * 19, None), ("1_0", None)])
def test_what_a_cookie_offers(cookie: str, number: int | None) -> None:
    assert who_acts.offered(_request(cookie)) == number


@pytest.mark.parametrize(("status", "changes", "marked"), [(200, [4, 5], "5"), (303, [5], "5"), (200, [], None)])
def test_the_header_and_the_cookie(status: int, changes: list[int], marked: str | None) -> None:
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope.setdefault("state", {})["acting"] = Acting(Origin.TOKEN, "x", changes)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def send(message: Any) -> None:
        sent.append(copy(message))

    asyncio.run(who_acts.MarkChanges(app)({"type": "http"}, None, send))  # type: ignore[arg-type]
    headers = dict(sent[0]["headers"])
    assert headers.get(b"telltale-change") == (marked.encode() if marked else None)
    assert (b"set-cookie" in headers) == (status == 303)
