# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests promise of themselves is held: an unmarked one starts nothing and takes no port."""

import ast
import os
import socket
import sqlite3
import subprocess
import threading
from pathlib import Path

import left_open
import purity
import pytest
import web_transport
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from hypothesis import settings
from source_files import HOUSE, nodes, python_files, text
from starlette import testclient


@pytest.mark.parametrize("way", [lambda: subprocess.run(["true"], check=True), os.fork, lambda: os.system("true")])
def test_an_unmarked_test_starts_no_process(way: object) -> None:
    assert callable(way)
    with pytest.raises(purity.Impure, match="mark the test"), purity.held():
        way()


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_an_unmarked_test_takes_no_port(family: socket.AddressFamily, kind: socket.SocketKind) -> None:
    with socket.socket(family, kind) as sock, pytest.raises(purity.Impure), purity.held():
        sock.bind(("127.0.0.1" if family == socket.AF_INET else "::1", 0))


def test_nor_does_it_in_a_thread_or_where_errors_are_passed_over() -> None:
    def quietly() -> None:
        try:
            subprocess.run(["true"], check=True)
        except BaseException:
            return

    with pytest.raises(purity.Impure), purity.held():
        thread = threading.Thread(target=quietly)
        thread.start()
        thread.join()


def test_an_unmarked_test_calls_no_web_ui() -> None:
    with pytest.raises(purity.Impure, match="web"), purity.held():
        TestClient(FastAPI())
    with purity.held(purity.WEB):
        TestClient(FastAPI())


def test_a_database_that_nobody_closes_is_told_with_its_test_and_its_place() -> None:
    class Circle:
        def __init__(self) -> None:
            self.held, self.itself = sqlite3.connect(":memory:"), self

    circle: Circle | None = Circle()
    left_open.file_ends()  # it is held yet
    circle = None
    with pytest.raises(left_open.LeftOpen, match=r"(?s)closed: 1\n.*is_told_with.*_tests.py:\d+"):
        left_open.file_ends()
    left_open.file_ends()
    assert circle is None


def test_calls_of_the_web_ui_in_one_go_are_answered_as_by_starlette(monkeypatch: pytest.MonkeyPatch) -> None:
    app = FastAPI()

    @app.api_route("/parts", methods=["GET", "HEAD", "POST"])
    async def parts(request: Request) -> StreamingResponse:
        body = await request.body()
        return StreamingResponse(iter([b"a" * 10, b"", body]), headers={"X-Query": str(request.query_params)})

    @app.get("/error")
    def error() -> None:
        raise LookupError("ours")

    def told() -> list[tuple[int, bytes, dict[str, str]]]:
        client = TestClient(app, raise_server_exceptions=False)
        calls = [("GET", "/parts?a=%20b"), ("HEAD", "/parts"), ("GET", "/none%2F"), ("GET", "/error")]
        answers = [client.request(*call) for call in calls] + [client.post("/parts", content=b"body")]
        return [(each.status_code, each.content, dict(each.headers)) for each in answers]

    with purity.held(purity.WEB):
        in_one_go = told()
        with pytest.raises(LookupError):
            TestClient(app).get("/error")
        monkeypatch.setattr(testclient._TestClientTransport, "handle_request", web_transport.STARLETTES)
        assert in_one_go == told()
    assert [status for status, _, _ in in_one_go] == [200, 200, 404, 500, 200]


def test_an_unmarked_test_opens_no_database_on_disk(tmp_path: Path) -> None:
    with pytest.raises(purity.Impure, match="sqlite3"), purity.held():
        sqlite3.connect(tmp_path / "config.db")
    assert not list(tmp_path.iterdir())
    with purity.held(purity.DATABASE):
        sqlite3.connect(tmp_path / "config.db").close()
    with purity.held():
        sqlite3.connect(":memory:").close()


def test_every_fixture_says_what_it_takes_and_gives() -> None:
    """mypy reads those that several files share; what a file has for itself says so at least."""
    untold = []
    for path in python_files("tests"):
        for node in nodes(path) if "pytest.fixture" in text(path) else ():
            if not isinstance(node, ast.FunctionDef) or not any(map(_makes_a_fixture, node.decorator_list)):
                continue
            taken = [*node.args.args, *node.args.kwonlyargs]
            given = ast.unparse(node.returns) if node.returns else "Any"
            if given == "Any" or any(one.annotation is None for one in taken if one.arg != "self"):
                untold.append(f"{path.relative_to(HOUSE)}: {node.name}")
    assert not untold


def _makes_a_fixture(decorator: ast.expr) -> bool:
    return ast.unparse(decorator).partition("(")[0] == "pytest.fixture"


def test_no_property_has_a_deadline() -> None:
    assert settings().deadline is None
    loading = [path for path in python_files("tests") if "load_" + "profile(" in text(path)]
    assert loading == [HOUSE / "tests/conftest.py"], "one profile holds for all, however tests are collected"
