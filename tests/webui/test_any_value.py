# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever stands in an address's parameters, path or form, nothing of ours breaks: an answer, or a plain refusal."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lived_in_home import Home
from web_app import web_app_of

from store.accounts import login_sessions
from store.config import edit
from webui.http.auth import COOKIE
from webui.http.lazy_routes import every

pytestmark = pytest.mark.process  # the wall's page asks `ip`

# Values at which code that reads times, numbers, names, addresses or cursors tends to break.
SHARP = (
    "9999-12-31", "9999-12-31T23:59:59.999999Z", "9999-12-31T00:00:00-14:00", "0001-01-01", "0001-01-01T00:00:00+14:00",
    "253402300799.999999", "-999999999w", "999999999w", "now", "0", "-1", "9223372036854775807", "9223372036854775808",
    "9" * 30, "1e309", "nan", "\u0661\u0662", "", "%", "**", "a\0b", "\ud800", "'", "[", "\\", "a" * 299, "." * 63,
    "TYPE65536", "fe80::1%", "device:99999999999999999999", "group:", "1:2:3", "AAA=",
)  # fmt: skip
SHARPEST = ("9999-12-31T23:59:59.999999Z", "999999999w", "9223372036854775808", "a\0b", "\ud800")
VALUES = st.sampled_from(SHARP) | st.text(max_size=40) | st.text(alphabet=string.printable, max_size=40)


@pytest.fixture(scope="module")
def door(_lived: Home) -> Iterator[TestClient]:
    """Somebody who is logged in, and to whom an error of ours is a 500 as for a browser."""
    with web_app_of(_lived.state, _lived.run) as app:
        client = TestClient(
            app, "http://telltale", client=("127.0.0.1", 1), raise_server_exceptions=False, follow_redirects=False
        )
        client.cookies.set(COOKIE, login_sessions.create_session(edit.engine(_lived.state), "127.0.0.1").id)
        with client:
            yield client


def routes(client: TestClient, method: str) -> list[Any]:
    """Every route of this method, whoever put it there."""
    contexts = iter_route_contexts(every(client.app))  # type: ignore[attr-defined]
    asked = [each for each in contexts if method in (getattr(each, "methods", None) or ())]
    return [each for each in asked if not each.is_sse_stream]  # those never end by themselves


def parameters(route: Any) -> list[str]:
    """The names of its query parameters, those of its dependencies too."""
    found, left = list[str](), [route.dependant]
    while left:
        part = left.pop()
        found += [str(each.alias) for each in part.query_params]
        left += part.dependencies
    return sorted(set(found))


def filled(path: str, value: str) -> str:
    """The path of a route with the value wherever something stands in it."""
    return re.sub(r"\{[^}]+\}", lambda _: quoted(value), path)


def quoted(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"), safe="")


def unbroken(client: TestClient, path: str, query: dict[str, str]) -> None:
    where = path + "?" + "&".join(f"{name}={quoted(value)}" for name, value in query.items())
    status = client.get(where).status_code
    assert status < 500 or (status == 503 and path.endswith("/health")), (where, status)  # nothing runs in this home


def test_no_sharp_value_of_a_single_parameter_breaks_a_route(door: TestClient) -> None:
    for route in routes(door, "GET"):
        for value in SHARPEST if "{" in route.path else ("1",):
            unbroken(door, filled(route.path, value), {})
        for name in parameters(route):
            for value in SHARPEST:
                unbroken(door, filled(route.path, "1"), {name: value})


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_values_of_all_parameters_together_break_a_route(door: TestClient, data: st.DataObject) -> None:
    known = {route.path: route for route in routes(door, "GET")}
    route = known[data.draw(st.sampled_from(sorted(known)))]
    query = {name: data.draw(VALUES) for name in parameters(route) if data.draw(st.booleans())}
    unbroken(door, filled(route.path, data.draw(VALUES)), query)


@pytest.mark.parametrize("field", ["from", "to"])
@pytest.mark.parametrize("path", ["/api/v1/queries", "/api/v1/stats/timeline", "/queries"])
def test_the_last_day_of_the_calendar_is_a_time(door: TestClient, path: str, field: str) -> None:
    for value in ("9999-12-31T23:59:59.999999", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:00:00-14:00"):
        assert door.get(path, params={field: value}).status_code in (200, 422), value
