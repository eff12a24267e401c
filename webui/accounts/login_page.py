# SPDX-License-Identifier: GPL-3.0-or-later
"""Log in, log out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from store.accounts import login_sessions, people, two_step
from store.config import edit
from webui.http import auth, login, permissions
from webui.http.deps import WebUi
from webui.http.problems import Problem
from webui.http.state import WebUi as State
from webui.pages.templating import back_to, page

router = APIRouter(dependencies=[permissions.everybody])

Text = Annotated[str, Form(max_length=login.MAX_PASSWORD)]
Name = Annotated[str, Form(max_length=200)]


@router.get("/login")
def door(request: Request, ui: WebUi, next: str = "/") -> Response:  # noqa: A002  (the word in the address)
    if request.state.caller is not None:
        return back_to(auth.next_page(next))
    return _door(request, ui, next=auth.next_page(next))


@router.post("/login")
def log_in(
    ui: WebUi, request: Request, password: Text, next: Text = "/", user: Name = "", code: Name = ""  # noqa: A002
) -> Response:  # fmt: skip
    where = auth.next_page(next)
    try:
        session_id = login.log_in(ui, login.address_of(request), password, login.session_of(request), name=user,
                                  code=code, agent=login.agent_of(request))  # fmt: skip
    except Problem as error:
        refused = _door(request, ui, error.status, problem=error.detail, next=where, user=user,
                        wrong="code" if error.extra.get("needs") else "password")  # fmt: skip
        refused.headers.update(error.headers)
        return refused
    begun = login_sessions.find_session(edit.engine(ui.state), session_id)
    lost = begun is not None and begun.two_step and two_step.is_recovery_code(code)
    response = back_to("/accounts?notice=recovery#two-step" if lost else where)
    login.give_cookie(request, response, session_id)
    return response


@router.post("/logout", dependencies=[permissions.oneself])
def log_out(ui: WebUi, request: Request) -> Response:
    response = back_to("/login")
    login.log_out(ui, request)
    login.take_cookie(request, response)
    return response


def _door(
    request: Request, ui: State, status: int = 200, *, next: str, problem: str = "", user: str = "",  # noqa: A002
    wrong: str = "",
) -> Response:  # fmt: skip
    """`wrong`: beside which field the problem stands."""
    engine = edit.engine(ui.state)
    several = len(people.people(engine)) > 1
    return page(request, "login_page.html", status, problem=problem, next=next, user=user, wrong=wrong,
                several=several, codes=two_step.anybody(engine))  # fmt: skip
