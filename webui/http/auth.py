# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks, and may they? The gate stands before every route; what each needs is declared there (permissions)."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlsplit

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from store.accounts import login_sessions
from store.base.sentences import say
from store.config import account, edit
from store.config.choices import Role
from webui.http import permissions, who_acts
from webui.http.by_itself import is_by_itself
from webui.http.permissions import SAFE_METHODS, Need
from webui.http.problems import GoTo, Problem, is_api
from webui.http.state import COOKIE, WebUi

CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf"
# Until a password is set, all but these leads to /setup; static files are a mount and pass by themselves.
OPEN_BEFORE_SETUP = frozenset(
    {
        ("GET", "/setup"),
        ("POST", "/setup"),
        ("GET", "/language"),
        ("GET", "/manifest.webmanifest"),
        ("GET", "/offline"),
        ("POST", "/language"),
        ("POST", "/setup/strength"),
        ("POST", "/api/v1/setup"),
        ("GET", "/health"),
        ("GET", "/api/v1/health"),
    }
)
MAX_NEXT = 500


@dataclass(frozen=True, slots=True)
class Caller:
    """A browser session (scope: its role, with its CSRF token) or an API token (its name and scope, csrf "").

    `name`: of a session only where several people may log in, so that it says something; `session`: its public id.
    """

    kind: Literal["session", "token"]
    scope: str
    csrf: str
    name: str
    account_id: int = 0
    session: str = ""
    two_step: bool = False

    def may(self, need: Need) -> bool:
        return permissions.may(need, self.kind, self.scope)


async def gate(request: Request) -> None:
    """Dependency of every route: raises `Problem` or `GoTo`, or sets `request.state.caller` (None on open routes)."""
    ui: WebUi = request.app.state.ui
    request.state.caller = None
    bearer = bearer_token(request)
    if request.method not in SAFE_METHODS and bearer is None:
        refuse_foreign_origin(request)
    before = (request.method, request.url.path) in OPEN_BEFORE_SETUP
    if not ui.set_up and not before and not await run_in_threadpool(is_set_up, ui):
        raise not_set_up(request)
    known = bearer is not None or session_cookie(request) is not None
    caller = await run_in_threadpool(identify, request, bearer) if known else None
    request.state.caller = caller
    _begin_acting(request, caller)
    need = permissions.needed(request.scope.get("route"), request.method)
    if need in permissions.OPEN:
        return
    if caller is None:
        raise not_logged_in(request)
    if not caller.may(need):
        raise refused(caller, request)
    if caller.kind == "session" and request.method not in SAFE_METHODS:
        await check_csrf(caller, request)


def _begin_acting(request: Request, caller: Caller | None) -> None:
    token = caller.name if caller and caller.kind == "token" else None
    who_acts.begin(request, token, caller is not None, caller.name if caller and token is None else "")


def is_set_up(ui: WebUi) -> bool:
    """Whether a password is set; once seen it is remembered, for it can be changed but never taken away."""
    if not ui.set_up:
        ui.set_up = account.has_password(edit.engine(ui.state))
    return ui.set_up


def identify(request: Request, bearer: str | None) -> Caller | None:
    """The caller behind the bearer token or the session cookie. A wrong token is an error, not a stranger."""
    ui: WebUi = request.app.state.ui
    engine = edit.engine(ui.state)
    if bearer is not None:
        token = account.find_token(engine, bearer, address=request.client.host if request.client else "")
        if token is None:
            why = account.why_no_token(engine, bearer)
            raise Problem(401, why, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
        return Caller("token", token.scope, "", token.name)
    cookie = session_cookie(request)
    is_visit = not is_by_itself(request.scope.get("route"))
    session = login_sessions.find_session(engine, cookie, life=ui.life(), is_visit=is_visit) if cookie else None
    if session is None:
        return None
    return Caller("session", session.role, session.csrf, "" if session.alone else session.name, session.account_id,
                  session.id, session.two_step)  # fmt: skip


def still_known(request: Request) -> Callable[[], bool]:
    """For what goes on for long: whether who asked would be let in again, as the same."""
    caller: Caller | None = getattr(request.state, "caller", None)

    def is_known() -> bool:
        try:
            now = identify(request, bearer_token(request))
        except Problem:
            return False
        return now is not None and caller is not None and (now.scope, now.session) == (caller.scope, caller.session)

    return is_known


def session_cookie(request: Request) -> str | None:
    """The session's id as the browser sent it: under our own name, or that of versions before."""
    ui: WebUi = request.app.state.ui
    return request.cookies.get(ui.cookie) or request.cookies.get(COOKIE)


def bearer_token(request: Request) -> str | None:
    """The token of `Authorization: Bearer …`, None without that header or with another scheme."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def not_logged_in(request: Request) -> Exception:
    if is_api(request.url.path):
        detail = say("Log in first, or send a token: Authorization: Bearer TOKEN.")
        return Problem(401, detail, {"WWW-Authenticate": "Bearer"})
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    here = request.method in SAFE_METHODS and path != "/" and not request.headers.get("hx-request")
    return GoTo(f"/login?next={quote(path, safe='')}" if here and len(path) <= MAX_NEXT else "/login")


def not_set_up(request: Request) -> Exception:
    if is_api(request.url.path):
        return Problem(403, say("No password is set yet: open /setup in a browser and set one."))
    return GoTo("/setup")


def next_page(wanted: str) -> str:
    """Where to go after log-in: `wanted` when it is a path of ours, else the home page (no open redirect)."""
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and len(wanted) <= MAX_NEXT
    return wanted if inside and wanted.isprintable() and "\\" not in wanted else "/"


def refused(caller: Caller, request: Request) -> Exception:
    """Why somebody who is known may not do this. Whoever sees their own devices alone is led to them from the start."""
    if caller.scope == Role.OWN and request.method in SAFE_METHODS and request.url.path == "/":
        return GoTo("/my")
    return Problem(403, why_refused(caller, permissions.needed(request.scope.get("route"), request.method)))


def why_refused(caller: Caller, need: Need) -> str:
    if caller.kind == "token":
        if need is Need.ONESELF:
            return say("A token is nobody: log in to do this.")
        return say("The token {name} has the scope {scope}; this call needs admin.", name=caller.name,
                   scope=str(caller.scope))  # fmt: skip
    if caller.scope == Role.OWN:
        return say("You see your own devices alone; the page /my shows them. An admin can do this.")
    return say("You may look at everything here and change nothing. An admin can do this.")


async def check_csrf(caller: Caller, request: Request) -> None:
    """The session's token must come in the header X-CSRF-Token or, from a plain form, in the field `csrf`."""
    given = request.headers.get(CSRF_HEADER, "")
    if not given and is_form(request):
        field = (await request.form()).get(CSRF_FIELD, "")
        given = field if isinstance(field, str) else ""
    if not hmac.compare_digest(given.encode(), caller.csrf.encode()):
        await request.close()  # a form's files
        raise Problem(403, say("The security token of this page is missing or old: reload the page and try again."))


def is_form(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in ("application/x-www-form-urlencoded", "multipart/form-data")


def refuse_foreign_origin(request: Request) -> None:
    """Another web site must not post here, not even to log in: its Origin names it."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower():
        raise Problem(403, say(
            "Another web site sent this; nothing was changed. If these are your own pages behind a proxy, let it pass "
            "on the Host header as it came (nginx: proxy_set_header Host $http_host;)."
        ))
