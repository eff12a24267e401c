# SPDX-License-Identifier: GPL-3.0-or-later
"""First run, log in, log out: the pages that are open to a stranger at home."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from store.base.sentences import say, sentence_of
from store.config.edit import EditError
from webui.http import auth, login
from webui.http.deps import WebUi
from webui.http.problems import Problem
from webui.pages.templating import back_to, page

router = APIRouter()

Text = Annotated[str, Form(max_length=login.MAX_PASSWORD)]


@router.get("/setup")
def first_run(ui: WebUi, request: Request) -> Response:
    return back_to("/login") if auth.is_set_up(ui) else page(request, "setup_page.html", problem="")


@router.post("/setup")
def set_up(ui: WebUi, request: Request, code: Text, password: Text, again: Text) -> Response:
    """Sets the password and logs in, or shows the form again with what is wrong."""
    if password != again:
        return page(request, "setup_page.html", 422, problem=say("The two passwords differ; type the same one twice."))
    try:
        session_id = login.set_up(ui, login.address_of(request), password, code)
    except (Problem, EditError) as error:
        return page(request, "setup_page.html", _status(error), problem=sentence_of(error))
    return _enter(request, session_id, "/")


@router.get("/login")
def door(request: Request, next: str = "/") -> Response:  # noqa: A002  (the word in the address)
    if request.state.caller is not None:
        return back_to(auth.next_page(next))
    return page(request, "login_page.html", problem="", next=auth.next_page(next))


@router.post("/login")
def log_in(ui: WebUi, request: Request, password: Text, next: Text = "/") -> Response:  # noqa: A002
    where = auth.next_page(next)
    try:
        session_id = login.log_in(ui, login.address_of(request), password, login.session_of(request))
    except Problem as error:
        response = page(request, "login_page.html", error.status, problem=error.detail, next=where)
        response.headers.update(error.headers)
        return response
    return _enter(request, session_id, where)


@router.post("/logout")
def log_out(ui: WebUi, request: Request) -> Response:
    response = back_to("/login")
    login.log_out(ui, request)
    login.take_cookie(request, response)
    return response


def _enter(request: Request, session_id: str, where: str) -> Response:
    response = back_to(where)
    login.give_cookie(request, response, session_id)
    return response


def _status(error: Problem | EditError) -> int:
    return error.status if isinstance(error, Problem) else 422
