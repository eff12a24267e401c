# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException

from store.base.store_errors import CorruptDatabase
from store.config.edit import EditError, NotFound
from webui.http import problems
from webui.http.problems import GoTo, Problem, in_words, is_api

pytestmark = pytest.mark.web


def raising(
    error: Exception, path: str, page: problems.ProblemPage | None = None
) -> TestClient:
    app = FastAPI()
    problems.install(app)
    app.state.problem_page = page

    @app.get(path)
    def route() -> None:
        raise error

    return TestClient(app, follow_redirects=False)


def broken_edit() -> EditError:
    error = EditError("The change could not be stored.")
    error.__cause__ = sqlite3.OperationalError("disk I/O error")
    return error


@pytest.mark.parametrize(
    ("error", "status", "detail"),
    [
        (Problem(429, "Wait.", {"Retry-After": "3"}), 429, "Wait."),
        (EditError("This is refused."), 422, "This is refused."),
        (NotFound("There is no list."), 404, "There is no list."),
        (CorruptDatabase("config.db is damaged."), 503, "config.db is damaged."),
        (broken_edit(), 503, "The change could not be stored."),
        (sqlite3.OperationalError("no such table: secret"), 503, "The database cannot be read just now"),
        (HTTPException(405), 405, "GET is not possible here."),
    ],
)
def test_every_error_is_problem_details(error: Exception, status: int, detail: str) -> None:
    response = raising(error, "/api/x").get("/api/x")
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["type"] == "about:blank" and body["status"] == status and body["title"]
    assert body["detail"].startswith(detail) and "secret" not in body["detail"]
    if isinstance(error, Problem):
        assert response.headers["retry-after"] == "3"


def test_more_than_the_sentence_can_be_said() -> None:
    assert raising(Problem(409, "No.", key="dns"), "/api/x").get("/api/x").json()["key"] == "dns"


def test_outside_the_api_an_error_is_a_page() -> None:
    async def page(_: Request, shown: problems.Shown) -> Response:
        return PlainTextResponse(f"<{shown.title}> {shown.detail}", shown.status)

    response = raising(Problem(404, "Not here.", {"X-Why": "gone"}), "/x", page).get("/x")
    assert (response.status_code, response.text) == (404, "<Not Found> Not here.")
    assert response.headers["x-why"] == "gone"
    assert raising(Problem(404, "Not here."), "/x").get("/x").text == "Not Found: Not here.\n"


def test_a_page_is_left_by_a_redirect_and_a_fragment_by_its_header() -> None:
    client = raising(GoTo("/login"), "/x")
    assert client.get("/x").headers["location"] == "/login"
    fragment = client.get("/x", headers={"HX-Request": "true"})
    assert "hx-redirect" not in fragment.headers and fragment.text == ""


def test_what_is_unknown_is_said_in_the_library_s_words() -> None:
    assert in_words({"type": "missing", "msg": "Field required"}) == "is missing"
    assert in_words({"type": "less_than_equal", "msg": "…", "ctx": {"le": 7}}) == "must be 7 or less"
    assert in_words({"type": "too_long", "msg": "…", "ctx": {"max_length": 200}}) == "must have at most 200 items"
    assert in_words({"type": "string_unicode", "msg": "…"}) == "must be a text"
    assert in_words({"type": "new_one", "msg": "Input is odd"}) == "is not right: Input is odd"
    ours = {"type": "value_error", "msg": "Value error, no MAC", "ctx": {"error": ValueError("no MAC")}}
    assert in_words(ours) == "is not right: no MAC"


def test_what_is_of_the_api() -> None:
    assert is_api("/api") and is_api("/api/v1/x")
    assert not is_api("/apiary") and not is_api("/")
