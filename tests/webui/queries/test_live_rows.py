# SPDX-License-Identifier: GPL-3.0-or-later
"""The live tail: ready-made, escaped rows of what is new, and only that."""

import asyncio
import json
import time
from typing import Any

import pytest
from starlette.requests import Request
from told_facts import NOTHING
from waiting import HANG_SECONDS
from web_app import web_app

from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key
from store.log.writer import Writer
from webui.queries import live_rows
from webui.views import queries_view

pytestmark = pytest.mark.database


def write(home: Any, *names: str) -> int:
    con = querylog.open_log(home.state / "querylog.db")
    writer = Writer(con, NOTHING)
    now_us = time.time_ns() // 1000
    keys = [Key(name, 1, 1, 4, "pack:xiaomi", name, 0, "") for name in names]
    writer.add(Batch(1, 0, 1, ["192.168.1.21"], keys, [(now_us + i, 0, i, 10) for i in range(len(keys))]), lambda _: 1)
    writer.commit()
    con.close()
    return now_us


def first_rows(home: Any, form: queries_view.FilterForm, after: int) -> dict[str, Any]:
    """What the stream sends first, as the browser reads it."""

    async def listen() -> dict[str, Any]:
        app = web_app(home.state, home.run, {})
        request = Request({"type": "http", "app": app, "headers": [], "path": "/queries/tail", "state": {}})
        async for event in live_rows.follow(request, app.state.ui, form, None, after):
            if event.event == "rows":
                found: dict[str, Any] = json.loads(json.dumps(event.data))
                assert event.id == str(found["after"])
                return found
        raise AssertionError("the stream ended")

    return asyncio.run(asyncio.wait_for(listen(), HANG_SECONDS))


def test_new_rows_come_escaped_newest_first(home: Any) -> None:
    after = write(home, "one.example", "<script>alert(1)</script>")
    found = first_rows(home, queries_view.FilterForm(client="192.168.1.21"), after - 1)
    rows = found["rows"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in rows
    assert "<script" not in rows
    assert rows.index("&lt;script") < rows.index("one.example")
    assert f'id="q{after}"' in rows


def test_what_the_page_shows_already_does_not_come_again(home: Any) -> None:
    after = write(home, "one.example", "two.example")
    assert "one.example" not in first_rows(home, queries_view.FilterForm(), after)["rows"]


def test_filters_hold_for_the_tail_too(home: Any) -> None:
    after = write(home, "one.example", "two.example")
    rows = first_rows(home, queries_view.FilterForm(name="two"), after - 1)["rows"]
    assert "two.example" in rows
    assert "one.example" not in rows
