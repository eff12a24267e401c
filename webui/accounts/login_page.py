# SPDX-License-Identifier: GPL-3.0-or-later
"""Log in, log out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from webui.http import auth, login
from webui.http.deps import WebUi
from webui.http.problems import Problem
from webui.pages.templating import back_to, page

router = APIRouter()

Text = Annotated[str, Form(max_length=login.MAX_PASSWORD)]


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
        refused = page(request, "login_page.html", error.status, problem=error.detail, next=where)
        refused.headers.update(error.headers)
        return refused
    response = back_to(where)
    login.give_cookie(request, response, session_id)
    return response


@router.post("/logout")
def log_out(ui: WebUi, request: Request) -> Response:
    response = back_to("/login")
    login.log_out(ui, request)
    login.take_cookie(request, response)
    return response
