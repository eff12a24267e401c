# SPDX-License-Identifier: GPL-3.0-or-later
import asyncio
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from refused_threads import refused_threads
from web_app import web_app

from store.base import db
from webui.http.headers import SecurityHeaders

pytestmark = pytest.mark.web


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    db.open_config(tmp_path)
    return TestClient(
        web_app(tmp_path, tmp_path, {}), "http://telltale", client=("127.0.0.1", 1), follow_redirects=False
    )


@pytest.mark.parametrize(
    "path", ["/", "/setup", "/api/v1/rules", "/api/nothing", "/nothing", "/static/logo.svg", "/static/no"]
)
def test_every_response_has_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "server" not in headers


def test_refusals_have_them_too(client: TestClient) -> None:
    response = client.get("http://evil.example/")
    assert response.status_code == 421
    assert response.headers["x-frame-options"] == "DENY"


def test_only_static_files_are_kept_and_for_long_only_under_a_versioned_address(client: TestClient) -> None:
    assert client.get("/setup").headers["cache-control"] == "no-store"
    assert client.get("/api/v1/rules").headers["cache-control"] == "no-store"
    assert client.get("/static/logo.svg").headers["cache-control"] == "no-cache"
    assert "immutable" in client.get("/static/logo.svg?v=1").headers["cache-control"]
    assert client.get("/api/v1/rules?v=1").headers["cache-control"] == "no-store"


def sent_by(app: Any, path: str) -> list[Any]:
    """What goes out where this application is asked for a path."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
    asyncio.run(SecurityHeaders(app)(scope, None, send))  # type: ignore[arg-type]
    return sent


@pytest.mark.parametrize(
    ("path", "kind"), [("/api/v1/x", b"application/problem+json"), ("/x", b"text/plain; charset=utf-8")]
)
def test_an_exception_becomes_a_plain_500_that_tells_nothing(
    path: str, kind: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("secret detail")

    sent = sent_by(broken, path)
    headers = dict(sent[0]["headers"])
    assert sent[0]["status"] == 500 and headers[b"content-type"] == kind and headers[b"x-frame-options"] == b"DENY"
    assert b"DNS goes on" in sent[1]["body"] and b"secret" not in sent[1]["body"]
    assert "secret detail" in caplog.text


@pytest.mark.parametrize(
    ("path", "kind"), [("/api/v1/health", b"application/problem+json"), ("/health", b"text/plain; charset=utf-8")]
)
def test_where_no_thread_is_allowed_a_plain_503_says_so(
    path: str, kind: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async def served(*_: Any) -> None:
        threading.Thread(target=print).start()

    with refused_threads():
        sent = sent_by(served, path)
    headers = dict(sent[0]["headers"])
    assert sent[0]["status"] == 503 and headers[b"content-type"] == kind and headers[b"retry-after"] == b"5"
    assert b"no more threads" in sent[1]["body"] and b"pids" in sent[1]["body"]
    assert f"GET {path} had no thread" in caplog.text and "Traceback" not in caplog.text


@pytest.mark.process
@pytest.mark.parametrize(
    "broken",
    [
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffffffff\r\n",
    ],
)
def test_a_body_that_is_no_http_costs_a_line_of_log_and_no_traceback(
    bare_home: Any, caplog: pytest.LogCaptureFixture, broken: bytes
) -> None:
    from real_browser import served  # here, since without playwright it skips whoever imports it

    with served(bare_home) as address:
        host = address.removeprefix("http://")
        with socket.create_connection(("127.0.0.1", int(host.rpartition(":")[2]))) as con:
            con.sendall(b"POST /api/v1/session HTTP/1.1\r\nHost: " + host.encode() + b"\r\n" + broken)
            con.shutdown(socket.SHUT_WR)
            while con.recv(65_536):
                pass
    assert "Traceback" not in caplog.text and len(caplog.text) < 1000
