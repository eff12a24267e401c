# SPDX-License-Identifier: GPL-3.0-or-later
"""First run, log in, log out. The answer of a log-in is the CSRF token; the session itself is in the cookie."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from store.accounts import login_sessions
from store.config import edit
from webui.api import shapes
from webui.http import login, permissions
from webui.http.deps import CurrentSession, WebUi

router = APIRouter(tags=["session"], dependencies=[permissions.everybody])


class Setup(shapes.Body):
    password: str = Field(max_length=login.MAX_PASSWORD, description="at least 8 characters")
    code: str = Field(max_length=64, description="the set-up code that the appliance prints until a password is set")


class LogIn(shapes.Body):
    password: str = Field(max_length=login.MAX_PASSWORD)
    user: str = Field(default="", max_length=200, description="the name; empty: the first admin")
    code: str = Field(default="", max_length=40, description="of the app, or a recovery code, with two-step log-in")


class Session(BaseModel):
    csrf: str = Field(description="send it as X-CSRF-Token with every call but GET")


@router.post("/setup", status_code=201, summary="First run: set the password")
def set_up(body: Setup, ui: WebUi, request: Request, response: Response) -> Session:
    return _begun(ui, request, response, login.set_up(ui, login.address_of(request), body.password, body.code))


@router.post("/session", status_code=201, summary="Log in")
def log_in(body: LogIn, ui: WebUi, request: Request, response: Response) -> Session:
    address, browser = login.address_of(request), login.session_of(request)
    made = login.log_in(ui, address, body.password, browser, name=body.user, code=body.code,
                        agent=login.agent_of(request))  # fmt: skip
    return _begun(ui, request, response, made)


@router.get("/session", dependencies=[permissions.known], summary="The CSRF token of this session")
def session(caller: CurrentSession) -> Session:
    return Session(csrf=caller.csrf)


@router.delete("/session", status_code=204, dependencies=[permissions.known], summary="Log out")
def log_out(ui: WebUi, request: Request, response: Response) -> None:
    login.log_out(ui, request)
    login.take_cookie(request, response)


def _begun(ui: WebUi, request: Request, response: Response, session_id: str) -> Session:
    login.give_cookie(request, response, session_id)
    session = login_sessions.find_session(edit.engine(ui.state), session_id)
    return Session(csrf=session.csrf if session else "")
