# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens of programs: what each may, until when, when and from where it was used last; made, shown once, ended."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from store.accounts import expiry
from store.base.sentences import say
from store.config import account
from store.config.choices import TokenScope
from store.config.engine import Engine as SqlEngine
from store.config.session import EditError
from webui.http import permissions
from webui.http.deps import Engine
from webui.pages.templating import back_to, page

router = APIRouter(prefix="/accounts/tokens", dependencies=[permissions.admins])

SCOPES = {
    TokenScope.READ: say("read: sees all, changes nothing"),
    TokenScope.PAUSE: say("pause: reads, and stops blocking for a while"),
    TokenScope.ADMIN: say("admin: all"),
}
ON_A_DATE = "date"
EXPIRES = {
    "30d": say("in 30 days"), "90d": say("in 90 days"), "365d": say("in a year"), ON_A_DATE: say("on a date"),
    expiry.NEVER: say("never"),
}  # fmt: skip
SOON_SECONDS = 7 * 86_400  # before the end, when the page says so
_NOTICES = {"revoked": say("The token is revoked.")}
Text = Annotated[str, Form(max_length=200)]


@router.get("")
def show(request: Request, engine: Engine, notice: Annotated[str, Query(max_length=40)] = "") -> Response:
    return _page(request, engine, notice=_NOTICES.get(notice, ""))


@router.post("")
def create(
    request: Request, engine: Engine, name: Text, scope: Text, expires: Text = "30d",
    day: Annotated[str, Form(max_length=expiry.MAX_TEXT)] = "",
) -> Response:  # fmt: skip
    """The page with the new token on it, this once: it is nowhere else, so there is no redirect."""
    if expires == ON_A_DATE and not day.strip():
        raise EditError(say("Choose the date after which it opens nothing."), expiry.FIELD)
    end = expiry.end_of(day if expires == ON_A_DATE else expires, time.time())
    return _page(request, engine, made=account.create_token(engine, name, scope, end), made_name=name)


@router.post("/revoke")
def revoke(engine: Engine, name: Text) -> Response:
    account.revoke_token(engine, name)
    return back_to("/accounts/tokens?notice=revoked")


def _page(request: Request, engine: SqlEngine, *, notice: str = "", made: str = "", made_name: str = "") -> Response:
    now = int(time.time())
    tokens = account.tokens(engine)
    holding = [token for token in tokens if token.holds(now)]
    return page(
        request, "tokens_page.html", notice=notice, made=made, made_name=made_name, now=now, scopes=SCOPES,
        expires=EXPIRES, holding=holding, ended=[token for token in tokens if not token.holds(now)],
        unused=sum(token.last_used is None for token in holding), soon=now + SOON_SECONDS,
    )  # fmt: skip
