# SPDX-License-Identifier: GPL-3.0-or-later
"""Every call there is, as everybody who may call: what is answered is what its route declares, and docs/access.md says.

The gate is the one that runs in front of every route; what stands behind it is not run here, so that all calls can be
asked as everybody.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from lived_in_home import moved
from people import CALLERS, NOBODY, everybody
from source_files import HOUSE

from store.config.choices import Role, TokenScope
from webui.http import access_doc, auth, permissions, route_needs
from webui.http.auth import CSRF_HEADER, gate
from webui.http.permissions import Need
from webui.http.problems import Problem
from webui.http.route_needs import Call, calls, find

pytestmark = pytest.mark.web

LET_IN = 418  # what the test answers in place of the route
AGAIN = "run: .venv/bin/python -m webui.http.access_doc"


@pytest.fixture(scope="module")
def callers(tmp_path_factory: pytest.TempPathFactory, _settled: Any) -> Iterator[Mapping[str, TestClient]]:
    home = moved(_settled, tmp_path_factory.mktemp("access"))
    with everybody(home) as clients:
        app = clients[NOBODY].app

        async def stop_behind(request: Request) -> None:
            await gate(request)
            raise Problem(LET_IN, "behind the gate")

        app.dependency_overrides[gate] = stop_behind  # type: ignore[attr-defined]
        yield clients
        app.dependency_overrides.clear()  # type: ignore[attr-defined]


def every_call(clients: Mapping[str, TestClient]) -> tuple[Call, ...]:
    app: Any = clients[NOBODY].app
    return calls(app)


def address(call: Call) -> str:
    return "/".join("1" if part.startswith("{") else part for part in call.path.split("/"))


def expected(call: Call, caller: str) -> bool:
    kind, scope = ("token", caller.removeprefix("token ")) if caller.startswith("token") else ("session", caller)
    return permissions.may(call.need, None if caller == NOBODY else kind, scope)


@pytest.mark.parametrize("caller", CALLERS)
def test_everybody_is_let_in_where_it_is_declared_and_refused_elsewhere(
    callers: Mapping[str, TestClient], caller: str
) -> None:
    wrong = []
    for call in every_call(callers):
        response = callers[caller].request(call.method, address(call))
        refused = (303, 401) if caller == NOBODY else (403,)
        led = caller == Role.OWN and (call.method, call.path) == ("GET", "/")
        allowed = (LET_IN,) if expected(call, caller) else (303,) if led else refused
        if response.status_code not in allowed:
            wrong.append((call.method, call.path, call.need, response.status_code))
    assert not wrong


def test_every_route_declares_what_it_needs(callers: Mapping[str, TestClient]) -> None:
    """Whoever adds one says so: `APIRouter(…, dependencies=[permissions.sees])`, see webui/http/permissions.py."""
    silent = [(call.method, call.path) for call in every_call(callers) if not call.declared]
    assert silent == [], "say who may: APIRouter(…, dependencies=[permissions.sees]), see webui/http/permissions.py"


def test_what_changes_something_needs_the_token_of_a_page(callers: Mapping[str, TestClient]) -> None:
    admin = callers[Role.ADMIN]
    kept, wrong = admin.headers.pop(CSRF_HEADER), []
    for call in every_call(callers):
        if call.method != "GET" and call.need not in permissions.OPEN:
            answer = admin.request(call.method, address(call))
            if answer.status_code != 403 or "security token" not in answer.text:
                wrong.append((call.method, call.path, answer.status_code))
    admin.headers[CSRF_HEADER] = kept
    assert not wrong


def test_what_is_declared_by_nobody_is_for_admins() -> None:
    assert permissions.needed(object(), "GET") is permissions.needed(object(), "POST") is Need.ADMIN
    assert not permissions.may(Need.ADMIN, "session", Role.VIEWER) and not permissions.may(Need.ADMIN, None, "")
    assert permissions.may(Need.ADMIN, "session", Role.ADMIN)


def test_a_viewer_changes_nothing_and_a_token_is_nobody(callers: Mapping[str, TestClient]) -> None:
    changing = [call for call in every_call(callers) if call.method != "GET"]
    allowed = {call.need for call in changing if expected(call, Role.VIEWER)}
    assert allowed <= {Need.EVERYBODY, Need.AT_OWN_DEVICE, Need.KNOWN, Need.ONESELF}
    assert not any(permissions.may(Need.ONESELF, "token", scope) for scope in TokenScope)
    reads = [call for call in every_call(callers) if call.method == "GET" and call.need is Need.ADMIN]
    assert {"/api/v1/backup", "/backup/download", "/api/v1/tokens", "/api/v1/users"} <= {call.path for call in reads}


def test_the_need_of_an_address_is_found() -> None:
    assert find("GET", "/devices/17") is Need.SEE and find("POST", "/api/v1/pauses") is Need.PAUSE
    assert find("GET", "/static/app.js") is None and find("POST", "/nothing") is None
    assert find("GET", "/companies/a/b") is Need.SEE and find("GET", "/companies") is Need.SEE
    assert find("GET", "/devices/") is None and find("GET", "devices") is None and find("GET", "/devices/1/2/3") is None


def test_what_is_written_is_what_holds(callers: Mapping[str, TestClient]) -> None:
    written = Path(HOUSE / "docs" / "access.md").read_text("utf-8")
    assert written == access_doc.render(every_call(callers)), AGAIN
    assert route_needs.NEEDS.read_text() == route_needs.written(every_call(callers)), AGAIN


def test_why_is_said_to_each_in_their_words() -> None:
    viewer = auth.Caller("session", Role.VIEWER, "x", "Vera")
    assert "change nothing" in auth.why_refused(viewer, Need.ADMIN)
    own = auth.Caller("session", Role.OWN, "x", "Otto")
    assert "/my" in auth.why_refused(own, Need.SEE)
    token = auth.Caller("token", TokenScope.READ, "", "phone")
    assert "scope read" in auth.why_refused(token, Need.ADMIN)
    assert "log in" in auth.why_refused(token, Need.ONESELF)
