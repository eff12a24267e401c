# SPDX-License-Identifier: GPL-3.0-or-later
"""The first run: the page that is open to a stranger at home until a password is set."""

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
    response = back_to("/")
    login.give_cookie(request, response, session_id)
    return response


def _status(error: Problem | EditError) -> int:
    return error.status if isinstance(error, Problem) else 422
