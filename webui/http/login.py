# SPDX-License-Identifier: GPL-3.0-or-later
"""First run, log in, log out, for the API and the pages alike. All run in a thread: scrypt is slow on purpose."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy import Engine

from store.base import secret
from store.base.sentences import say
from store.config import account, edit
from webui.http.auth import is_set_up, session_cookie
from webui.http.problems import Problem
from webui.http.state import COOKIE, WebUi

log = logging.getLogger("webui")

# How long a log-in waits for its turn at scrypt before it is told to come back.
PASSWORD_WAIT_SECONDS = 10.0
MAX_PASSWORD = account.MAX_PASSWORD


def set_up(ui: WebUi, address: str, password: str, code: str) -> str:
    """Sets the first password and logs in; the new session's id. 409 when one is set, 403 for a wrong code."""
    with ui.setting_up:  # one after another: of those who come at once, the others hear that it is done
        if is_set_up(ui):
            raise _done()
        _spend(ui, address, known=False)
        if not secret.is_setup_code(ui.state, code):
            log.warning("wrong set-up code from %s", address)
            raise Problem(403, say("This is not the set-up code; the appliance's log shows it (8 characters)."))
        engine = edit.engine(ui.state)
        with _turn(ui):
            if not account.set_first_password(engine, password):  # the command line was quicker
                raise _done()
        ui.throttle.forgive(address)
    log.info("the admin password was set from %s", address)
    return account.create_session(engine, address).id


def log_in(ui: WebUi, address: str, password: str, session: str | None = None) -> str:
    """The new session's id. 401 for a wrong password, 429 with Retry-After after too many.

    `session`: that of the browser's cookie. Who has one that holds is counted by it, not with others at the address.
    """
    if not is_set_up(ui):
        raise Problem(403, say("No password is set yet: open /setup in a browser and set one."))
    engine = edit.engine(ui.state)
    whose, known = _known(engine, address, session)
    _spend(ui, whose, known=known)
    with _turn(ui):
        right = account.check_password(engine, password)
    if not right:
        log.warning("wrong password from %s", address)
        raise Problem(401, say("This is not the password."))
    ui.throttle.forgive(whose, known=known)
    return account.create_session(engine, address).id


def log_out(ui: WebUi, request: Request) -> None:
    """Ends the session of this browser, if it has one."""
    cookie = session_cookie(request)
    if cookie:
        account.end_session(edit.engine(ui.state), cookie)


def give_cookie(request: Request, response: Response, session_id: str) -> None:
    """HttpOnly, SameSite=Lax (links from elsewhere work; unsafe calls need the CSRF token), Secure over https."""
    response.set_cookie(
        request.app.state.ui.cookie,
        session_id,
        max_age=account.SESSION_SECONDS,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def take_cookie(request: Request, response: Response) -> None:
    for name in {request.app.state.ui.cookie, COOKIE} & request.cookies.keys():
        response.delete_cookie(name, path="/", secure=request.url.scheme == "https", httponly=True, samesite="lax")


def address_of(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def session_of(request: Request) -> str | None:
    """What this browser's cookie says that its session is."""
    return request.cookies.get(COOKIE)


def _done() -> Problem:
    return Problem(409, say("A password is already set: log in with it, or run `telltale password` to set another."))


def _known(engine: Engine, address: str, session: str | None) -> tuple[str, bool]:
    """By what a try is counted, and whether somebody has come in by it before."""
    lasting = account.find_session(engine, session) if session else None
    if lasting is not None:
        return f"session {lasting.csrf}", True
    if address in account.session_addresses(engine):
        return f"known {address}", True  # alone: others in its IPv6 network may be anybody
    return address, False


def _spend(ui: WebUi, whose: str, *, known: bool) -> None:
    wait = ui.throttle.take(whose, known=known)
    if wait > 0.0:
        seconds = math.ceil(wait)
        detail = say("Too many tries; wait {seconds} seconds and try again.", seconds=seconds)
        raise Problem(429, detail, {"Retry-After": str(seconds)})


@contextmanager
def _turn(ui: WebUi) -> Iterator[None]:
    if not ui.password_checks.acquire(timeout=PASSWORD_WAIT_SECONDS):
        detail = say("The appliance is busy checking passwords; try again in a moment.")
        raise Problem(503, detail, {"Retry-After": "5"})
    try:
        yield
    finally:
        ui.password_checks.release()
