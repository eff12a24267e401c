# SPDX-License-Identifier: GPL-3.0-or-later
"""The first run's first step: what this is, the code, the password. Open to a stranger at home until one is set.

    GET  /setup            the form; later, the step that is not done yet
    POST /setup            sets the password and logs in, or shows the form with what was typed and what is wrong
    POST /setup/strength   how hard a password is to guess, while it is typed
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, Response

from store.base.languages import tell
from store.base.sentences import say, sentence_of
from store.config.edit import EditError
from store.passwords import common_passwords
from webui.first_run.steps import next_step
from webui.frame import first_run_marks
from webui.http import auth, login, permissions
from webui.http.deps import WebUi
from webui.http.form_calls import by_script
from webui.http.language import language
from webui.http.problems import Problem
from webui.pages.templating import back_to, page

router = APIRouter(dependencies=[permissions.everybody])

Text = Annotated[str, Form(max_length=login.MAX_PASSWORD)]
WRONG_CODE = 403


@router.get("/setup")
def first_run(ui: WebUi, request: Request) -> Response:
    if auth.is_set_up(ui):
        return back_to(next_step(ui.state) if request.state.caller is not None else "/login")
    return _form(request)


@router.post("/setup")
def set_up(ui: WebUi, request: Request, code: Text = "", password: Text = "", again: Text = "") -> Response:
    """Whatever is wrong, nothing that was typed is lost: it stands in the form again, with the reason beside it."""
    typed, faults = {"code": code, "password": password, "again": again}, dict[str, str]()
    judged = common_passwords.judge(password)
    if not code.strip():
        faults["code"] = say("Type the code that Telltale shows where it was started.")
    if judged.refused:
        faults["password"] = judged.why
    elif password != again:
        faults["again"] = say("The two passwords differ; type the same one twice.")
    if faults:
        return _refused(request, 422, typed, faults)
    try:
        session_id = login.set_up(ui, login.address_of(request), password, code)
    except (Problem, EditError) as error:
        status = error.status if isinstance(error, Problem) else 422
        return _refused(request, status, typed, {_field(status): sentence_of(error)})
    first_run_marks.begin(ui.state)
    response = back_to(next_step(ui.state))
    login.give_cookie(request, response, session_id)
    return response


@router.post("/setup/strength")
def strength(request: Request, password: Text = "") -> Response:
    """`{strength, word, why, refused}`, in the reader's language."""
    judged, tag = common_passwords.judge(password), language(request)
    answer: dict[str, str] = {"strength": judged.strength, "word": tell(judged.word, tag), "why": tell(judged.why, tag)}
    return JSONResponse({**answer, "refused": judged.refused})


def _field(status: int) -> str:
    """Beside which field an error stands; "form" at the top of it."""
    return {WRONG_CODE: "code", 422: "password"}.get(status, "form")


def _refused(request: Request, status: int, typed: dict[str, str], faults: dict[str, str]) -> Response:
    """By script the form stands as it was typed, and is told what is wrong; else it is drawn again, with all of it."""
    if by_script(request):
        errors = [{"field": field, "message": fault} for field, fault in faults.items() if field in typed]
        raise Problem(status, next(iter(faults.values())), errors=errors)
    return _form(request, status, typed, faults)


def _form(
    request: Request, status: int = 200, typed: dict[str, str] | None = None, faults: dict[str, str] | None = None
) -> Response:
    typed = typed or {"code": "", "password": "", "again": ""}
    judged = common_passwords.judge(typed["password"]) if typed["password"] else None
    beside = {"form": "", **dict.fromkeys(typed, ""), **(faults or {})}
    return page(request, "setup_page.html", status, typed=typed, faults=beside, judged=judged)
