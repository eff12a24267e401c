# SPDX-License-Identifier: GPL-3.0-or-later
"""In a real browser the waiting page gives way to the page that was asked for, by itself, and keeps nobody out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import axe
import pytest
from real_browser import chromium, marks, sync_api
from waiting import HANG_SECONDS

from appliance.process import waiting_page
from appliance.process.waiting_page import Why

__all__ = ["chromium"]

pytestmark = marks
HERE = b"<!doctype html><html lang=en><title>Here</title><main><h1>The page itself</h1></main></html>"


@contextmanager
def served(*answers: bytes) -> Iterator[str]:
    """Each navigation gets the next answer, those after the last one the last."""
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            looked_at = "text/html" in self.headers.get("accept", "")
            self.wfile.write(left.pop(0) if len(left) > 1 and looked_at else left[0])

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/devices"
        server.shutdown()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_gives_way_to_the_page_itself(chromium: Any, scheme: str) -> None:
    itself = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n" + HERE
    with served(waiting_page.page(Why.STARTS, "en"), itself) as address, chromium.new_context(
        color_scheme=scheme, bypass_csp=True, viewport={"width": 360, "height": 640}
    ) as context:
        page = context.new_page()
        page.goto(address)
        page.get_by_text("The page itself").wait_for(timeout=HANG_SECONDS * 1000)
        assert page.url == address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("why", list(Why))
def test_it_keeps_nobody_out(chromium: Any, why: Why, scheme: str) -> None:
    with chromium.new_context(color_scheme=scheme, viewport={"width": 320, "height": 640}) as context:
        page = context.new_page()
        page.set_content(waiting_page.page(why, "de").partition(b"\r\n\r\n")[2].decode())
        assert axe.grave(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        sync_api.expect(page.get_by_role("status")).to_be_visible()
