# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes that come when they are asked for, on an app of four modules that are made here."""

import sys
from collections.abc import Iterator
from threading import Barrier, Thread
from types import ModuleType

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from webui.http.lazy_routes import LazyRoutes, LoadRoutes, RouteGroup, every

pytestmark = pytest.mark.web

TABLE = (
    RouteGroup("made_calls", ("/api/things",), "/api"),
    RouteGroup("made_rules", ("/lists/rules", "/devices/*/rules")),
    RouteGroup("made_lists", ("/lists",)),
    RouteGroup("made_home", ("/",)),
    RouteGroup("made_of_two", ("/devices",)),
)
PATHS = {
    "made_calls": ("/things", "/things/{number}"), "made_rules": ("/lists/rules", "/devices/{number}/rules"),
    "made_lists": ("/lists/{anything}",), "made_home": ("/",), "made_devices": ("/devices",),
    "made_device": ("/devices/{n}",),
}  # fmt: skip


def made(name: str) -> ModuleType:
    module, router = ModuleType(name), APIRouter()
    for path in PATHS[name]:
        router.add_api_route(path, lambda: name, methods=["GET"])
    module.router = router  # type: ignore[attr-defined]
    return module


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    for name in PATHS:
        monkeypatch.setitem(sys.modules, name, made(name))
    both = ModuleType("made_of_two")
    both.PAGES = (sys.modules["made_devices"], sys.modules["made_device"])  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "made_of_two", both)
    app = FastAPI(openapi_url=None, middleware=[Middleware(LoadRoutes)])
    app.state.lazy_routes = LazyRoutes(app, TABLE)
    app.state.lazy_routes.end_with(Route("/last", lambda request: PlainTextResponse("last")))
    yield app


@pytest.mark.parametrize(
    ("path", "who", "missing"),
    [
        ("/api/things/1", "made_calls", [0]), ("/lists/rules", "made_rules", [1, 2]), ("/lists/x", "made_lists", [2]),
        ("/devices/7/rules", "made_rules", [1, 4]), ("/", "made_home", [3]), ("/devices", "made_devices", [4]),
        ("/devices/7", "made_device", [4]),
    ],
)  # fmt: skip
def test_what_is_asked_for_comes_and_nothing_else(app: FastAPI, path: str, who: str, missing: list[int]) -> None:
    lazy: LazyRoutes = app.state.lazy_routes
    assert lazy.missing(path) == missing
    with TestClient(app) as client:
        assert client.get(path).json() == who
        assert lazy.missing(path) == []
        assert client.get(path).json() == who, "and stays"
        assert client.get("/last").text == "last"


@pytest.mark.parametrize("path", ["/nothing", "/apis/things", "/list", "//", "/things", "/last"])
def test_what_is_nowhere_imports_nothing(app: FastAPI, path: str) -> None:
    before = len(app.router.routes)
    with TestClient(app) as client:
        client.get(path)
    assert len(app.router.routes) == before + (path == "//")


def test_more_than_one_may_answer_and_the_first_of_the_table_does(app: FastAPI) -> None:
    with TestClient(app) as client:
        assert client.get("/lists/other").json() == "made_lists"
        assert client.get("/lists/rules").json() == "made_rules", "although it came later"


def test_all_of_them_are_there_for_whoever_looks(app: FastAPI) -> None:
    assert len(every(app)) == len(TABLE) + 2 and len(every(app)) == len(TABLE) + 2
    assert every(FastAPI(openapi_url=None)) == []


def test_one_that_does_not_import_is_tried_again(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    home = sys.modules["made_home"]
    monkeypatch.setitem(sys.modules, "made_home", None)
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get("/").status_code == 500
        assert client.get("/lists/x").json() == "made_lists"
        monkeypatch.setitem(sys.modules, "made_home", home)
        assert client.get("/").json() == "made_home"


def test_what_came_before_one_that_does_not_import_stands_in_its_place(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    lazy: LazyRoutes = app.state.lazy_routes
    lazy.load([2])
    monkeypatch.setitem(sys.modules, "made_home", None)
    with pytest.raises(ImportError):
        lazy.load([1, 3])
    with TestClient(app) as client:
        assert client.get("/lists/rules").json() == "made_rules", "although the one behind it raised"
        assert client.get("/last").text == "last"


def test_many_at_once_import_it_once(app: FastAPI) -> None:
    lazy: LazyRoutes = app.state.lazy_routes
    ready = Barrier(8)

    def ask() -> None:
        ready.wait()
        lazy.load([0, 1, 2, 3, 4])

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(app.router.routes) == len(TABLE) + 2
