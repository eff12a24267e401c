# SPDX-License-Identifier: GPL-3.0-or-later
"""Every error as RFC 9457 problem details for the API, and as a page for people."""

from __future__ import annotations

import http
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from dhcp.lease_plan import AnotherServer, DhcpError
from store.base.languages import tell
from store.base.sentences import say, sentence_of
from store.base.store_errors import StoreError
from store.config.edit import EditError, NotFound
from store.config.settings import SettingError
from store.log.protocol import LogError
from webui.http.form_calls import by_script
from webui.http.language import language

log = logging.getLogger("webui")


@dataclass(frozen=True, slots=True)
class Shown:
    """A problem in the reader's words. `wrong`: (field, sentence), of a form or a call whose fields are at fault."""

    status: int
    title: str
    detail: str
    wrong: Sequence[tuple[str, str]] = ()


# What a page for people is made by. The pages set it.
ProblemPage = Callable[[Request, Shown], Awaitable[Response]]
# pydantic's error types in plain words, with its own numbers.
_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: say("is missing"),
    "extra_forbidden": lambda _: say("is no field of this call"),
    "int_parsing": lambda _: say("must be a whole number"),
    "int_type": lambda _: say("must be a whole number"),
    "int_from_float": lambda _: say("must be a whole number"),
    "float_parsing": lambda _: say("must be a number"),
    "float_type": lambda _: say("must be a number"),
    "int_parsing_size": lambda _: say("is too large a number"),
    "bool_parsing": lambda _: say("must be true or false"),
    "bool_type": lambda _: say("must be true or false"),
    "string_type": lambda _: say("must be a text"),
    "string_too_short": lambda its: say("must have at least {least} characters", least=its["min_length"]),
    "string_too_long": lambda its: say("must have at most {most} characters", most=its["max_length"]),
    "greater_than_equal": lambda its: say("must be {least} or more", least=its["ge"]),
    "less_than_equal": lambda its: say("must be {most} or less", most=its["le"]),
    "literal_error": lambda its: say("must be {expected}", expected=its["expected"]),
    "enum": lambda its: say("must be {expected}", expected=its["expected"]),
    "string_pattern_mismatch": lambda _: say("is not written as it must be"),
    "string_unicode": lambda _: say("must be a text"),
    "too_long": lambda its: say("must have at most {most} items", most=its["max_length"]),
    "too_short": lambda its: say("must have at least {least} items", least=its["min_length"]),
    "dict_type": lambda _: say("must be an object"),
    "model_attributes_type": lambda _: say("must be an object, sent as application/json"),
    "json_invalid": lambda _: say("does not read as JSON"),
}
# What people read above an error; the names of RFC 9110.
_TITLES: Mapping[int, str] = {
    400: say("Bad Request"),
    401: say("Unauthorized"),
    403: say("Forbidden"),
    404: say("Not Found"),
    405: say("Method Not Allowed"),
    409: say("Conflict"),
    411: say("Length Required"),
    413: say("Request Entity Too Large"),
    415: say("Unsupported Media Type"),
    421: say("Misdirected Request"),
    422: say("Unprocessable Entity"),
    429: say("Too Many Requests"),
    500: say("Internal Server Error"),
    503: say("Service Unavailable"),
}
# As many wrong fields as are worth naming; a hostile body can have thousands.
MAX_NAMED_FIELDS = 20


class Problem(Exception):  # noqa: N818  (the word of RFC 9457)
    """An error that a person can read: `detail` is one plain sentence that names the cure."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None, **extra: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.extra = extra


class GoTo(Exception):  # noqa: N818  (no error: the browser is sent elsewhere)
    """A page that cannot be shown now: the browser is sent to `where` (log-in or first run)."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


def title_of(status: int) -> str:
    if status in _TITLES:
        return _TITLES[status]
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return say("Error")


def in_words(wrong: Mapping[str, Any]) -> str:
    """What is wrong with one field, as the end of a sentence that begins with its name. Never repeats the input."""
    if isinstance(raised := (wrong.get("ctx") or {}).get("error"), ValueError):  # a check of ours, which says it itself
        return say("is not right: {why}", why=sentence_of(raised))
    words = _WORDS.get(str(wrong["type"]))
    return words(wrong.get("ctx") or {}) if words else say("is not right: {why}", why=wrong["msg"])


