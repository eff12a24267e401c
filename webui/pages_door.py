# SPDX-License-Identifier: GPL-3.0-or-later
"""First run, log in, log out: the pages that are open to a stranger at home."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from store.edit import EditError
from webui import auth, entry
from webui.deps import House
from webui.problems import Problem
from webui.render import back_to, page

router = APIRouter()

Text = Annotated[str, Form(max_length=entry.MAX_PASSWORD)]


@router.get("/setup")
def first_run(house: House, request: Request) -> Response:
    return back_to("/login") if auth.is_set_up(house) else page(request, "setup.html", problem="")


@router.post("/setup")
def set_up(house: House, request: Request, code: Text, password: Text, again: Text) -> Response:
    """Sets the password and logs in, or shows the form again with what is wrong."""
    if password != again:
        return page(request, "setup.html", 422, problem="The two passwords differ; type the same one twice.")
    try:
        session_id = entry.set_up(house, entry.address_of(request), password, code)
    except (Problem, EditError) as error:
        return page(request, "setup.html", _status(error), problem=str(error))
    return _enter(request, session_id, "/")


@router.get("/login")
def door(request: Request, next: str = "/") -> Response:  # noqa: A002  (the word in the address)
    if request.state.caller is not None:
        return back_to(auth.next_page(next))
    return page(request, "login.html", problem="", next=auth.next_page(next))


@router.post("/login")
def log_in(house: House, request: Request, password: Text, next: Text = "/") -> Response:  # noqa: A002
    where = auth.next_page(next)
    try:
        session_id = entry.log_in(house, entry.address_of(request), password)
    except Problem as error:
        response = page(request, "login.html", error.status, problem=error.detail, next=where)
        response.headers.update(error.headers)
        return response
    return _enter(request, session_id, where)


@router.post("/logout")
def log_out(house: House, request: Request) -> Response:
    response = back_to("/login")
    entry.log_out(house, request)
    entry.take_cookie(request, response)
    return response


def _enter(request: Request, session_id: str, where: str) -> Response:
    response = back_to(where)
    entry.give_cookie(request, response, session_id)
    return response


def _status(error: Problem | EditError) -> int:
    return error.status if isinstance(error, Problem) else 422
