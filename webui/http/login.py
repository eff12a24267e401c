# SPDX-License-Identifier: GPL-3.0-or-later
"""First run, log in, log out, for the API and the pages alike. All run in a thread: scrypt is slow on purpose."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request
from fastapi.responses import Response

from store.accounts import login_sessions, people, two_step
from store.base import secret
from store.base.sentences import say
from store.config import account, edit
from store.config.account import Person
from store.config.engine import Engine
from store.config.session import reading
from webui.http.auth import Caller, is_set_up, session_cookie
from webui.http.problems import Problem
from webui.http.state import COOKIE, WebUi
from webui.http.throttle import Throttle

log = logging.getLogger("webui")

# How long a log-in waits for its turn at scrypt before it is told to come back.
PASSWORD_WAIT_SECONDS = 10.0
MAX_PASSWORD = account.MAX_PASSWORD


def set_up(ui: WebUi, address: str, password: str, code: str) -> str:
    """Sets the first password and logs in; the new session's id. 409 when one is set, 403 for a wrong code."""
    with ui.setting_up:  # one after another: of those who come at once, the others hear that it is done
        if is_set_up(ui):
            raise _done()
        _spend(ui, ui.throttle, address, known=False)
        if not secret.is_setup_code(ui.state, code):
            log.warning("wrong set-up code from %s", address)
            raise Problem(403, say("This is not the set-up code; the appliance's log shows it (8 characters)."))
        engine = edit.engine(ui.state)
        with _turn(ui):
            if not account.set_first_password(engine, password):  # the command line was quicker
                raise _done()
        ui.throttle.forgive(address)
        ui.kept_throttles.save()
    log.info("the admin password was set from %s", address)
    return login_sessions.create_session(engine, address).id


def log_in(
    ui: WebUi, address: str, password: str, session: str | None = None, *, name: str = "", code: str = "",
    agent: str = "",
) -> str:  # fmt: skip
    """The new session's id. 401 for a wrong name, password or code, 429 with Retry-After after too many tries.

    `name` "" is the first admin; `code`: of an app, or a recovery code; `agent`: what the browser says that it is.
    `session`: that of its cookie. Wrong names and wrong passwords take as long and read the same. Who has a session
    that holds, or comes from where they have one, is counted by it, not with others.
    """
    if not is_set_up(ui):
        raise Problem(403, say("No password is set yet: open /setup in a browser and set one."))
    person = prove(ui, address, password, session, name=name, code=code)
    engine = edit.engine(ui.state)
    if session:  # its cookie is replaced: nobody could use or end it but whoever has a copy
        login_sessions.end_session(engine, session)
    return login_sessions.create_session(engine, address, account_id=person.id, agent=agent, life=ui.life()).id


def prove(
    ui: WebUi, address: str, password: str, session: str | None = None, *, name: str = "", code: str = ""
) -> Person:  # fmt: skip
    """Whose name, password and code these are; raises as `log_in` does, and begins no session."""
    engine = edit.engine(ui.state)
    key = account.name_key(name)[: account.MAX_NAME]
    whose, known = _known(engine, address, session, key)
    _spend(ui, ui.throttle, whose, known=known)
    if not known:
        _spend(ui, ui.user_tries, f"user {key}", known=True)
    with _turn(ui):
        person = account.check(engine, password, name)
    if person is None:
        log.warning("wrong name or password from %s", address)
        raise Problem(401, _wrong(engine))
    if person.two_step:
        _second_step(ui, engine, person, code, address, whose if known else "")
    ui.throttle.forgive(whose, known=known)
    ui.user_tries.forgive(f"user {key}", known=True)
    ui.kept_throttles.save()
    return person


def prove_oneself(ui: WebUi, request: Request, account_id: int, password: str, code: str) -> Person:
    """That whoever is logged in as this person knows the password, and has the app where that is asked for."""
    name = people.person(edit.engine(ui.state), account_id).name
    return prove(ui, address_of(request), password, session_of(request), name=name, code=code)


def refuse_oneself(caller: Caller, account_id: int) -> None:
    """What admins do to others, and to themselves only where they prove who they are: a browser may be left open."""
    if caller.kind == "session" and caller.account_id == account_id:
        raise Problem(403, say(
            "Your own password and two-step log-in change under “Who may use this”, with the password that holds now."
        ))  # fmt: skip


def _second_step(ui: WebUi, engine: Engine, person: Person, code: str, address: str, whose: str) -> None:
    if not code.strip():
        raise Problem(401, say("Type the code that the app shows now, or a recovery code."), needs="code")
    key = f"code {person.id} {whose}"
    _spend(ui, ui.code_tries, key, known=True)
    if not two_step.accept(engine, person.id, code):
        log.warning("wrong code of two-step log-in from %s", address)
        raise Problem(401, say("This code does not hold now. Each works once: wait for the next one."), needs="code")
    ui.code_tries.forgive(key, known=True)


def _wrong(engine: Engine) -> str:
    alone = len(people.people(engine)) < 2
    return say("This is not the password.") if alone else say("This is not the name and password of anybody here.")


def log_out(ui: WebUi, request: Request) -> None:
    """Ends the session of this browser, if it has one."""
    cookie = session_cookie(request)
    if cookie:
        login_sessions.end_session(edit.engine(ui.state), cookie)


def give_cookie(request: Request, response: Response, session_id: str) -> None:
    """It lasts as long as a log-in may; the appliance ends it earlier.

    HttpOnly, SameSite=Lax (links from elsewhere work; unsafe calls need the CSRF token), Secure over https.
    """
    response.set_cookie(
        request.app.state.ui.cookie,
        session_id,
        max_age=request.app.state.ui.life().longest,
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
    return session_cookie(request)


def agent_of(request: Request) -> str:
    """What this browser says that it is."""
    return request.headers.get("user-agent", "")


def _done() -> Problem:
    return Problem(409, say("A password is already set: log in with it, or run `telltale password` to set another."))


def _known(engine: Engine, address: str, session: str | None, key: str) -> tuple[str, bool]:
    """By what a try is counted, and whether this person has come in by it before."""
    with reading(engine) as con:
        row = account.named(con, key) if key else account.lookup(con)
        number = row.id if row is not None else None
    if number is None:
        return address, False
    lasting = login_sessions.find_session(engine, session) if session else None
    if lasting is not None and lasting.account_id == number:
        return f"session {lasting.csrf}", True
    if address in login_sessions.session_addresses(engine, number):
        return f"known {number} {address}", True  # alone: others in its IPv6 network may be anybody
    return address, False


def _spend(ui: WebUi, throttle: Throttle, whose: str, *, known: bool) -> None:
    """Before anything is looked at; also kept in a file then, so that a process that is made to end forgets nothing."""
    wait = throttle.take(whose, known=known)
    if wait > 0.0:
        seconds = math.ceil(wait)
        detail = say("Too many tries; wait {seconds} seconds and try again.", seconds=seconds)
        raise Problem(429, detail, {"Retry-After": str(seconds)})
    ui.kept_throttles.save()


@contextmanager
def _turn(ui: WebUi) -> Iterator[None]:
    if not ui.password_checks.acquire(timeout=PASSWORD_WAIT_SECONDS):
        detail = say("The appliance is busy checking passwords; try again in a moment.")
        raise Problem(503, detail, {"Retry-After": "5"})
    try:
        yield
    finally:
        ui.password_checks.release()
