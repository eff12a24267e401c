# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of addresses: nothing stands beside it, and each address leads to what answers there."""

import importlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from webui.http.lazy_routes import LazyRoutes, every, routers
from webui.route_table import CALLS, PREFIX, TABLE

HOUSE = Path(__file__).parents[2]


def fresh() -> LazyRoutes:
    return LazyRoutes(FastAPI(openapi_url=None), TABLE)


def test_every_router_of_the_room_stands_in_it_once() -> None:
    files = [path for path in (HOUSE / "webui").rglob("*.py") if re.search(r"^router = ", path.read_text(), re.M)]
    there = [".".join(path.relative_to(HOUSE).with_suffix("").parts) for path in files]
    tabled = [id(router) for group in TABLE for router in routers(group.module)]
    times = {name: tabled.count(id(importlib.import_module(name).router)) for name in there}
    assert not [name for name in times if not times[name]], "a row in webui/route_table.py, or in PAGES of their wing"
    assert not [name for name in times if times[name] > 1], "once each"
    assert len(tabled) == len(there)


def test_calls_of_the_api_lie_below_one_prefix() -> None:
    assert PREFIX == "/api/v1" and len({call.module for call in CALLS}) == len(CALLS)
    assert all(address.startswith(f"{PREFIX}/") for call in CALLS for address in call.below)


@pytest.mark.parametrize("place", range(len(TABLE)), ids=[group.module for group in TABLE])
def test_each_address_imports_what_answers_there(place: int) -> None:
    group, lazy = TABLE[place], fresh()
    app = FastAPI(openapi_url=None)
    for router in routers(group.module):
        app.include_router(router, prefix=group.prefix)
    paths = [str(context.path) for context in iter_route_contexts(app.routes)]
    assert paths
    lost = [path for path in paths if place not in lazy.missing(re.sub(r"\{[^}]*\}", "x", path))]
    assert lost == [], "say in webui/route_table.py that these lie below the module"


def test_their_order_is_that_of_the_table_whatever_is_asked_first(visitor: Any) -> None:
    wanted = [context.path for context in iter_route_contexts(every(visitor.app))]
    app = FastAPI(openapi_url=None)
    lazy = LazyRoutes(app, TABLE)
    for path in ("/blocklists/pack:xiaomi", "/", "/blocklists/rules", "/api/v1/health"):
        lazy.load(lazy.missing(path))
    lazy.load_all()
    assert [context.path for context in iter_route_contexts(app.routes)] == wanted[:-1], "all but the static files"


@pytest.mark.process
def test_a_start_imports_no_page_and_no_call() -> None:
    code = (
        "import sys; from pathlib import Path; import webui.app; from webui.route_table import TABLE\n"
        "webui.app.create(Path('/nowhere'), Path('/nowhere'), {})\n"
        "print([group.module for group in TABLE if group.module in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