def is_api(path: str) -> bool:
    return path == "/api" or path.startswith("/api/")


async def respond(request: Request, problem: Problem) -> Response:
    """The problem as JSON under /api, else as a page (or plain text while there are no pages)."""
    tag = language(request)
    title, detail = tell(title_of(problem.status), tag), tell(problem.detail, tag)
    if is_api(request.url.path):
        body = {"type": "about:blank", "title": title, "status": problem.status, "detail": detail, **problem.extra}
        return JSONResponse(body, problem.status, problem.headers, "application/problem+json")
    page: ProblemPage | None = request.app.state.problem_page
    if page is None:
        return PlainTextResponse(f"{title}: {detail}\n", problem.status, problem.headers)
    wrong = [(str(fault["field"]), str(fault["message"])) for fault in problem.extra.get("errors", ())]
    response = await page(request, Shown(problem.status, title, detail, wrong))
    response.headers.update(problem.headers)
    return response


def install(app: FastAPI) -> None:
    """Hangs the handlers into `app`; `app.state.problem_page` may be set before or after."""
    app.state.problem_page = None
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return await respond(request, error)


async def _go_to(request: Request, error: Exception) -> Response:
    assert isinstance(error, GoTo)
    if by_script(request):
        # A fragment cannot hold the log-in page. Who was logged in does so in a dialog and loses nothing of this page.
        return Response(status_code=401, headers={} if error.where == "/login" else {"HX-Redirect": error.where})
    return RedirectResponse(error.where, 303)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = str(error.detail)
    if error.status_code == 404:
        detail = say("There is nothing at {path}.", path=quote(request.url.path)[:200])
    elif error.status_code == 405:
        detail = say("{method} is not possible here.", method=request.method[:20])
        allowed = (error.headers or {}).get("Allow", "").split(", ")
        if "GET" in allowed:  # which webui.http.head answers too
            error.headers = {**(error.headers or {}), "Allow": ", ".join(sorted({*allowed, "HEAD"}))}
    elif error.status_code == 400:
        detail = say("The body does not read: {why}.", why=detail)
    return await respond(request, Problem(error.status_code, detail, error.headers))


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    wrong = [
        (".".join(str(part) for part in fault["loc"][1:])[:200] or str(fault["loc"][0]), in_words(fault))
        for fault in error.errors()[:MAX_NAMED_FIELDS]
    ]
    field, words = wrong[0] if wrong else ("body", say("does not read"))
    detail, tag = say("{field} {wrong}.", field=field, wrong=words), language(request)
    named = [{"field": field, "message": tell(words, tag)} for field, words in wrong]
    return await respond(request, Problem(422, detail, errors=named))


async def _edit(request: Request, error: Exception) -> Response:
    if error.__cause__ is not None:  # not what was asked for, but the database behind it
        return await _store(request, error)
    sentence, field = sentence_of(error), getattr(error, "field", "")
    problem = Problem(404 if isinstance(error, NotFound) else 422, sentence)
    if field:
        problem.extra["errors"] = [{"field": field, "message": tell(sentence, language(request))}]
    return await respond(request, problem)


async def _dhcp(request: Request, error: Exception) -> Response:
    sentence, about = sentence_of(error), getattr(error, "about", "")
    problem = Problem(409 if isinstance(error, AnotherServer) else 422, sentence)
    if about:
        problem.extra["errors"] = [{"field": about, "message": tell(sentence, language(request))}]
    return await respond(request, problem)


async def _store(request: Request, error: Exception) -> Response:
    log.error("%s %s: %s", request.method, request.url.path, error)
    return await respond(request, Problem(503, sentence_of(error), {"Retry-After": "5"}))


async def _database(request: Request, error: Exception) -> Response:
    log.error("%s %s: %s", request.method, request.url.path, error)
    detail = say(
        "The database cannot be read just now; DNS goes on. Try again, and run `telltale doctor` if it stays so."
    )
    return await respond(request, Problem(503, detail, {"Retry-After": "5"}))


_HANDLERS: dict[type[Exception], Callable[[Request, Exception], Any]] = {
    Problem: _problem,
    GoTo: _go_to,
    HTTPException: _http,
    RequestValidationError: _validation,
    EditError: _edit,
    NotFound: _edit,
    SettingError: _edit,
    DhcpError: _dhcp,
    StoreError: _store,
    sqlite3.Error: _database,
    LogError: _database,
}
