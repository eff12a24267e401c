# SPDX-License-Identifier: GPL-3.0-or-later
"""Which body may be large, and that nothing of it is read before its sender is known; more: test_backup_api.py."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from web_app import web_app

from store.base import db
from webui.http import large_bodies
from webui.http.large_bodies import LARGE, MAX_BODY_BYTES, most, taking
from webui.http.problems import Problem
from webui.http.state import WebUi


def test_these_calls_alone_may_have_one() -> None:
    for (method, path), size in LARGE.items():
        assert most(method, path) == size > MAX_BODY_BYTES
        assert most("PUT", path) == most(method, f"{path}/") == most(method, path.upper()) == MAX_BODY_BYTES


@pytest.mark.web
@pytest.mark.database
@pytest.mark.parametrize("path", sorted(path for _, path in LARGE))
@pytest.mark.parametrize("authorization", [b"", b"Bearer tt_wrong"])
def test_a_strangers_body_is_never_asked_for(tmp_path: Path, path: str, authorization: bytes) -> None:
    db.open_config(tmp_path)
    headers = [(b"host", b"telltale"), (b"content-length", str(LARGE["POST", path]).encode()),
               (b"content-type", b"multipart/form-data; boundary=x"), (b"authorization", authorization)]  # fmt: skip
    scope = {"type": "http", "http_version": "1.1", "method": "POST", "path": path, "raw_path": path.encode(),
             "query_string": b"", "root_path": "", "scheme": "http", "headers": headers,
             "client": ("192.168.1.9", 4000), "server": ("192.168.1.2", 80)}  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:
        raise AssertionError("the body was asked for")

    async def send(message: Any) -> None:
        sent.append(message)

    for set_up in (False, True):
        sent.clear()
        app = web_app(tmp_path, tmp_path)
        app.state.ui.set_up = set_up
        asyncio.run(app(scope, receive, send))
        assert sent[0]["status"] in (303, 401, 403)


def test_one_is_taken_at_a_time(tmp_path: Path) -> None:
    ui = WebUi(tmp_path, tmp_path, {})
    with taking(ui), pytest.raises(Problem) as busy, taking(ui):
        pass
    assert busy.value.status == 409
    with pytest.raises(ValueError), taking(ui):
        raise ValueError
    with large_bodies.taking(ui):
        pass
